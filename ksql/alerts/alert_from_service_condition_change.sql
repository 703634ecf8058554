-- description: Alerts about the service: SLA, failures, unserved demand, swaps, latency, output, and telemetry that is late or missing.
-- grain: one change of one rule on one orchestrator, pipeline and model
-- owner: operations
-- windows: 1m

-- `event_time` is the start of the minute that was judged. Raised and resolved share an id, which is made of the rule, the subject and the
-- last minute before it in which the rule was well.
INSERT INTO ${alert}
SELECT
  subject,
  EXPLODE(TRANSFORM(
    FILTER(conditions, c => c->status <> ''),
    c => MD5(CONCAT(c->rule, '|', subject_id, '|', COALESCE(c->episode, 'first'))))) AS alert_id,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->alert_type AS alert_type,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->rule AS rule,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->severity AS severity,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->status AS status,
  'orchestrator_model' AS subject_kind,
  subject_id,
  CAST(NULL AS STRING) AS gpu_uuid,
  CAST(NULL AS STRING) AS gpu_type,
  orchestrator,
  pipeline,
  model,
  CAST(NULL AS STRING) AS region,
  '${network}' AS network,
  '${environment}' AS environment,
  event_time,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->metric AS metric_name,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->current_value AS current_value,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->threshold AS threshold,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->clear_threshold AS clear_threshold,
  EXPLODE(TRANSFORM(
    FILTER(conditions, c => c->status <> ''),
    c => STRUCT(
      recent_values := c->recent_values,
      trend := CASE
        WHEN c->recent_values[-1] > c->recent_values[1] THEN 'increasing'
        WHEN c->recent_values[-1] < c->recent_values[1] THEN 'decreasing'
        ELSE 'steady'
      END))) AS context,
  EXPLODE(FILTER(conditions, c => c->status <> ''))->action AS recommended_action
FROM ${service_condition_change}
EMIT CHANGES;
