/** The rules that the SQL follows, written down a second time: nothing here may be read from `ksql/` or `engine/`. */
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export const CONTRACT = new Set([
  'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'discovery_results',
  'network_capabilities', 'create_new_payment', 'create_signed_ticket', 'job_gateway', 'job_payment', 'job_auth',
  'job_orchestrator', 'worker_lifecycle', 'ai_llm_request', 'ai_batch_request',
]); // prettier-ignore
export const ARRAY_FAMILIES = new Set(['discovery_results', 'network_capabilities']);
export const SESSION_FAMILIES = new Set([
  'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'create_new_payment',
]); // prettier-ignore
export const NEEDS_REQUEST = new Set(['stream_trace', 'ai_stream_status', 'stream_ingest_metrics']);

export const EXCUSES = [
  'no orchestrators available',
  'mediamtx ingest disconnected',
  'whip disconnected',
  'missing video',
  'ice connection state failed',
  'user disconnected',
];

/** Status samples are due every 10 s. */
export const STATUS_PERIOD_MS = 10_000;
export const BENCHMARK_DAYS = 7;
export const LATENCY_BUCKET_GROWTH = 1.05;
export const FPS_BUCKETS_A_FRAME = 2;
export const FULL_LATENCY_SAMPLES = 10;
export const FULL_FPS_SAMPLES = 30;

export const PTFF_BUCKETS_MS = [500, 1000, 2000, 3000, 5000, 10_000, 20_000];
export const E2E_BUCKETS_MS = [100, 250, 500, 1000, 2000, 3000, 5000];

/** How far an event's own time may lie from its arrival. */
export interface AgeLimits {
  readonly maxAgeMs: number;
  readonly maxAheadMs: number;
}
