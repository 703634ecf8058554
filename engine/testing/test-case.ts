import type { JsonObject, JsonValue } from './json-value';
import type { RestExpectation } from './rest/rest-case';

/** One run of a case, in the shape that ksqlDB's published cases have. */
export interface TestCase {
  readonly name: string;
  /** The format or configuration value that this run is for. */
  readonly format?: string;
  readonly statements: readonly string[];
  /** Values of `${name}` in the statements. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  readonly topics: readonly CaseTopic[];
  readonly inputs: readonly CaseRecord[];
  readonly outputs: readonly CaseRecord[];
  readonly expectedException?: { readonly message?: string };
  readonly post?: CasePost;
  /** Of the REST suite: run against a server, which is asked. */
  readonly rest?: RestExpectation;
}
/** A topic that exists before the statements run. */
export interface CaseTopic {
  readonly name: string;
  /** Absent: as many as the first statement that uses it says. */
  readonly partitions?: number;
  readonly replicas: number;
  readonly keyFormat?: string;
  readonly valueFormat?: string;
  readonly keySchema?: JsonValue;
  readonly valueSchema?: JsonValue;
  readonly keySchemaId?: number;
  readonly valueSchemaId?: number;
  readonly keySchemaReferences?: JsonValue;
  readonly valueSchemaReferences?: JsonValue;
}
export interface CaseRecord {
  readonly topic: string;
  readonly key: JsonValue;
  readonly value: JsonValue;
  /** Milliseconds since the epoch; absent: 0 for inputs. */
  readonly timestamp?: number;
  readonly window?: { readonly start: number; readonly end: number; readonly type?: string };
  readonly headers?: readonly { readonly key: string; readonly value: string | null }[];
}
export interface CasePost {
  readonly sources: readonly JsonObject[];
  readonly topics: readonly JsonObject[];
  /** No topic may have a name that matches. */
  readonly blacklist?: string;
}

export type CaseStatus = 'passed' | 'failed' | 'skipped';
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly format?: string;
  readonly status: CaseStatus;
  readonly reason?: string;
  readonly expected?: string;
  readonly got?: string;
  /** What the processing log was told. */
  readonly log?: readonly string[];
}
