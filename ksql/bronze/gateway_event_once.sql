-- description: Valid gateway events, each once: the first copy within the window of its event time.
-- grain: one event id
-- owner: telemetry

-- HAVING COUNT(*) = 1 lets the first copy through and takes back nothing later readers use (they skip the tombstone of the second).
-- With a cache, two copies within one commit interval would be seen as COUNT 2 at once and the event would be lost.
-- Copies carry the same event time, hence the same window: there is no edge for a pair to fall across.
-- What is asked of the raw line by several readers is done here once: `data` without what wraps it, where its orchestrator is found in the
-- inventory, what an announcement lists, one JSON text an asset. The client's address goes no further: it is cut out of `data`, and
-- only its network and region are left.
SET 'cache.max.bytes.buffering' = '0';

CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'bronze.gateway_event_once.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_bronze_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  event_id,
  AS_VALUE(event_id) AS id,
  EARLIEST_BY_OFFSET(family) AS family,
  EARLIEST_BY_OFFSET(gateway) AS gateway,
  EARLIEST_BY_OFFSET(request_id) AS request_id,
  MIN(event_time) AS event_time,
  MIN(arrived_at) AS arrived_at,
  EARLIEST_BY_OFFSET(line) AS line,
  EARLIEST_BY_OFFSET(REGEXP_REPLACE(EXTRACTJSONFIELD(line, ${event_root}), '"clientIP"\s*:\s*"[^"]*"', '"clientIP":""')) AS data,
  EARLIEST_BY_OFFSET(COALESCE(
    NULLIF('uri|' + TRANSFORM(ARRAY[COALESCE(${orchestrator_uri}, '')], ${host_port})[1], 'uri|'),
    'request|' + COALESCE(request_id, event_id))) AS asset_key,
  EARLIEST_BY_OFFSET(${orchestrator_uri}) AS orchestrator_uri,
  EARLIEST_BY_OFFSET(NULLIF(TRANSFORM(ARRAY[COALESCE(${client_location}, 'host:$')], ${ip_network})[1], '')) AS client_network,
  EARLIEST_BY_OFFSET(CASE
    WHEN ${client_location} IS NOT NULL THEN TRANSFORM(TRANSFORM(ARRAY[${client_location}], ${place}), ${region})[1]
  END) AS client_region,
  EARLIEST_BY_OFFSET(CASE
    WHEN family = 'network_capabilities' THEN TRANSFORM(FILTER(REDUCE(
      JSON_ITEMS(EXTRACTJSONFIELD(line, ${event_root})),
      ARRAY[''],
      (assets, node) => ARRAY_CONCAT(ARRAY_CONCAT(ARRAY_CONCAT(
        assets,
        ARRAY['{"kind":"uri","node":' + node + '}']),
        REDUCE(
          JSON_ITEMS(COALESCE(NULLIF(EXTRACTJSONFIELD(node, '$.hardware'), 'null'), '[]')),
          ARRAY[''],
          (gpus, hardware) => ARRAY_CONCAT(gpus, MAP_VALUES(TRANSFORM(
            JSON_RECORDS(COALESCE(NULLIF(EXTRACTJSONFIELD(hardware, '$.gpu_info'), 'null'), '{}')),
            (slot, gpu) => slot,
            (slot, gpu) => '{"kind":"gpu","gpu":' + gpu + ',"hardware":' + hardware + ',"node":' + node + '}'))))),
        REDUCE(
          JSON_RECORDS(COALESCE(NULLIF(EXTRACTJSONFIELD(node, '$.capabilities.constraints.PerCapability'), 'null'), '{}')),
          ARRAY[''],
          (models, capability, constraints) => ARRAY_CONCAT(models, MAP_VALUES(TRANSFORM(
            JSON_RECORDS(COALESCE(NULLIF(EXTRACTJSONFIELD(constraints, '$.models'), 'null'), '{}')),
            (model, state) => model,
            (model, state) => '{"kind":"model","capability":' + TO_JSON_STRING(capability) + ',"model":' + TO_JSON_STRING(model)
              + ',"state":' + state + ',"node":' + node + '}')))))),
      asset => asset <> ''),
      a => STRUCT(
        asset_kind := EXTRACTJSONFIELD(a, '$.kind'),
        asset_key := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'gpu' THEN NULLIF(CONCAT('gpu|', EXTRACTJSONFIELD(a, '$.gpu.id')), 'gpu|')
        ELSE NULLIF('uri|' + TRANSFORM(ARRAY[COALESCE(EXTRACTJSONFIELD(a, '$.node.orch_uri'), '')], ${host_port})[1], 'uri|')
      END,
        uri := NULLIF(EXTRACTJSONFIELD(a, '$.node.orch_uri'), ''),
        address := LCASE(REGEXP_EXTRACT('${address}', EXTRACTJSONFIELD(a, '$.node.address'))),
        local_address := LCASE(REGEXP_EXTRACT('${address}', EXTRACTJSONFIELD(a, '$.node.local_address'))),
        version := NULLIF(EXTRACTJSONFIELD(a, '$.node.capabilities.version'), ''),
        region := TRANSFORM(TRANSFORM(TRANSFORM(TRANSFORM(TRANSFORM(
        ARRAY[COALESCE(EXTRACTJSONFIELD(a, '$.node.orch_uri'), '')],
        ${host_port}), ${host}), ${location}), ${place}), ${region})[1],
        pipeline := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'model' THEN
          COALESCE(${pipeline_of_capability}[EXTRACTJSONFIELD(a, '$.capability')], 'capability-' + EXTRACTJSONFIELD(a, '$.capability'))
        ELSE NULLIF(EXTRACTJSONFIELD(a, '$.hardware.pipeline'), '')
      END,
        model := COALESCE(NULLIF(EXTRACTJSONFIELD(a, '$.hardware.model_id'), ''), EXTRACTJSONFIELD(a, '$.model')),
        gpu_type := COALESCE(
        NULLIF(EXTRACTJSONFIELD(a, '$.gpu.name'), ''),
        FILTER(TRANSFORM(
          JSON_ITEMS(COALESCE(NULLIF(EXTRACTJSONFIELD(a, '$.node.hardware'), 'null'), '[]')),
          h => CASE WHEN EXTRACTJSONFIELD(h, '$.model_id') = EXTRACTJSONFIELD(a, '$.model') THEN ${first_gpu_of_hardware} ELSE '' END),
          g => g <> '')[1]),
        gpu_id := NULLIF(EXTRACTJSONFIELD(a, '$.gpu.id'), ''),
        gpu_memory_bytes := CAST(REGEXP_EXTRACT('${integer}', EXTRACTJSONFIELD(a, '$.gpu.memory_total')) AS BIGINT),
        gpu_memory_free_bytes := CAST(REGEXP_EXTRACT('${integer}', EXTRACTJSONFIELD(a, '$.gpu.memory_free')) AS BIGINT),
        compute_capability := CASE
        WHEN REGEXP_EXTRACT('${integer}', EXTRACTJSONFIELD(a, '$.gpu.major')) IS NOT NULL
          THEN EXTRACTJSONFIELD(a, '$.gpu.major') + '.' + COALESCE(REGEXP_EXTRACT('${integer}', EXTRACTJSONFIELD(a, '$.gpu.minor')), '0')
      END,
        runner_version := NULLIF(EXTRACTJSONFIELD(a, '$.state.runnerVersion'), ''),
        warm := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'model' THEN COALESCE(EXTRACTJSONFIELD(a, '$.state.warm'), 'false') = 'true'
      END,
        capacity := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'model' THEN
          CAST(COALESCE(REGEXP_EXTRACT('^[0-9]{1,9}$', EXTRACTJSONFIELD(a, '$.state.capacity')), '0') AS INT)
          + CAST(COALESCE(REGEXP_EXTRACT('^[0-9]{1,9}$', EXTRACTJSONFIELD(a, '$.state.capacityInUse')), '0') AS INT)
      END,
        capacity_in_use := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'model'
          THEN CAST(COALESCE(REGEXP_EXTRACT('^[0-9]{1,9}$', EXTRACTJSONFIELD(a, '$.state.capacityInUse')), '0') AS INT)
      END,
        price_wei_per_pixel := TRANSFORM(ARRAY[COALESCE(
          FILTER(
            JSON_ITEMS(COALESCE(NULLIF(EXTRACTJSONFIELD(a, '$.node.capabilities_prices'), 'null'), '[]')),
            p => EXTRACTJSONFIELD(p, '$.capability') = EXTRACTJSONFIELD(a, '$.capability')
              AND EXTRACTJSONFIELD(p, '$.constraint') = EXTRACTJSONFIELD(a, '$.model'))[1],
          NULLIF(EXTRACTJSONFIELD(a, '$.node.price_info'), 'null'),
          '{}')],
        p => ${wei_per_unit_of_price})[1],
        hardware := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'uri' THEN COALESCE(NULLIF(EXTRACTJSONFIELD(a, '$.node.hardware'), 'null'), '[]')
      END,
        prices := CASE
        WHEN EXTRACTJSONFIELD(a, '$.kind') = 'uri' THEN COALESCE(NULLIF(EXTRACTJSONFIELD(a, '$.node.capabilities_prices'), 'null'), '[]')
      END))
  END) AS assets,
  WINDOWSTART AS window_start,
  WINDOWEND AS window_end
FROM ${gateway_event}
WINDOW TUMBLING (SIZE ${dedup_window_size}, RETENTION ${dedup_window_retention}, GRACE PERIOD ${dedup_window_grace})
WHERE reason IS NULL
GROUP BY event_id
HAVING COUNT(*) = 1
EMIT CHANGES;
