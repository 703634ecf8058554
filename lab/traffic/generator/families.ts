import type { SimulatedOrchestrator } from '../../simulators/network';
import type { Emission, OrchestratorInfo, SessionIds } from './emission';
import type { Random } from './random';

const BYTES_A_SECOND = 95_000;

const idFields = ({ requestId, streamId, pipelineId }: SessionIds) => ({
  pipeline_id: pipelineId,
  request_id: requestId,
  stream_id: streamId,
});

/** Traces carry the orchestrator's local address in lower case. */
export function infoOf(orchestrator: SimulatedOrchestrator): OrchestratorInfo {
  return { address: orchestrator.localAddress.toLowerCase(), url: orchestrator.uri };
}

/** `stream_trace`; a trace of the runner may lie some ms beside the gateway's envelope. */
export function trace(
  ids: SessionIds,
  at: number,
  type: string,
  info: OrchestratorInfo,
  skewMs = 0,
): Emission {
  const data = { orchestrator_info: info, ...idFields(ids), timestamp: at + skewMs, type };
  return { at, family: 'stream_trace', data };
}

/** `orchestrator_swap` is the one trace without a `timestamp`. */
export function swap(ids: SessionIds, at: number, model: string, info: OrchestratorInfo): Emission {
  const message = 'orchestrator stopped sending segments';
  const data = {
    orchestrator_info: info,
    ...idFields(ids),
    pipeline: model,
    message,
    type: 'orchestrator_swap',
  };
  return { at, family: 'stream_trace', data };
}

export interface StatusSample {
  readonly model: string;
  readonly state: string;
  readonly startedAt: number;
  readonly inputFps: number;
  readonly outputFps: number;
  readonly restarts: number;
  readonly lastError: string | null;
  /** Only the first status of a session and the one after a restart carry them. */
  readonly restartLogs: readonly string[] | null;
}

/** `ai_stream_status`: the field `pipeline` holds the model's id. */
export function status(
  ids: SessionIds,
  at: number,
  sample: StatusSample,
  info: OrchestratorInfo,
  skewMs = 0,
): Emission {
  const running = sample.outputFps > 0;
  const data = {
    inference_status: {
      fps: sample.outputFps,
      last_error: sample.lastError,
      last_error_time: sample.lastError === null ? null : at - 400,
      last_output_time: running ? at - 60 : null,
      last_params: { height: 512, width: 512 },
      last_params_hash: 'f0e4c2f76c58916ec258f246851bea09',
      last_params_update_time: sample.startedAt,
      last_restart_logs: sample.restartLogs,
      last_restart_time: sample.restarts > 0 ? sample.startedAt + 5_000 : null,
      restart_count: sample.restarts,
    },
    input_status: { fps: sample.inputFps, last_input_time: at - 90 },
    last_state_update_time: sample.startedAt + 7_800,
    last_status_timestamp: sample.startedAt,
    orchestrator_info: info,
    pipeline: sample.model,
    ...idFields(ids),
    start_time: sample.startedAt,
    state: sample.state,
    timestamp: at + skewMs,
    type: 'status',
  };
  return { at, family: 'ai_stream_status', data };
}

/** `ai_stream_events` of the gateway: a map of strings, without orchestrator and timestamp. */
export function gatewayError(ids: SessionIds, at: number, model: string, message: string): Emission {
  const data = { capability: '', message, pipeline: model, ...idFields(ids), type: 'error' };
  return { at, family: 'ai_stream_events', data };
}

/** `ai_stream_events` of the runner, with the logs of the restart. */
export function runnerRestart(
  ids: SessionIds,
  at: number,
  model: string,
  info: OrchestratorInfo,
  logs: readonly string[],
): Emission {
  const data = {
    orchestrator_info: info,
    pipeline: model,
    ...idFields(ids),
    restart_count: 1,
    restart_logs: logs,
    restart_time: at,
    timestamp: at,
    type: 'restart',
  };
  return { at, family: 'ai_stream_events', data };
}

