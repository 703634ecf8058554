/** Names that the platform's parts use inside Kafka. */

/** `ksql.service.id`: prefix of the engine's internal topics, groups and transactional ids. */
export const KSQL_SERVICE_ID = 'naap_';
export const LAKE_REGION = 'us-east-1';
