import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import type { PlatformEndpoints } from '../../resources/endpoints';

const NO_RETRY = { retries: 0 };

/** A client of the SCRAM listener. */
export function scramClient({ kafka }: PlatformEndpoints, username: string, password: string): Kafka {
  return new Kafka({
    brokers: [...kafka.bootstrap],
    logLevel: logLevel.NOTHING,
    retry: NO_RETRY,
    sasl: { mechanism: 'scram-sha-512', username, password },
  });
}

/** The administrator, with the retries that a client has by default. */
export function adminClient(endpoints: PlatformEndpoints): Kafka {
  const { username, passwordFile } = endpoints.kafka.admin;
  return new Kafka({
    brokers: [...endpoints.kafka.bootstrap],
    logLevel: logLevel.NOTHING,
    sasl: { mechanism: 'scram-sha-512', username, password: readFileSync(passwordFile, 'utf8') },
  });
}

/** A client of the gateways' listener, as go-livepeer is one: PLAIN over TLS. */
export function ingestClient({ kafka }: PlatformEndpoints, username: string, password: string): Kafka {
  return new Kafka({
    brokers: [...kafka.ingest.bootstrap],
    logLevel: logLevel.NOTHING,
    retry: NO_RETRY,
    ssl: { ca: [readFileSync(kafka.ingest.caFile, 'utf8')], minVersion: 'TLSv1.2' },
    sasl: { mechanism: 'plain', username, password },
  });
}
