import type { SimulatedNetwork, SimulatedOrchestrator } from './network';
import { loadAt, seedOf } from './signal';

/** Region that the simulated tests are made from. */
const REGION = 'LAB';
const TEST_EVERY_MS = 300_000;
const TESTS = 12;

/** The leaderboard's `/api/raw_stats?orchestrator=`: tests of the last hour, by region; none of an orchestrator that it does not know. */
export function rawStats(network: SimulatedNetwork, orchestrator: string | null, timeMs: number): unknown {
  const found = find(network, orchestrator);
  if (!found) return {};
  const last = timeMs - (timeMs % TEST_EVERY_MS);
  return { [REGION]: Array.from({ length: TESTS }, (_, i) => test(found, last - i * TEST_EVERY_MS)) };
}

/** `/api/aggregated_stats?orchestrator=`: scores, by orchestrator and region. */
export function aggregatedStats(
  network: SimulatedNetwork,
  orchestrator: string | null,
  timeMs: number,
): unknown {
  const found = find(network, orchestrator);
  if (!found) return {};
  const round_trip_score = 1 - 0.3 * loadAt(seedOf(found.uri), timeMs);
  const success_rate = 1 - found.unreliability;
  const scores = { success_rate, round_trip_score, score: success_rate * round_trip_score };
  return { [found.localAddress.toLowerCase()]: { [REGION]: scores } };
}

function find(
  { orchestrators }: SimulatedNetwork,
  address: string | null,
): SimulatedOrchestrator | undefined {
  return orchestrators.find(({ localAddress }) => localAddress.toLowerCase() === address?.toLowerCase());
}

function test(o: SimulatedOrchestrator, timeMs: number): unknown {
  const load = loadAt(seedOf(o.uri), timeMs);
  const failed = load < o.unreliability;
  return {
    region: REGION,
    orchestrator: o.localAddress.toLowerCase(),
    success_rate: failed ? 0 : 1,
    round_trip_time: failed ? 0 : Number((0.4 + load).toFixed(4)),
    errors: failed ? [{ error_code: 'timeout', message: 'no answer', count: 1 }] : [],
    timestamp: Math.floor(timeMs / 1_000),
    seg_duration: 2,
    segments_sent: 10,
    segments_received: failed ? 0 : 10,
    upload_time: 0.05,
    download_time: 0.04,
    transcode_time: Number((0.3 + load).toFixed(4)),
    model: o.modelId,
    model_is_warm: true,
    pipeline: o.pipeline,
    input_parameters: '',
    response_payload: '',
  };
}
