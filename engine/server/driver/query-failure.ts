import { hasCode } from '../kafka/protocol-error';

/** Why a query stopped, as EXPLAIN shows it. */
export interface QueryFailure {
  readonly timestamp: number;
  readonly message: string;
  readonly type: QueryErrorType;
}
/** ksqlDB's: USER for what whoever wrote the query or its data can mend. */
export type QueryErrorType = 'USER' | 'SYSTEM';

/** A topic that the query needs and that is not there. */
export class MissingTopicError extends Error {
  constructor(topic: string) {
    super(`Topic '${topic}' does not exist.`);
    this.name = 'MissingTopicError';
  }
}

export function queryFailure(error: unknown, timestamp: number): QueryFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { timestamp, message, type: isUsersOwn(error) ? 'USER' : 'SYSTEM' };
}

function isUsersOwn(error: unknown): boolean {
  return (
    error instanceof MissingTopicError ||
    hasCode(
      error,
      'TOPIC_AUTHORIZATION_FAILED',
      'GROUP_AUTHORIZATION_FAILED',
      'MESSAGE_TOO_LARGE',
      'RECORD_LIST_TOO_LARGE',
      'INVALID_RECORD',
      'INVALID_TIMESTAMP',
      'POLICY_VIOLATION',
      'UNKNOWN_TOPIC_OR_PARTITION',
    )
  );
}
