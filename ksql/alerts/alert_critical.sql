-- description: The critical ones among the alerts, kept for a year: what somebody is called for.
-- grain: one change of one critical rule on one subject
-- owner: operations
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'alerts.alert_critical.v${version}',
  PARTITIONS = ${partitions_critical},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_critical_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.alerts.Alert',
  TIMESTAMP = 'event_time'
) AS
SELECT
  subject,
  alert_id,
  alert_type,
  rule,
  severity,
  status,
  subject_kind,
  subject_id,
  gpu_uuid,
  gpu_type,
  orchestrator,
  pipeline,
  model,
  region,
  network,
  environment,
  event_time,
  metric_name,
  current_value,
  threshold,
  clear_threshold,
  context,
  recommended_action
FROM ${alert}
WHERE severity = 'critical'
EMIT CHANGES;
