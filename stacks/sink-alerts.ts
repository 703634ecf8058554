import { connectorGroup } from './names';
import type { SinkDefinition } from './sinks';

/** One alerting rule of Prometheus. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * What somebody is told about one sink: dead letters, tasks that failed, and how far it is behind. The figures are those of
 * kafka_exporter (topics, groups) and of Connect's own metrics through the JMX exporter.
 */
export function sinkAlerts(sink: SinkDefinition): AlertRule[] {
  const { name, deadLetterTopic, alert } = sink;
  const { deadLetters, within, lag, severity } = alert;
  const rule = (title: string, expr: string, wait: string, summary: string): AlertRule => ({
    alert: title,
    expr,
    for: wait,
    labels: { severity, connector: name },
    annotations: { summary },
  });
  return [
    rule(
      'SinkDeadLetters',
      `sum(increase(kafka_topic_partition_current_offset{topic="${deadLetterTopic}"}[${within}])) > ${deadLetters}`,
      '0m',
      `Connector ${name} has put records into ${deadLetterTopic}: ./naap dlq list`,
    ),
    rule(
      'SinkTaskFailed',
      `sum(kafka_connect_worker_connector_failed_task_count{connector="${name}"}) > 0`,
      '2m',
      `A task of connector ${name} has failed: ./naap drift`,
    ),
    rule(
      'SinkBehind',
      `sum(kafka_consumergroup_lag{consumergroup="${connectorGroup(sink)}"}) > ${lag}`,
      '10m',
      `Connector ${name} is more than ${lag} records behind: ./naap lake status`,
    ),
  ];
}
