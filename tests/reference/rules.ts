/** The rules that the SQL follows, written down a second time: nothing here may be read from `ksql/` or `engine/`. */
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** Windows of the rollups. */
export const WINDOWS_MS = { '5s': 5_000, '1m': MINUTE_MS, '10m': 600_000, '1h': 3_600_000 } as const;

export const CONTRACT = new Set([
  'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'discovery_results',
  'network_capabilities', 'create_new_payment', 'create_signed_ticket', 'job_gateway', 'job_payment', 'job_auth',
  'job_orchestrator', 'worker_lifecycle', 'ai_llm_request', 'ai_batch_request',
]); // prettier-ignore
export const ARRAY_FAMILIES = new Set(['discovery_results', 'network_capabilities']);
/** Families whose events say what became of a session. */
export const SESSION_FAMILIES = new Set([
  'stream_trace', 'ai_stream_status', 'ai_stream_events', 'stream_ingest_metrics', 'create_new_payment',
]); // prettier-ignore
export const NEEDS_REQUEST = new Set(['stream_trace', 'ai_stream_status', 'stream_ingest_metrics']);
/** Families that are sent over and over while a request lives, and how often. */
export const PERIOD_MS: Readonly<Record<string, number>> = {
  ai_stream_status: 10_000,
  stream_ingest_metrics: 5_000,
  network_capabilities: MINUTE_MS,
};

/** Fields that hold a number, or a whole one, where they are there. */
export const NUMBER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ai_stream_status: ['input_status.fps'],
  create_new_payment: ['winProb'],
  create_signed_ticket: ['computed_fee', 'cost', 'billable_secs'],
  ai_llm_request: ['total_duration_ms', 'ttft_ms', 'tokens_per_second', 'latency_score', 'price_per_unit'],
  ai_batch_request: ['duration_ms', 'latency_score', 'price_per_unit'],
};
export const INTEGER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ai_stream_status: ['inference_status.restart_count'],
  stream_ingest_metrics: ['stats.peer_conn_stats.BytesReceived', 'stats.peer_conn_stats.BytesSent'],
  create_new_payment: ['numTickets'],
  create_signed_ticket: ['num_tickets', 'pixels', 'sequence_number'],
  ai_llm_request: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
  ai_batch_request: ['tries'],
};

export const EXCUSES = [
  'no orchestrators available',
  'mediamtx ingest disconnected',
  'whip disconnected',
  'missing video',
  'ice connection state failed',
  'user disconnected',
];

export const PIPELINES: Readonly<Record<string, string>> = {
  27: 'text-to-image', 28: 'image-to-image', 29: 'image-to-video', 30: 'upscale', 31: 'audio-to-text',
  32: 'segment-anything-2', 33: 'llm', 34: 'image-to-text', 35: 'live-video-to-video', 36: 'text-to-speech', 37: 'byoc',
}; // prettier-ignore

export const WEI: Readonly<Record<string, number>> = { wei: 1, gwei: 1e9, eth: 1e18 };

/** Status samples are due every 10 s, and stand for as long. */
export const STATUS_PERIOD_MS = 10_000;
/** A session without a word on its outcome is settled this long after its request. */
export const SETTLED_MS = 60_000;
export const BENCHMARK_DAYS = 7;
export const BUCKET_GROWTH = 1.05;
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
