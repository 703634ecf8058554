import type { Environment } from './environment-schema';
import { lakeWriter } from './names';
import type { SinkDefinition } from './sinks';
import { originFields, rowTransform } from './transforms';
import type { Transform } from './transforms';
import { workerSecret } from './worker-secret';

type Config = Record<string, string>;

/** These sinks count records, not bytes: a record of the raw topics has about so many once it is compressed. */
const BYTES_A_RECORD = 128;
const HOUR_MS = '3600000';
const CONFLUENT = 'io.confluent.connect';

/** Rows with their origin; the folder of an hour follows from the record's own time. */
export function objectTransforms(definition: SinkDefinition): Transform[] {
  return [rowTransform(definition), originFields()];
}

/**
 * Confluent's S3 sink (https://docs.confluent.io/kafka-connectors/s3-sink/current/configuration_options.html). It puts the topic
 * into the path: `raw/telemetry/gateway/telemetry.gateway.v1/dt=…/hr=…`.
 */
export function confluentSink(definition: SinkDefinition, environment: Environment): Config {
  const { lake } = environment;
  const { username, file } = lakeWriter(definition.cluster);
  return {
    'connector.class': `${CONFLUENT}.s3.S3SinkConnector`,
    'storage.class': `${CONFLUENT}.s3.storage.S3Storage`,
    'format.class': `${CONFLUENT}.s3.format.parquet.ParquetFormat`,
    'parquet.codec': 'zstd',
    'flush.size': String(recordsAFile(definition)),
    'rotate.interval.ms': String(definition.commitIntervalMs),
    'rotate.schedule.interval.ms': String(definition.commitIntervalMs),
    'partitioner.class': `${CONFLUENT}.storage.partitioner.TimeBasedPartitioner`,
    'partition.duration.ms': HOUR_MS,
    'path.format': definition.layers ? "'dt'=YYYY-MM-dd" : "'dt'=YYYY-MM-dd/'hr'=HH",
    'timestamp.extractor': 'Record',
    timezone: 'UTC',
    locale: 'en-US',
    'schema.compatibility': 'BACKWARD',
    'behavior.on.null.values': 'ignore',
    'topics.dir': folder(definition),
    'store.url': lake.endpoint,
    's3.bucket.name': lake.bucket,
    's3.region': lake.region,
    'aws.access.key.id': username,
    'aws.secret.access.key': workerSecret(environment, file),
  };
}

/** Aiven's S3 sink (https://github.com/Aiven-Open/cloud-storage-connectors-for-apache-kafka). How often it writes is the worker's `offset.flush.interval.ms`. */
export function aivenSink(definition: SinkDefinition, environment: Environment): Config {
  const { lake } = environment;
  const { username, file } = lakeWriter(definition.cluster);
  const unit = (name: string): string => `{{timestamp:unit=${name}}}`;
  const day = `dt=${unit('yyyy')}-${unit('MM')}-${unit('dd')}`;
  const time = definition.layers ? `{{topic}}/${day}` : `${day}/hr=${unit('HH')}`;
  return {
    'connector.class': 'io.aiven.kafka.connect.s3.AivenKafkaConnectS3SinkConnector',
    'format.output.type': 'parquet',
    'format.output.fields': 'value',
    'format.output.envelope': 'false',
    'file.compression.type': 'zstd',
    'file.name.template': `${folder(definition)}/${time}/{{topic}}-{{partition:padding=true}}-{{start_offset:padding=true}}.parquet`,
    'file.max.records': String(recordsAFile(definition)),
    'timestamp.timezone': 'UTC',
    'timestamp.source': 'event',
    'aws.s3.endpoint': lake.endpoint,
    'aws.s3.bucket.name': lake.bucket,
    'aws.s3.region': lake.region,
    'aws.access.key.id': username,
    'aws.secret.access.key': workerSecret(environment, file),
  };
}

function folder({ lake }: SinkDefinition): string {
  return lake?.path ?? 'curated';
}

function recordsAFile({ fileBytes }: SinkDefinition): number {
  return Math.ceil(fileBytes / BYTES_A_RECORD);
}
