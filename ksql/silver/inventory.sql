-- description: What is known of each orchestrator and each GPU now, from its last announcement.
-- grain: one orchestrator at one URI, or one GPU
-- owner: analytics
-- serving: yes

-- Keyed `uri|<host:port>`, by which a gateway's events find their orchestrator (traces know it by its local address, payments by the other
-- one, all by its URI), and `gpu|<NVML UUID>`. The last announcement is the one with the largest event time, with its values behind it,
-- however partitions were read; what it leaves out is NULL, also if an earlier one had it.
-- `gpu_type` of a URI is that of all its GPUs if they are of one type; by model there are maps.
-- Repartitions: assets lie by snapshot.
-- Example: SELECT address, version, gpu_types FROM inventory_v1 WHERE asset_key = 'uri|orch-1.example:8935';
CREATE TABLE ${name} WITH (
  KAFKA_TOPIC = 'silver.inventory.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO'
) AS
SELECT
  asset_key,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(asset_kind, '')), 14), '') AS asset_kind,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(uri, '')), 14), '') AS uri,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(address, '')), 14), '') AS address,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(local_address, '')), 14), '') AS local_address,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(version, '')), 14), '') AS version,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(region, '')), 14), '') AS region,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(pipeline, '')), 14), '') AS pipeline,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(model, '')), 14), '') AS model,
  COALESCE(
    NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(gpu_type, '')), 14), ''),
    CASE
      WHEN ARRAY_LENGTH(ARRAY_DISTINCT(FILTER(TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => ${first_gpu_of_hardware}), g => g <> ''))) = 1
        THEN FILTER(TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => ${first_gpu_of_hardware}), g => g <> '')[1]
    END) AS gpu_type,
  CAST(NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(CAST(gpu_memory_bytes AS STRING), '')), 14), '') AS BIGINT) AS gpu_memory_bytes,
  NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(compute_capability, '')), 14), '') AS compute_capability,
  CAST(NULLIF(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(CAST(price_wei_per_pixel AS STRING), '')), 14), '') AS DOUBLE) AS price_wei_per_pixel,
  AS_MAP(
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => COALESCE(NULLIF(EXTRACTJSONFIELD(h, '$.model_id'), ''), 'unknown')),
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => COALESCE(NULLIF(EXTRACTJSONFIELD(h, '$.pipeline'), ''), 'unknown'))) AS pipelines,
  AS_MAP(
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => COALESCE(NULLIF(EXTRACTJSONFIELD(h, '$.model_id'), ''), 'unknown')),
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => ${first_gpu_of_hardware})) AS gpu_types,
  AS_MAP(
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => COALESCE(NULLIF(EXTRACTJSONFIELD(h, '$.model_id'), ''), 'unknown')),
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(hardware, '[]')), 14)), h => ARRAY_LENGTH(JSON_KEYS(COALESCE(NULLIF(EXTRACTJSONFIELD(h, '$.gpu_info'), 'null'), '{}'))))) AS gpu_counts,
  AS_MAP(
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(prices, '[]')), 14)),
      p => COALESCE(EXTRACTJSONFIELD(p, '$.capability'), '') + '|' + COALESCE(EXTRACTJSONFIELD(p, '$.constraint'), '')),
    TRANSFORM(JSON_ITEMS(SUBSTRING(MAX(CAST(event_time AS STRING) + COALESCE(prices, '[]')), 14)), p => ${wei_per_unit_of_price})) AS prices_wei_per_unit,
  MAX(event_time) AS announced_at
FROM ${network_capability}
WHERE asset_key IS NOT NULL AND asset_kind <> 'model'
GROUP BY asset_key
EMIT CHANGES;
