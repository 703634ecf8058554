import { serverMessage } from '../http/http-client';
import type { HttpAnswer, HttpClient } from '../http/http-client';
import { poll } from '../retry';
import type { LiveSubject, SchemaReference, Subject } from './subject';

const HEADERS = { 'Content-Type': 'application/vnd.schemaregistry.v1+json' };
const READABLE = { everyMs: 100, timeoutMs: 15_000 };
const NOT_FOUND = 404;

/** The Confluent-compatible API of a schema registry. */
export class RegistryClient {
  constructor(private readonly http: HttpClient) {}

  async read({
    subject,
    schema: declared,
    references: declaredReferences,
  }: Pick<Subject, 'subject' | 'schema' | 'references'>): Promise<LiveSubject | undefined> {
    const latest = await this.http.request({
      method: 'GET',
      path: `/subjects/${encodeURIComponent(subject)}/versions/latest`,
    });
    if (latest.status === NOT_FOUND) return undefined;
    const { schema, version, id, references, schemaType } = expectOk(latest) as WireVersion;
    const hasDeclared = await this.isRegistered(subject, schemaBody(declared, declaredReferences));
    const compatibility = await this.compatibility(subject);
    return { schema, version, id, references, schemaType, hasDeclared, compatibility };
  }

  /** Names of all subjects. */
  async subjects(): Promise<string[]> {
    return expectOk(await this.http.request({ method: 'GET', path: '/subjects' })) as string[];
  }

  /** Every version of a subject, the oldest first; none: there is no such subject. */
  async versions(subject: string): Promise<WireVersion[]> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await this.http.request({ method: 'GET', path });
    if (answer.status === NOT_FOUND) return [];
    const numbers = (expectOk(answer) as number[]).sort((a, b) => a - b);
    const read = async (version: number): Promise<WireVersion> =>
      expectOk(await this.http.request({ method: 'GET', path: `${path}/${version}` })) as WireVersion;
    return Promise.all(numbers.map(read));
  }

  /** What the registry has against the schema as the newest version; empty: compatible, or the first one. */
  async incompatibilities({ subject, schema }: Pick<Subject, 'subject' | 'schema'>): Promise<string[]> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`;
    const answer = await this.http.request({ method: 'POST', path, body: { schema }, headers: HEADERS });
    if (answer.status === NOT_FOUND) return [];
    const { is_compatible: isCompatible, messages } = expectOk(answer) as CompatibilityAnswer;
    if (isCompatible) return [];
    return messages && messages.length > 0 ? messages : ['the registry gives no reason'];
  }

  /** Registers the schema as the newest version, and waits until it is read. */
  async register(desired: Subject): Promise<void> {
    const { subject, schema, references } = desired;
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const body = schemaBody(schema, references);
    expectOk(await this.http.request({ method: 'POST', path, body, headers: HEADERS }));
    const seen = await poll(async () => this.read(desired), READABLE);
    if (!seen) throw new Error(`the schema was accepted, but cannot be read after ${READABLE.timeoutMs} ms`);
  }

  async setCompatibility({ subject, compatibility }: Subject): Promise<void> {
    const path = `/config/${encodeURIComponent(subject)}`;
    expectOk(await this.http.request({ method: 'PUT', path, body: { compatibility }, headers: HEADERS }));
  }

  /** Takes the subject away, its versions with it; they can be given back by registering them again. */
  async delete(subject: string): Promise<void> {
    const path = `/subjects/${encodeURIComponent(subject)}`;
    const answer = await this.http.request({ method: 'DELETE', path });
    if (answer.status !== NOT_FOUND) expectOk(answer);
  }

  /** The registry's own lookup: POST of a schema to a subject finds the version that holds it. */
  private async isRegistered(subject: string, body: SchemaBody): Promise<boolean> {
    const path = `/subjects/${encodeURIComponent(subject)}`;
    const answer = await this.http.request({ method: 'POST', path, body, headers: HEADERS });
    return answer.status === 200;
  }

  private async compatibility(subject: string): Promise<string | undefined> {
    const answer = await this.http.request({ method: 'GET', path: `/config/${encodeURIComponent(subject)}` });
    if (answer.status === NOT_FOUND) return undefined;
    return (expectOk(answer) as { compatibilityLevel: string }).compatibilityLevel;
  }
}

interface CompatibilityAnswer {
  readonly is_compatible: boolean;
  readonly messages?: string[];
}

/** One version of a subject as the registry gives it. */
export interface WireVersion {
  readonly schema: string;
  readonly version: number;
  readonly id: number;
  readonly references?: readonly SchemaReference[];
  readonly schemaType?: string;
}

interface SchemaBody {
  readonly schema: string;
  readonly references?: readonly SchemaReference[];
}

function schemaBody(schema: string, references: readonly SchemaReference[] = []): SchemaBody {
  return references.length > 0 ? { schema, references } : { schema };
}

function expectOk(answer: HttpAnswer): unknown {
  if (answer.status < 200 || answer.status > 299)
    throw new Error(`the registry answers ${serverMessage(answer)}`);
  return answer.data;
}
