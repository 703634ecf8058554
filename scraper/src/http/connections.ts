import * as http from 'node:http';
import * as net from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import type { Target } from '../target';
import type { AddressPolicy } from './address-policy';
import { asScrapeError, ScrapeError } from '../errors';
import type { Resolve } from './lookup';

export interface ConnectionOptions {
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
  /** Connections that may be open while nothing is asked on them. */
  readonly maxIdle: number;
  readonly idleMs: number;
}

/** What a request says of its connection. */
export interface ConnectionRequest {
  readonly target: Target;
  readonly url: URL;
  /** Ends an attempt to connect. */
  readonly signal: AbortSignal;
}
/** Node hands what a request is made with on to its agent. */
export type AgentRequest = http.RequestOptions & { readonly connection: ConnectionRequest };
type Created = (error: Error | null, socket: Duplex) => void;

const SWEEP_MS = 1_000;
const normalisePin = (pin: string): string => pin.replaceAll(':', '').toUpperCase();

/**
 * Opens connections to addresses that were judged after DNS, and keeps them for the target's next poll. A connection belongs to
 * one target: none is shared between a configured and a discovered one, or between two certificates.
 */
export class Connections extends http.Agent {
  private readonly idleSince = new Map<net.Socket, number>();
  private readonly names = new WeakMap<Target, string>();
  private readonly sweeper: NodeJS.Timeout;
  /** Certificates last seen of targets whose changes are reported, not refused. */
  private readonly seen = new Map<string, string>();

  constructor(private readonly settings: ConnectionOptions) {
    super({ keepAlive: true, maxFreeSockets: 1 });
    this.on('free', (socket: net.Socket) => this.idleSince.set(socket, performance.now()));
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Whether a connection may stay open after its request. */
  mayKeep(): boolean {
    return this.idleSince.size < this.settings.maxIdle;
  }

  override getName(options?: object): string {
    const { target, url } = (options as AgentRequest).connection;
    const known = this.names.get(target);
    if (known !== undefined) return known;
    const name = JSON.stringify([target.id, target.targetClass, url.origin, target.tls, target.pinSha256]);
    this.names.set(target, name);
    return name;
  }

  // Node calls this for each connection that it has to open, and waits for the callback.
  override createConnection(options: http.ClientRequestArgs, created: Created): undefined {
    const { connection } = options as AgentRequest;
    this.open(connection).then(
      (socket) => created(null, socket),
      (error: unknown) => (created as (error: Error) => void)(asScrapeError(error)),
    );
  }

  override destroy(): void {
    clearInterval(this.sweeper);
    super.destroy();
  }

  private async open({ target, url, signal }: ConnectionRequest): Promise<net.Socket> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const lookup = this.judge(await this.addresses(host), target);
    signal.throwIfAborted();
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const to = { host, port, lookup, autoSelectFamily: true, noDelay: true };
    const secure = url.protocol === 'https:';
    const socket = secure ? openTls(to, host, target) : net.connect(to);
    try {
      await opened(socket, secure ? 'secureConnect' : 'connect', signal);
      this.judgePeer(socket, target);
      if (secure) this.judgeCertificate(socket as tls.TLSSocket, target);
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  private addresses(host: string): ReturnType<Resolve> {
    const family = net.isIP(host);
    return family ? Promise.resolve([{ address: host, family }]) : this.settings.resolve(host);
  }

  /** A lookup that only knows the addresses that the target may reach; throws when there is none. */
  private judge(addresses: Awaited<ReturnType<Resolve>>, target: Target): LookupFunction {
    const refusals: string[] = [];
    const allowed = addresses.filter(({ address }) => {
      const refusal = this.settings.policy.refusal(address, target.targetClass);
      if (refusal !== undefined) refusals.push(refusal);
      return refusal === undefined;
    });
    if (allowed.length === 0)
      throw new ScrapeError('forbidden_address', refusals[0] ?? 'the name has no address');
    return (_host, options, callback) => {
      if (options.all) callback(null, allowed);
      else callback(null, allowed[0]!.address, allowed[0]!.family);
    };
  }

  /** What is connected is what was judged. */
  private judgePeer(socket: net.Socket, target: Target): void {
    const refusal = this.settings.policy.refusal(socket.remoteAddress ?? '', target.targetClass);
    if (refusal !== undefined) throw new ScrapeError('forbidden_address', refusal);
  }

  private judgeCertificate(socket: tls.TLSSocket, target: Target): void {
    if (target.pinSha256 === undefined && target.tls === 'verify') return;
    const found = normalisePin(socket.getPeerCertificate().fingerprint256 ?? '');
    const expected =
      target.pinSha256 === undefined ? this.seen.get(target.id) : normalisePin(target.pinSha256);
    if (target.pinSha256 === undefined) this.seen.set(target.id, found);
    if (expected === undefined || expected === found) return;
    throw new ScrapeError('tls', `the certificate's SHA-256 fingerprint is ${found}, ${target.pinSha256 === undefined ? 'before it was' : 'pinned is'} ${expected}`); // prettier-ignore
  }

  private sweep(): void {
    const now = performance.now();
    const free = new Set(Object.values(this.freeSockets).flatMap((sockets) => sockets ?? []));
    for (const [socket, since] of this.idleSince) {
      if (!free.has(socket)) this.idleSince.delete(socket);
      else if (now - since >= this.settings.idleMs) socket.destroy();
    }
  }
}

function openTls(to: net.TcpNetConnectOpts, host: string, target: Target): tls.TLSSocket {
  return tls.connect({
    ...to,
    servername: net.isIP(host) ? '' : host,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(host, certificate),
    // A pinned certificate stands for itself: neither its issuer nor its name is looked at.
    rejectUnauthorized: target.pinSha256 === undefined && target.tls === 'verify',
  });
}

function opened(socket: net.Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(new Error('aborted'));
    const settle = (done: () => void): void => {
      signal.removeEventListener('abort', abort);
      done();
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once(event, () => settle(resolve));
    socket.once('error', (error) => settle(() => reject(error)));
    socket.once('close', () => settle(() => reject(new Error('the connection was closed'))));
  });
}
