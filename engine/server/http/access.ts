import { createHash, timingSafeEqual } from 'node:crypto';
import type { BasicUser } from '../config/basic-users';
import type { ServerConfig } from '../config/server-config';
import { ERROR_CODES, WireError } from './wire-error';

/** What deciding about a request needs of it. */
export interface RequestHeaders {
  header(name: string): string | undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * Refuses requests that a web page of somebody else made a browser send here: those for a foreign Host (DNS rebinding) and
 * those with a foreign Origin.
 */
export class HostPolicy {
  private readonly allowed: ReadonlySet<string>;
  private readonly acceptsAny: boolean;

  constructor(config: Pick<ServerConfig, 'listeners' | 'allowedHosts' | 'properties'>) {
    this.allowed = new Set([
      ...LOOPBACK,
      ...config.allowedHosts,
      ...config.listeners.map(({ host }) => host.toLowerCase()),
      ...advertised(config),
    ]);
    this.acceptsAny = config.allowedHosts.includes('*');
  }

  check(exchange: RequestHeaders): void {
    if (this.acceptsAny) return;
    const authority = exchange.header(':authority') ?? exchange.header('host') ?? '';
    const host = hostOf(authority);
    if (!this.allowed.has(host))
      throw refuse(`Host "${authority}" is not served here: add it to ksql.allowed.hosts`);
    const origin = exchange.header('origin');
    if (origin === undefined) return;
    if (!this.allowed.has(originHost(origin)))
      throw refuse(`Requests from the origin "${origin}" are not served`);
  }
}

function advertised({ properties }: Pick<ServerConfig, 'properties'>): string[] {
  const listener = properties['ksql.advertised.listener'];
  return listener ? [originHost(listener)] : [];
}
function refuse(message: string): WireError {
  return new WireError(ERROR_CODES.forbidden, message);
}
/** Host name of `host:port`, `[::1]:port` or a bare name. */
function hostOf(authority: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(authority);
  return (bracketed?.[1] ?? authority.replace(/:\d*$/, '')).toLowerCase();
}
function originHost(origin: string): string {
  return hostOf(origin.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, ''));
}

/** HTTP basic authentication; paths that stock serves to everybody are let through by the caller. */
export function authenticate(exchange: RequestHeaders, users: readonly BasicUser[]): void {
  const [scheme, encoded] = (exchange.header('authorization') ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || !encoded) throw unauthorized();
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const separator = credentials.indexOf(':');
  const name = credentials.slice(0, separator);
  const user = users.find((candidate) => candidate.name === name);
  // The comparison is made for unknown users too, so that time does not tell them apart.
  const matches = passwordMatches(user?.password ?? '\0', credentials.slice(separator + 1));
  if (!user || separator < 0 || !matches) throw unauthorized();
}

function passwordMatches(stored: string, given: string): boolean {
  const isDigest = stored.startsWith('MD5:');
  const expected = isDigest ? stored.slice(4).toLowerCase() : stored;
  const actual = isDigest ? createHash('md5').update(given).digest('hex') : given;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(expected), hash(actual));
}

function unauthorized(): WireError {
  return new WireError(ERROR_CODES.unauthorized, 'Unauthorized');
}
