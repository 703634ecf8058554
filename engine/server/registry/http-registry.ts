import { readFileSync } from 'node:fs';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { RegisteredSchema, SchemaRegistry, SchemaText } from '../../runtime/contracts';
import type { RegistryConfig } from '../config/server-config';

const TIMEOUT_MS = 10_000;

/** The registry answered, but not with a result. */
export class RegistryError extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'RegistryError';
  }
}

interface SchemaBody {
  readonly schema: string;
  readonly id?: number;
  readonly schemaType?: SchemaText['type'];
  readonly references?: SchemaText['references'];
}

/** A registry with Confluent's REST API. Schemas by id never change and are kept; what a subject's latest is, is asked each time. */
/** `isIndirect`: named by a schema that the schema refers to, not by itself. */
type ResolvedReference = NonNullable<SchemaText['references']>[number] & { readonly isIndirect?: boolean };

/** The references as the registry knows them. */
function declared(references: readonly ResolvedReference[]): readonly object[] {
  return references
    .filter(({ isIndirect }) => isIndirect !== true)
    .map(({ name, subject, version }) => ({ name, subject, version }));
}

/** Apicurio 2 looks at a schema's own words for its kind, and does not know a JSON schema that is only a `oneOf`. */
function isUnrecognised(error: unknown): boolean {
  return error instanceof RegistryError && error.errorCode === 42201;
}

function withDialect(text: string): string {
  return text.replace('{', '{"$schema":"http://json-schema.org/draft-07/schema#",');
}

export class HttpSchemaRegistry implements SchemaRegistry {
  private readonly known = new Map<number, RegisteredSchema>();
  private readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };

  constructor(private readonly config: RegistryConfig) {
    const ca = config.caFile ? readFileSync(config.caFile) : undefined;
    this.agents = {
      http: new HttpAgent({ keepAlive: true }),
      https: new HttpsAgent({ keepAlive: true, ca }),
    };
  }

  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    const body = await this.get<SchemaBody>(`/subjects/${encodeURIComponent(subject)}/versions/latest`);
    return body && this.remember({ ...(await this.withReferences(body)), id: body.id! });
  }

  async byId(id: number): Promise<RegisteredSchema | undefined> {
    const known = this.known.get(id);
    if (known) return known;
    const body = await this.get<SchemaBody>(`/schemas/ids/${id}`);
    return body && this.remember({ ...(await this.withReferences(body)), id });
  }

  async register(subject: string, schema: SchemaText): Promise<number> {
    const id = await this.registerAs(subject, schema).catch((error: unknown) => {
      if (!isUnrecognised(error) || schema.type !== 'JSON') throw error;
      return this.registerAs(subject, { ...schema, text: withDialect(schema.text) });
    });
    this.remember({ ...schema, id });
    return id;
  }

  private async registerAs(subject: string, schema: SchemaText): Promise<number> {
    const body = {
      schema: schema.text,
      ...(schema.type === 'AVRO' ? {} : { schemaType: schema.type }),
      ...(schema.references ? { references: declared(schema.references) } : {}),
    };
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    return ((await this.call('POST', path, body)) as { id: number }).id;
  }

  async deleteSubject(subject: string): Promise<void> {
    await this.callUnlessMissing('DELETE', `/subjects/${encodeURIComponent(subject)}`);
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  /** A schema with the texts of all that it refers to, also through others. */
  private async withReferences(body: SchemaBody): Promise<SchemaText> {
    const found = new Map<string, ResolvedReference>();
    await this.collect(body.references ?? [], false, found);
    return toText({ ...body, references: [...found.values()] });
  }

  private async collect(
    references: NonNullable<SchemaText['references']>,
    isIndirect: boolean,
    found: Map<string, ResolvedReference>,
  ): Promise<void> {
    for (const { name, subject, version } of references) {
      if (found.has(name)) continue;
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const body = await this.get<SchemaBody>(path);
      found.set(name, { name, subject, version, text: body?.schema, isIndirect });
      await this.collect(body?.references ?? [], true, found);
    }
  }

  private remember(schema: RegisteredSchema): RegisteredSchema {
    this.known.set(schema.id, schema);
    return schema;
  }

  private async get<T>(path: string): Promise<T | undefined> {
    return (await this.callUnlessMissing('GET', path)) as T | undefined;
  }

  private async callUnlessMissing(method: string, path: string): Promise<unknown> {
    try {
      return await this.call(method, path);
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Tries the URLs in turn until one answers. */
  private async call(method: string, path: string, body?: object): Promise<unknown> {
    let failure: unknown;
    for (const url of this.config.urls) {
      try {
        return await this.callOne(new URL(url + path), method, body);
      } catch (error) {
        if (error instanceof RegistryError && error.status < 500) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  private async callOne(url: URL, method: string, body?: object): Promise<unknown> {
    const payload = body && Buffer.from(JSON.stringify(body));
    const { status, text } = await this.exchange(url, method, payload);
    const answer = parseAnswer(text);
    if (status < 400) return answer;
    const { error_code: code = status, message = text } = (answer ?? {}) as {
      error_code?: number;
      message?: string;
    };
    throw new RegistryError(
      status,
      code,
      `the schema registry at ${url.origin} refused ${method} ${url.pathname}: ${message} (${code})`,
    );
  }

  private exchange(
    url: URL,
    method: string,
    payload: Buffer | undefined,
  ): Promise<{ status: number; text: string }> {
    const isTls = url.protocol === 'https:';
    const { username, password } = this.config;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) =>
        reject(
          new Error(`the schema registry at ${url.origin} does not answer: ${error.message || error.name}`, {
            cause: error,
          }),
        );
      const request = (isTls ? httpsRequest : httpRequest)(
        url,
        {
          method,
          agent: isTls ? this.agents.https : this.agents.http,
          timeout: TIMEOUT_MS,
          headers: {
            accept: 'application/vnd.schemaregistry.v1+json, application/json',
            ...(payload
              ? { 'content-type': 'application/vnd.schemaregistry.v1+json', 'content-length': payload.length }
              : {}),
          },
          ...(username === undefined ? {} : { auth: `${username}:${password ?? ''}` }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
          response.on('error', fail);
        },
      );
      request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      request.on('error', fail);
      request.end(payload);
    });
  }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toText({ schema, schemaType = 'AVRO', references }: SchemaBody): SchemaText {
  return { type: schemaType, text: schema, ...(references?.length ? { references } : {}) };
}
