import { at, dimension, listOf, numberAt, textAt } from './json';
import type { ReferenceEvent } from './judge';
import { regionOfHost, regionOfUri } from './inventory';
import type { Inventory, Regions } from './inventory';
import { PIPELINES } from './rules';

/** An event with what the inventory knew of its orchestrator when it came. */
export interface EnrichedEvent extends ReferenceEvent {
  /** Points of traces, kinds of stream events. */
  readonly signal: string;
  /** Key-safe; `unknown` where none was sent. */
  readonly gatewayName: string;
  readonly orchestrator: string | null;
  /** As the event's own orchestrator_info says. */
  readonly reported: string | null;
  /** As announced for its URI. */
  readonly announced: string | null;
  readonly pipeline: string | null;
  readonly pipelineId: string | null;
  readonly model: string | null;
  readonly gpuType: string | null;
  readonly region: string;
}

const MODEL_IN_PIPELINE = new Set([
  'stream_trace',
  'ai_stream_status',
  'ai_stream_events',
  'stream_ingest_metrics',
]);
const orNull = (text: string): string | null => (text === '' ? null : text);

/** Adds to an event what was announced of its orchestrator before it. */
export function enrich(event: ReferenceEvent, inventory: Inventory, regions: Regions): EnrichedEvent {
  const { data, gateway } = event;
  const uri =
    textAt(data, 'orchestrator_info.url') || textAt(data, 'orchestrator') || textAt(data, 'orch_url') || textAt(data, 'orch_uri');
  const known = inventory.find(uri);
  const model = modelOf(event);
  const pipelineId = textAt(data, 'pipeline_id');
  const pipeline = pipelineId || familyPipeline(event) || announcedPipeline(known?.pipelines.get(model)) || capabilityPipeline(event);
  const reported = orNull(textAt(data, 'orchestrator_info.address').toLowerCase());
  const region = regionOfUri(uri, regions);
  return {
    ...event,
    signal: textAt(data, 'type'),
    gatewayName: dimension(gateway || 'unknown'),
    reported,
    announced: known?.address ?? null,
    orchestrator:
      known?.address ?? reported ?? orNull(textAt(data, 'recipient').toLowerCase()) ?? orNull(textAt(data, 'orch_address').toLowerCase()),
    pipeline: orNull(dimension(pipeline)),
    pipelineId: orNull(dimension(pipelineId)),
    model: orNull(dimension(model)),
    gpuType: orNull(dimension(orNull(known?.gpuTypes.get(model) ?? '') ?? known?.gpuType ?? '')),
    region: region === 'unknown' ? regionOfHost(gateway, regions) : region,
  };
} // prettier-ignore

const manifestOf = ({ data }: ReferenceEvent): RegExpExecArray | null =>
  /^([0-9]+)_(.+)$/.exec(textAt(data, 'manifestID')) ?? /^([0-9]+)_(.+)$/.exec(textAt(data, 'manifest_id'));

/** In live video's events the field `pipeline` holds the model. */
function modelOf(event: ReferenceEvent): string {
  const { family, data } = event;
  let own = '';
  if (MODEL_IN_PIPELINE.has(family)) own = textAt(data, 'pipeline');
  else if (family === 'ai_batch_request') own = textAt(data, 'model_id');
  else if (family === 'ai_llm_request') own = textAt(data, 'model');
  return own || (manifestOf(event)?.[2] ?? '');
}

function familyPipeline({ family, data }: ReferenceEvent): string {
  if (family === 'ai_llm_request') return 'llm';
  const named = family === 'ai_batch_request' || family === 'create_signed_ticket';
  return named ? textAt(data, 'pipeline') : '';
}

const announcedPipeline = (pipeline = ''): string => (pipeline === 'unknown' ? '' : pipeline);

const capabilityPipeline = (event: ReferenceEvent): string => PIPELINES[manifestOf(event)?.[1] ?? ''] ?? '';

export const outputFpsOf = (data: unknown): number | null => numberAt(data, 'inference_status.fps');

/** Width x height of the frames; null where one is not known. */
export function pixelsOf(data: unknown): number | null {
  const [width, height] = ['width', 'height'].map((name) => textAt(data, `inference_status.last_params.${name}`));
  const known = [width, height].every((text) => /^[0-9]{1,5}$/.test(text!));
  return known ? Number(width) * Number(height) : null;
} // prettier-ignore

/** Tracks of ingest metrics: gauges are the worst of them, packets the sum. */
export function tracksOf(data: unknown) {
  const tracks = listOf(at(data, 'stats', 'track_stats'));
  const values = (name: string): number[] =>
    tracks.map((track) => numberAt(track, name)).filter((value) => value !== null);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
  const jitters = values('jitter');
  const rtt = Math.max(0, ...values('rtt')) / 1_000_000;
  return {
    jitterMs: jitters.length === 0 ? null : Math.max(...jitters),
    rttMs: rtt === 0 ? null : rtt,
    packetsReceived: sum(values('packets_received')),
    packetsLost: sum(values('packets_lost').map((lost) => Math.max(lost, 0))),
    bytesReceived: numberAt(data, 'stats.peer_conn_stats.BytesReceived') ?? 0,
    bytesSent: numberAt(data, 'stats.peer_conn_stats.BytesSent') ?? 0,
  };
}
