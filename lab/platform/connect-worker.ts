import type { PortName, Ports } from '../ports';
import type { PartName } from './part';

/** The two Connect clusters, as in production: raw sinks are critical, curated ones may wait. */
export const CONNECT_CLUSTERS = ['critical', 'curated'] as const;
export type ConnectClusterName = (typeof CONNECT_CLUSTERS)[number];

/** What sets one worker apart from the other: they share jars and nothing else. */
export interface ConnectWorker {
  readonly part: PartName;
  readonly title: string;
  readonly port: PortName;
  readonly principal: 'connectCritical' | 'connectCurated';
  readonly group: string;
  /** Of the topics that hold its configuration, offsets and states. */
  readonly topicPrefix: string;
  readonly maxHeap: string;
}

const WORKERS: Readonly<Record<ConnectClusterName, ConnectWorker>> = {
  critical: {
    part: 'connect',
    title: 'Kafka Connect, critical',
    port: 'connect',
    principal: 'connectCritical',
    group: 'naap-connect-critical',
    topicPrefix: '_connect-critical-',
    maxHeap: '1g',
  },
  curated: {
    part: 'connect-curated',
    title: 'Kafka Connect, curated',
    port: 'connectCurated',
    principal: 'connectCurated',
    group: 'naap-connect-curated',
    topicPrefix: '_connect-curated-',
    maxHeap: '512m',
  },
};

export function connectWorker(cluster: ConnectClusterName): ConnectWorker {
  return WORKERS[cluster];
}

/** REST root of a cluster's worker. */
export function connectWorkerUrl(ports: Ports, cluster: ConnectClusterName): string {
  return `http://127.0.0.1:${ports[WORKERS[cluster].port]}`;
}
