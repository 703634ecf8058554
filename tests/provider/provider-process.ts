import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as proto from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';

const PROGRAM = path.resolve(__dirname, '../../resources/provider/pulumi-resource-naap');
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

export type Properties = Record<string, unknown>;

/** A secret as Pulumi's engine sends it. */
export const secret = (value: unknown): Properties => ({ [SIGNATURE]: SECRET, value });

export interface DiffAnswer {
  readonly changes: number;
  readonly diffs: readonly string[];
  readonly replaces: readonly string[];
  readonly detailed: Readonly<Record<string, number>>;
  readonly deleteBeforeReplace: boolean;
}

/** What Pulumi learns of a resource that was made although its creation failed. */
export interface Unfinished {
  readonly id: string;
  readonly reasons: readonly string[];
  readonly inputs: Properties;
}

/** The provider as Pulumi's engine runs it: a process of its own, spoken to in Pulumi's protocol. */
export class ProviderProcess {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    /** Everything it wrote to stderr: what people see of it. */
    readonly log: string[],
  ) {}

  static async start(): Promise<ProviderProcess> {
    const child = spawn(PROGRAM, [], { stdio: ['ignore', 'pipe', 'pipe'] });
    const log: string[] = [];
    child.stderr.on('data', (data: Buffer) => log.push(data.toString()));
    const port = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      child.once('exit', () => reject(new Error(`the provider ended:\n${log.join('')}`)));
    });
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new ProviderProcess(child, client, log);
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill();
    await ended;
  }

  async configure(args: Properties): Promise<proto.ConfigureResponse> {
    const request = new proto.ConfigureRequest();
    request.setArgs(struct(args));
    return this.ask('configure', request);
  }

  async schema(): Promise<Properties> {
    const answer = await this.ask<proto.GetSchemaResponse>('getSchema', new proto.GetSchemaRequest());
    return JSON.parse(answer.getSchema()) as Properties;
  }

  async check(
    type: string,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: readonly { property: string; reason: string }[] }> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf(type));
    request.setNews(struct(news));
    const answer = await this.ask<proto.CheckResponse>('check', request);
    const failures = answer.getFailuresList();
    return {
      inputs: plain(answer.getInputs()),
      failures: failures.map((it) => ({ property: it.getProperty(), reason: it.getReason() })),
    };
  }

  async diff(type: string, id: string, olds: Properties, news: Properties): Promise<DiffAnswer> {
    const request = new proto.DiffRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setOlds(struct(olds));
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    const answer = await this.ask<proto.DiffResponse>('diff', request);
    const detailed = [...answer.getDetaileddiffMap().entries()] as [string, proto.PropertyDiff][];
    return {
      changes: answer.getChanges(),
      diffs: answer.getDiffsList(),
      replaces: answer.getReplacesList(),
      detailed: Object.fromEntries(detailed.map(([name, diff]) => [name, diff.getKind()])),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(type: string, properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new proto.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(struct(properties));
    const answer = await this.ask<proto.CreateResponse>('create', request);
    return { id: answer.getId(), outputs: plain(answer.getProperties()) };
  }

  async update(type: string, id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new proto.UpdateRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setOlds(struct(olds));
    request.setOldInputs(struct(olds));
    request.setNews(struct(news));
    return plain((await this.ask<proto.UpdateResponse>('update', request)).getProperties());
  }

  async read(
    type: string,
    id: string,
    inputs: Properties = {},
  ): Promise<{ id: string; inputs: Properties; outputs: Properties }> {
    const request = new proto.ReadRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setInputs(struct(inputs));
    request.setProperties(struct(inputs));
    const answer = await this.ask<proto.ReadResponse>('read', request);
    return { id: answer.getId(), inputs: plain(answer.getInputs()), outputs: plain(answer.getProperties()) };
  }

  async delete(type: string, id: string, properties: Properties): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urnOf(type));
    request.setId(id);
    request.setProperties(struct(properties));
    await this.ask('delete', request);
  }

  private ask<A>(method: keyof ResourceProviderClient, request: unknown): Promise<A> {
    type Call = (request: unknown, answer: (error: grpc.ServiceError | null, value: A) => void) => void;
    const client = this.client as unknown as Record<string, Call>;
    return new Promise((resolve, reject) => {
      client[method]!(request, (error, value) => (error ? reject(error) : resolve(value)));
    });
  }
}

/** The resource that a failed creation or update left, as its error carries it. */
export function unfinished(error: unknown): Unfinished | undefined {
  const [bytes] = (error as grpc.ServiceError).metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(bytes)) return undefined;
  const [any] = Status.deserializeBinary(bytes).getDetailsList();
  const detail = any?.unpack(
    (data) => proto.ErrorResourceInitFailed.deserializeBinary(data),
    'pulumirpc.ErrorResourceInitFailed',
  );
  if (!detail) return undefined;
  return { id: detail.getId(), reasons: detail.getReasonsList(), inputs: plain(detail.getInputs()) };
}

function urnOf(type: string): string {
  return `urn:pulumi:test::naap::naap:stack:Parent$${type}::name`;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, never>);
}

function plain(value: Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}
