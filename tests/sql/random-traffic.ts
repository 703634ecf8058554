import fc from 'fast-check';
import type { ArrivedRecord } from '../reference/judge';

const NOON = Date.UTC(2026, 0, 8, 12);
const DAY_MS = 86_400_000;
const ORCHESTRATORS = [1, 2].map((n) => ({
  address: `0x${String(n).repeat(40)}`,
  localAddress: `0x${'ab'.repeat(19)}${n}0`,
  uri: `https://orch-${n}.example:8935`,
}));
const POINTS = [
  'gateway_receive_stream_request',
  'gateway_send_first_ingest_segment',
  'gateway_receive_first_processed_segment',
  'gateway_receive_few_processed_segments',
  'gateway_no_orchestrators_available',
  'orchestrator_swap',
  'gateway_ingest_stream_closed',
];
const MESSAGES = ['WHIP disconnected', 'http 503', 'No orchestrators available for 35'];

/** An event that something says about a request, without what all events have. */
interface Saying {
  readonly family: string;
  readonly data: Record<string, unknown>;
}

const whole = (max: number) => fc.integer({ min: 0, max });
const info = fc
  .constantFrom(undefined, ...ORCHESTRATORS)
  .map((orchestrator) => ({ address: orchestrator?.localAddress ?? '', url: orchestrator?.uri ?? '' }));
const model = fc.constantFrom('sdxl', 'face id|x', '');

const trace = fc.tuple(fc.constantFrom(...POINTS), info).map(([type, orchestrator_info]): Saying => ({
  family: 'stream_trace',
  data: { type, orchestrator_info },
}));

const status = fc
  .record({
    state: fc.constantFrom('ONLINE', 'LOADING', 'DEGRADED_INPUT'),
    fps: fc.constantFrom(null, 0, 0.5, 14.125, 24, 30.2, 450),
    input: fc.constantFrom(null, 0, 25.5),
    size: fc.constantFrom({}, { width: 512, height: 512 }, { width: 1024, height: null }),
    model,
    orchestrator_info: info,
  })
  .map(({ state, fps, input, size, model: pipeline, orchestrator_info }): Saying => ({
    family: 'ai_stream_status',
    data: {
      state,
      pipeline,
      orchestrator_info,
      input_status: { fps: input },
      inference_status: { fps, last_params: size },
    },
  }));

const ingest = fc.tuple(whole(1_000_000), whole(900), whole(9)).map(([bytes, packets, lost]): Saying => ({
  family: 'stream_ingest_metrics',
  data: {
    stats: {
      peer_conn_stats: { BytesReceived: bytes, BytesSent: Math.trunc(bytes / 7) },
      track_stats: [
        { type: 'video', jitter: lost * 1.5, rtt: lost * 7_000_000, packets_received: packets, packets_lost: lost },
        { type: 'audio', jitter: 3.25, rtt: 0, packets_received: 10, packets_lost: -1 },
      ],
    },
  },
})); // prettier-ignore

const payment = fc
  .tuple(fc.constantFrom(...ORCHESTRATORS), whole(3), model)
  .map(([{ uri, address }, tickets, name]): Saying => ({
    family: 'create_new_payment',
    data: {
      orchestrator: uri,
      recipient: address,
      faceValue: `${tickets}.5 GWEI`,
      price: '12.25 wei/pixel',
      winProb: '0.001',
      numTickets: String(tickets),
      manifestID: name ? `35_${name}` : '',
    },
  }));

const streamEvent = fc
  .tuple(fc.constantFrom('error', 'restart', 'params_update'), fc.constantFrom(...MESSAGES), info)
  .map(([type, message, orchestrator_info]): Saying => ({
    family: 'ai_stream_events',
    data: { type, message, pipeline: 'sdxl', orchestrator_info },
  }));

const batch = fc.tuple(fc.boolean(), whole(5_000), fc.constantFrom(...MESSAGES, null)).map(
  ([success, duration_ms, error]): Saying => ({
    family: 'ai_batch_request',
    data: { success, duration_ms, error, model_id: 'flux', pipeline: 'text-to-image', orch_url: ORCHESTRATORS[0]!.uri },
  }),
); // prettier-ignore

const snapshot = fc.tuple(whole(4), fc.boolean()).map(([inUse, known]): Saying => ({
  family: 'network_capabilities',
  data: ORCHESTRATORS.map(({ address, localAddress, uri }) => ({
    address,
    local_address: localAddress,
    orch_uri: uri,
    capabilities: {
      constraints: { PerCapability: { 35: { models: { sdxl: { capacity: 3, capacityInUse: inUse } } } } },
    },
    hardware: known
      ? [{ pipeline: 'live-video', model_id: 'sdxl', gpu_info: { 0: { id: 'GPU-1', name: 'RTX 4090' } } }]
      : null,
  })) as unknown as Record<string, unknown>,
}));

const noise = fc.constantFrom<Saying>(
  { family: 'webrtc_stats', data: {} },
  { family: 'stream_trace', data: { type: '' } },
  { family: 'ai_stream_status', data: { state: 'ONLINE', inference_status: { fps: 'fast' } } },
  { family: 'create_new_payment', data: { faceValue: '7 dollars' } },
);

const saying = fc.oneof(
  { weight: 6, arbitrary: trace },
  { weight: 4, arbitrary: status },
  { weight: 3, arbitrary: ingest },
  { weight: 1, arbitrary: payment },
  { weight: 1, arbitrary: streamEvent },
  { weight: 1, arbitrary: batch },
  { weight: 2, arbitrary: snapshot },
  { weight: 1, arbitrary: noise },
);

/** Some hours around noon or around the midnight before, today or days ago; late by nothing to more than is taken. */
const happening = fc.record({
  saying,
  request: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
  gateway: fc.constantFrom('gateway-1', 'gateway 2', ''),
  secondsIn: whole(5_400),
  lateMs: fc.constantFrom(0, 40, 2_000, 90_000, 3_600_001),
  copiedAfterMs: fc.constantFrom(null, null, null, 0, 1_000, 70_000),
});

const startOf = (request: string): number => {
  const starts = {
    r1: NOON,
    r2: NOON - DAY_MS / 2 - 1_800_000,
    r3: NOON - 2 * DAY_MS,
    r4: NOON - 9 * DAY_MS,
  };
  return starts[request as keyof typeof starts];
};

/** Events of a few requests as they arrive: late, twice, in any order, and sometimes nonsense. */
export const randomTraffic: fc.Arbitrary<ArrivedRecord[]> = fc
  .array(happening, { minLength: 8, maxLength: 30 })
  .map((all) => all.flatMap(arrivals).sort((a, b) => a.at - b.at));

function arrivals(
  { saying: { family, data }, request, gateway, secondsIn, lateMs, copiedAfterMs }: typeof happening extends fc.Arbitrary<infer T> ? T : never,
  index: number,
): ArrivedRecord[] {
  const time = startOf(request) + secondsIn * 1_000 + index;
  const ids = Array.isArray(data) ? data : { request_id: request, stream_id: `s-${request}`, timestamp: time, ...data };
  const envelope = { id: `e-${index}`, type: family, timestamp: String(time), gateway, data: ids };
  const record = { at: time + lateMs, value: JSON.stringify(envelope) };
  return copiedAfterMs === null ? [record] : [record, { ...record, at: record.at + copiedAfterMs }];
} // prettier-ignore
