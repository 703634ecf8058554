-- description: Alerts: raised when a rule begins to fire, resolved when it is well again, once each.
-- grain: one change of one rule on one subject
-- owner: operations

-- The id is made of the rule, the subject and the episode, so that a raised alert and its resolution share it, and a replay gives the same ids.
-- `status` is raised or resolved; an alert whose rule is a matter of a moment is both within two samples. All of a subject's lie in one partition.
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'alerts.alert.v${version}',
  PARTITIONS = ${partitions_alerts},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_alerts_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.alerts.Alert',
  TIMESTAMP = 'event_time'
) AS
SELECT
  gpu_key AS subject,
  EXPLODE(TRANSFORM(
    FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation),
    c => MD5(CONCAT(c->rule, '|', gpu, '|', COALESCE(c->episode, 'first'))))) AS alert_id,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->alert_type AS alert_type,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->rule AS rule,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->severity AS severity,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->status AS status,
  'gpu' AS subject_kind,
  gpu AS subject_id,
  gpu_id AS gpu_uuid,
  gpu_type,
  orchestrator,
  pipeline,
  model,
  region,
  network,
  environment,
  event_time,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->metric AS metric_name,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->current_value AS current_value,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->threshold AS threshold,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->clear_threshold AS clear_threshold,
  EXPLODE(TRANSFORM(
    FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation),
    c => STRUCT(
      recent_values := c->recent_values,
      trend := CASE
        WHEN c->recent_values[-1] > c->recent_values[1] THEN 'increasing'
        WHEN c->recent_values[-1] < c->recent_values[1] THEN 'decreasing'
        ELSE 'steady'
      END))) AS context,
  EXPLODE(FILTER(conditions, c => c->status <> '' AND c->evaluation = evaluation))->action AS recommended_action
FROM ${gpu_prediction_change}
EMIT CHANGES;
