/**
 * Every call that looking may make, as data: whatever is not here is refused before it is sent. A test holds these lists and
 * proves that nothing else gets through.
 */
export interface AllowedCalls {
  /** Requests of Kafka's protocol (without version) and methods of the client's administrator. */
  readonly kafka: readonly string[];
  /** Requests that take `validateOnly`, and only with it. */
  readonly kafkaValidateOnly: readonly string[];
  readonly registry: readonly HttpCall[];
  readonly connect: readonly HttpCall[];
  /** Statements of ksqlDB, by their first words; several may stand in one request. */
  readonly ksqldb: readonly RegExp[];
  /** The request ends in a statement that always fails, so that the server checks all of it and runs none. */
  readonly ksqldbDryRun: boolean;
  /** Pull queries: what tables answer. */
  readonly ksqldbPull: boolean;
  readonly store: readonly HttpCall[];
}
export interface HttpCall {
  readonly method: string;
  readonly path: RegExp;
  readonly what: string;
}

const KAFKA_READS = [
  'admin.connectToBrokers',
  'admin.close',
  'admin.listTopics',
  'admin.metadata',
  'admin.listOffsets',
  'admin.listConsumerGroupOffsets',
  'admin.describeLogDirs',
  'describeAcls',
  'describeClientQuotas',
  'describeConfigs',
  'describeUserScramCredentials',
] as const;

/** What drift detection may do: reads, and checks of a configuration that make nothing. */
export const DRIFT_CALLS: AllowedCalls = {
  kafka: KAFKA_READS,
  kafkaValidateOnly: [],
  registry: [
    { method: 'GET', path: /^\/(subjects|config|schemas)(\/|$)/, what: 'subjects, versions, compatibility' },
    { method: 'POST', path: /^\/subjects\/[^/]+$/, what: 'lookup of a schema under a subject' },
  ],
  connect: [
    { method: 'GET', path: /^\/(connectors|connector-plugins)(\/|\?|$)/, what: 'connectors, plugins' },
    {
      method: 'PUT',
      path: /^\/connector-plugins\/[^/]+\/config\/validate$/,
      what: 'check of a configuration',
    },
  ],
  ksqldb: [/^SHOW\b/i, /^LIST\b/i, /^DESCRIBE\b/i, /^EXPLAIN\b/i],
  ksqldbDryRun: false,
  ksqldbPull: false,
  store: [
    { method: 'GET', path: /^\//, what: 'buckets, users, policies' },
    { method: 'HEAD', path: /^\//, what: 'buckets' },
  ],
};

/** What a plan may do besides: ask a server whether it would take a change, without making it. */
export const PLAN_CALLS: AllowedCalls = {
  ...DRIFT_CALLS,
  kafkaValidateOnly: ['createTopics', 'createPartitions', 'incrementalAlterConfigs'],
  registry: [
    ...DRIFT_CALLS.registry,
    {
      method: 'POST',
      path: /^\/compatibility\/subjects\/[^/]+\/versions\/latest\b/,
      what: 'compatibility of a schema',
    },
  ],
  ksqldbDryRun: true,
};

/** What finding the declaration of what is there may do: what a plan may. */
export const ADOPT_CALLS: AllowedCalls = { ...PLAN_CALLS };

/** What watching a change may do besides: read rows of both versions. */
export const EVOLVE_CALLS: AllowedCalls = { ...PLAN_CALLS, ksqldbPull: true };
