-- description: What a gateway's orchestrators announced: one row an orchestrator, one a GPU of it, one a model that it serves.
-- grain: one asset of one snapshot of the network
-- owner: analytics

-- Assets are `uri` (an orchestrator at one URI), `gpu` and `model`; columns that a kind does not have are NULL, and so is the key of an
-- asset that cannot be told (no URI, no GPU id). A count, an amount or an address that is none is NULL too: one bad entry does not
-- take the others with it. Zero numbers are left out by the sender, so that an absent minor version is 0.
-- An announced capacity is what is still free; the whole is what is free and what is in use. Prices are in wei per pixel (or token).
CREATE STREAM ${name} WITH (
  KAFKA_TOPIC = 'silver.network_capability.v${version}',
  PARTITIONS = ${partitions},
  REPLICAS = ${replicas},
  RETENTION_MS = ${retention_silver_ms},
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'AVRO',
  VALUE_SCHEMA_FULL_NAME = 'naap.silver.NetworkCapability',
  TIMESTAMP = 'event_time'
) AS
SELECT
  id AS snapshot_id,
  event_time,
  gateway,
  EXPLODE(TRANSFORM(assets, a => a->asset_kind)) AS asset_kind,
  EXPLODE(TRANSFORM(assets, a => a->asset_key)) AS asset_key,
  EXPLODE(TRANSFORM(assets, a => a->uri)) AS uri,
  EXPLODE(TRANSFORM(assets, a => a->address)) AS address,
  EXPLODE(TRANSFORM(assets, a => a->local_address)) AS local_address,
  EXPLODE(TRANSFORM(assets, a => a->version)) AS version,
  EXPLODE(TRANSFORM(assets, a => a->region)) AS region,
  EXPLODE(TRANSFORM(assets, a => a->pipeline)) AS pipeline,
  EXPLODE(TRANSFORM(assets, a => a->model)) AS model,
  EXPLODE(TRANSFORM(assets, a => a->gpu_type)) AS gpu_type,
  EXPLODE(TRANSFORM(assets, a => a->gpu_id)) AS gpu_id,
  EXPLODE(TRANSFORM(assets, a => a->gpu_memory_bytes)) AS gpu_memory_bytes,
  EXPLODE(TRANSFORM(assets, a => a->gpu_memory_free_bytes)) AS gpu_memory_free_bytes,
  EXPLODE(TRANSFORM(assets, a => a->compute_capability)) AS compute_capability,
  EXPLODE(TRANSFORM(assets, a => a->runner_version)) AS runner_version,
  EXPLODE(TRANSFORM(assets, a => a->warm)) AS warm,
  EXPLODE(TRANSFORM(assets, a => a->capacity)) AS capacity,
  EXPLODE(TRANSFORM(assets, a => a->capacity_in_use)) AS capacity_in_use,
  EXPLODE(TRANSFORM(assets, a => a->price_wei_per_pixel)) AS price_wei_per_pixel,
  EXPLODE(TRANSFORM(assets, a => a->hardware)) AS hardware,
  EXPLODE(TRANSFORM(assets, a => a->prices)) AS prices
FROM ${gateway_event_unique}
WHERE family = 'network_capabilities'
PARTITION BY id
EMIT CHANGES;