/** `params_update` has no `timestamp`. */
export function paramsUpdate(ids: SessionIds, at: number, model: string, info: OrchestratorInfo): Emission {
  const data = {
    orchestrator_info: info,
    params: { prompt: 'a lighthouse in the fog', seed: 42 },
    pipeline: model,
    ...idFields(ids),
    type: 'params_update',
  };
  return { at, family: 'ai_stream_events', data };
}

/** `stream_ingest_metrics`: round trip times in nanoseconds, jitter in ms, seconds elsewhere. */
export function ingestMetrics(random: Random, ids: SessionIds, at: number, secondsIn: number): Emission {
  const lost = random.chance(0.05) ? random.between(1, 12) : 0;
  const track = (type: string, rate: number, jitter: number) => ({
    type,
    jitter,
    packets_lost: lost,
    packets_received: Math.round(secondsIn * rate),
    packet_loss_pct: lost === 0 ? 0 : (100 * lost) / (secondsIn * rate + lost),
    rtt: random.chance(0.5) ? 0 : random.between(8_000_000, 90_000_000),
    last_input_ts: secondsIn - 0.1,
    last_output_ts: 0,
    latency: 0,
  });
  const jitter = Math.abs(random.normal(12, 8));
  const stats = {
    peer_conn_stats: {
      ID: 'iceTransport',
      BytesReceived: Math.round(secondsIn * BYTES_A_SECOND),
      BytesSent: Math.round(secondsIn * 800),
    },
    track_stats: [track('video', 83, jitter), track('audio', 50, jitter * 1.6)],
    conn_quality: jitter > 50 ? 'bad' : 'good',
  };
  return { at, family: 'stream_ingest_metrics', data: { ...idFields(ids), stats, timestamp: at } };
}

/** `create_new_payment`: text only, numbers carry their units; the recipient in mixed case. */
export function payment(
  random: Random,
  ids: SessionIds,
  at: number,
  orchestrator: SimulatedOrchestrator,
): Emission {
  const data = {
    capability: '',
    clientIP: random.chance(0.5) ? '' : `203.0.113.${random.between(1, 254)}`,
    faceValue: `${random.between(20, 30) * 100_100_000_000_000} WEI`,
    manifestID: `35_${orchestrator.modelId}`,
    numTickets: String(random.between(1, 4)),
    orchestrator: orchestrator.uri,
    price: `${(orchestrator.pricePerUnit / orchestrator.pixelsPerUnit).toFixed(3)} wei/pixel`,
    recipient: orchestrator.address,
    requestID: ids.requestId,
    sender: '0x7A3f1c09B2d84E56aaC0913DfE2b7718C5d60e4F',
    sessionID: random.hex(8),
    winProb: '0.0009990010',
  };
  return { at, family: 'create_new_payment', data };
}

/** `discovery_results`: an array of text fields. */
export function discoveryResults(
  random: Random,
  at: number,
  orchestrators: readonly SimulatedOrchestrator[],
): Emission {
  const data = orchestrators.map((orchestrator) => ({
    address: orchestrator.localAddress.toLowerCase(),
    latency_ms: String(random.between(20, 240)),
    url: orchestrator.uri,
  }));
  return { at, family: 'discovery_results', data };
}

/** `create_signed_ticket` of a remote signer. */
export function signedTicket(
  random: Random,
  ids: SessionIds,
  at: number,
  orchestrator: SimulatedOrchestrator,
): Emission {
  const data = {
    session_id: random.hex(8),
    session_status: 'continuing',
    app: '',
    pipeline: orchestrator.pipeline,
    request_id: ids.requestId,
    orch_address: orchestrator.address,
    orch_url: orchestrator.uri,
    manifest_id: `35_${orchestrator.modelId}`,
    pm_session_id: random.hex(8),
    current_time: new Date(at).toISOString(),
    current_time_unix: Math.floor(at / 1000),
    previous_time: new Date(at - 10_000).toISOString(),
    previous_time_unix: Math.floor(at / 1000) - 10,
    billable_secs: 10,
    pixels: 512 * 512 * 200,
    session_balance: '0',
    computed_fee: '85721088',
    cost: '85721088',
    sequence_number: random.between(1, 400),
    num_tickets: 1,
    auth_id: '',
  };
  return { at, family: 'create_signed_ticket', data };
}
