import type { PropertyChange } from '../../resources/change';
import type { KindName } from '../../resources/kind';

/** The ways in which an environment can be other than declared. */
export const DRIFT_CLASSES = {
  missing: 'declared, and not there',
  changed: 'a declared setting is another one',
  undeclared: 'there, owned by this environment, and not declared',
  'query-not-running': 'a query that is declared to run does not',
  'query-different': 'what runs says something else than what is declared',
  'task-failed': 'a connector or one of its tasks has failed',
  'schema-ahead': 'the registry has a schema that nobody declared above the declared one',
  'compatibility-changed': 'the rule by which new schemas are judged is another one',
  'password-rejected': 'the declared password no longer logs in',
  'bucket-changed': 'policy, versioning or lifecycle of a bucket is another one',
  'dead-letters': 'a dead-letter topic is not empty',
} as const;
export type DriftClass = keyof typeof DRIFT_CLASSES;

/** One thing that is not as declared. */
export interface Finding {
  readonly class: DriftClass;
  readonly kind: KindName;
  readonly name: string;
  /** A sentence for people. */
  readonly text: string;
  readonly properties?: readonly PropertyChange[];
}

/** What could not be looked at, and why: a secret that is lacking, a right that was not given. */
export interface NotChecked {
  readonly kind: KindName;
  readonly name: string;
  readonly reason: string;
}

/** A system that did not answer. */
export interface DriftFailure {
  readonly kind: KindName;
  readonly reason: string;
}

export interface DriftReport {
  readonly stack: string;
  /** Number of declared resources that were compared. */
  readonly compared: number;
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  readonly failures: readonly DriftFailure[];
  readonly durationMs: number;
}
