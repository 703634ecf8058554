export interface RefusedPlace {
  readonly topic?: string;
  readonly group?: string;
}

/** What a broker answers instead of a result. `retriable` is data of Kafka's own error table. */
export class KafkaProtocolError extends Error {
  constructor(
    readonly errorCode: number,
    readonly errorName: string,
    readonly retriable: boolean,
    message: string,
    /** What was refused, where that is known: a topic or a consumer group. */
    readonly place: RefusedPlace = {},
  ) {
    super(message);
    this.name = 'KafkaProtocolError';
  }
}

/** A connection that broke, could not be made or did not answer in time. Always worth another try. */
export class KafkaConnectionError extends Error {
  readonly retriable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KafkaConnectionError';
  }
}

type ErrorRow = readonly [name: string, retriable: boolean, meaning: string];

/** https://kafka.apache.org/protocol#protocol_error_codes (those that our requests can be answered with). */
const ERRORS: Readonly<Record<number, ErrorRow>> = {
  [-1]: ['UNKNOWN_SERVER_ERROR', false, 'the broker failed'],
  1: ['OFFSET_OUT_OF_RANGE', false, 'the offset is not held (any more) by the broker'],
  2: ['CORRUPT_MESSAGE', true, 'a record failed its checksum'],
  3: ['UNKNOWN_TOPIC_OR_PARTITION', true, 'the broker does not hold this topic partition'],
  5: ['LEADER_NOT_AVAILABLE', true, 'the partition has no leader now'],
  6: ['NOT_LEADER_OR_FOLLOWER', true, 'this broker does not lead the partition any more'],
  7: ['REQUEST_TIMED_OUT', true, 'the request timed out on the broker'],
  8: ['BROKER_NOT_AVAILABLE', false, 'the broker is not available'],
  10: ['MESSAGE_TOO_LARGE', false, 'a record is larger than the topic allows (max.message.bytes)'],
  13: ['NETWORK_EXCEPTION', true, 'the broker lost a connection'],
  14: ['COORDINATOR_LOAD_IN_PROGRESS', true, 'the coordinator is loading'],
  15: ['COORDINATOR_NOT_AVAILABLE', true, 'the coordinator is not available'],
  16: ['NOT_COORDINATOR', true, 'this broker does not coordinate the group or transaction any more'],
  17: ['INVALID_TOPIC_EXCEPTION', false, 'the topic name is not valid'],
  18: [
    'RECORD_LIST_TOO_LARGE',
    false,
    'records are together larger than a segment of the topic (segment.bytes)',
  ],
  19: ['NOT_ENOUGH_REPLICAS', true, 'fewer in-sync replicas than min.insync.replicas'],
  20: ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', true, 'fewer in-sync replicas than min.insync.replicas'],
  29: ['TOPIC_AUTHORIZATION_FAILED', false, 'the ACLs do not allow this on the topic'],
  30: ['GROUP_AUTHORIZATION_FAILED', false, 'the ACLs do not allow this consumer group'],
  31: ['CLUSTER_AUTHORIZATION_FAILED', false, 'the ACLs do not allow this on the cluster'],
  32: ['INVALID_TIMESTAMP', false, "a record's time is further from now than the topic allows"],
  33: ['UNSUPPORTED_SASL_MECHANISM', false, 'the broker does not offer this SASL mechanism'],
  35: ['UNSUPPORTED_VERSION', false, 'the broker does not speak this version of the request'],
  36: ['TOPIC_ALREADY_EXISTS', false, 'the topic exists already'],
  37: ['INVALID_PARTITIONS', false, 'the number of partitions is not valid'],
  38: [
    'INVALID_REPLICATION_FACTOR',
    false,
    'the replication factor is larger than the number of brokers, or not valid',
  ],
  40: ['INVALID_CONFIG', false, 'a topic configuration is not valid'],
  41: ['NOT_CONTROLLER', true, 'this broker is not the controller'],
  42: ['INVALID_REQUEST', false, 'the request is not valid'],
  44: ['POLICY_VIOLATION', false, "the request breaks the cluster's policy"],
  45: ['OUT_OF_ORDER_SEQUENCE_NUMBER', false, 'the producer lost its sequence'],
  47: ['INVALID_PRODUCER_EPOCH', false, 'a newer producer took over this transactional id'],
  48: ['INVALID_TXN_STATE', false, 'the transaction is in another state'],
  49: ['INVALID_PRODUCER_ID_MAPPING', false, 'the producer id is not the one of this transactional id'],
  50: [
    'INVALID_TRANSACTION_TIMEOUT',
    false,
    'the transaction timeout is larger than transaction.max.timeout.ms',
  ],
  51: ['CONCURRENT_TRANSACTIONS', true, 'the previous transaction is still being completed'],
  53: ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', false, 'the ACLs do not allow this transactional id'],
  56: ['KAFKA_STORAGE_ERROR', true, 'the broker has a disk error'],
  58: ['SASL_AUTHENTICATION_FAILED', false, 'the broker refused user or password'],
  59: ['UNKNOWN_PRODUCER_ID', false, 'the broker forgot this producer'],
  68: ['NON_EMPTY_GROUP', false, 'the consumer group has members'],
  69: ['GROUP_ID_NOT_FOUND', false, 'the consumer group does not exist'],
  73: ['TOPIC_DELETION_DISABLED', false, 'the broker does not delete topics'],
  74: ['FENCED_LEADER_EPOCH', true, 'the leader changed'],
  75: ['UNKNOWN_LEADER_EPOCH', true, 'the broker does not know the leader epoch yet'],
  78: ['OFFSET_NOT_AVAILABLE', true, 'the leader has not caught up yet'],
  87: [
    'INVALID_RECORD',
    false,
    'the broker refused a record (a compacted topic takes no record without a key)',
  ],
  90: ['PRODUCER_FENCED', false, 'a newer producer took over this transactional id'],
  120: ['TRANSACTION_ABORTABLE', false, 'the transaction must be aborted'],
};

/** The error of a code, told for `subject` (what was asked, e.g. `write to topic "x"`). */
export function protocolError(
  code: number,
  subject: string,
  detail?: string | null,
  place?: RefusedPlace,
): KafkaProtocolError {
  const [name, retriable, meaning] = ERRORS[code] ?? [`ERROR_${code}`, false, 'the broker refused'];
  return new KafkaProtocolError(code, name, retriable, `${subject}: ${detail ?? meaning} (${name})`, place);
}

/** Throws unless the code is 0. */
export function check(code: number, subject: string, detail?: string | null, place?: RefusedPlace): void {
  if (code !== 0) throw protocolError(code, subject, detail, place);
}

export function isRetriable(error: unknown): boolean {
  return (error instanceof KafkaProtocolError || error instanceof KafkaConnectionError) && error.retriable;
}
export function hasCode(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof KafkaProtocolError && names.includes(error.errorName);
}
