import type { SimulatedNetwork, SimulatedOrchestrator } from '../../simulators/network';
import { seedOf } from '../../simulators/signal';
import { assertNever } from '../../assert-never';
import { NO_ORCHESTRATOR } from './emission';
import type { Emission, OrchestratorInfo, SessionIds } from './emission';
import * as families from './families';
import type { Random } from './random';

/** How a session goes; each shows in another combination of events. */
export type SessionKind =
  | 'success'
  | 'swapped'
  | 'no_orchestrator'
  | 'excusable'
  | 'failed_early'
  | 'failed_loading'
  | 'zero_output'
  | 'unattributed'
  | 'unattributed_success';

/** Shares of the kinds, near to what a day of the network shows, with the rare ones often enough to be seen. */
export const SESSION_MIX: Readonly<Record<SessionKind, number>> = {
  success: 68,
  swapped: 6,
  no_orchestrator: 6,
  excusable: 5,
  failed_early: 3,
  failed_loading: 3,
  zero_output: 2,
  unattributed: 4,
  unattributed_success: 3,
};

export interface SessionPlan {
  readonly kind: SessionKind;
  readonly startMs: number;
  /** From request to close, ms. */
  readonly durationMs: number;
}

const STATUS_EVERY_MS = 10_000;
const INGEST_EVERY_MS = 5_000;
const EXCUSES = [
  'WHIP disconnected by peer',
  'mediamtx ingest disconnected',
  'ICE connection state failed',
  'User disconnected',
  'missing video track',
  'No orchestrators available within discovery timeout',
];

/** All events of one session, in the order of their times. */
export function simulateSession(random: Random, network: SimulatedNetwork, plan: SessionPlan): Emission[] {
  const session = new Session(random, network, plan);
  return session.run().sort((a, b) => a.at - b.at);
}

class Session {
  private readonly ids: SessionIds;
  private readonly orchestrator: SimulatedOrchestrator;
  private readonly info: OrchestratorInfo;
  private readonly events: Emission[] = [];
  private readonly endMs: number;

  constructor(
    private readonly random: Random,
    private readonly network: SimulatedNetwork,
    private readonly plan: SessionPlan,
  ) {
    this.ids = {
      requestId: random.hex(8),
      streamId: `stream-${random.hex(6)}-${random.hex(8)}`,
      pipelineId: '',
    };
    this.orchestrator = random.pick(network.orchestrators);
    const anonymous = plan.kind.startsWith('unattributed');
    this.info = anonymous ? NO_ORCHESTRATOR : families.infoOf(this.orchestrator);
    this.endMs = plan.startMs + plan.durationMs;
  }

  run(): Emission[] {
    this.trace(this.plan.startMs, 'gateway_receive_stream_request', NO_ORCHESTRATOR);
    this.ingest();
    this.act();
    this.trace(this.endMs, 'gateway_ingest_stream_closed', NO_ORCHESTRATOR);
    return this.events;
  }

  private act(): void {
    const { kind } = this.plan;
    switch (kind) {
      case 'success':
      case 'unattributed_success':
        return this.succeed();
      case 'swapped':
        return this.swapOver();
      case 'no_orchestrator':
        return this.trace(this.after(3_000), 'gateway_no_orchestrators_available', NO_ORCHESTRATOR);
      case 'excusable':
        return this.failWith(this.random.pick(EXCUSES));
      case 'failed_early':
        return this.failWith('orchestrator returned HTTP 503');
      case 'failed_loading':
        return this.loadForEver();
      case 'zero_output':
        return this.deliverNothing();
      case 'unattributed':
        return this.emit(
          families.gatewayError(this.ids, this.after(2_000), '', 'timeout waiting for session'),
        );
      default:
        return assertNever(kind);
    }
  }

  private succeed(): void {
    this.assign(this.plan.startMs, this.orchestrator);
    const firstFrame = this.startUp(this.plan.startMs, this.orchestrator, this.info);
    this.statuses(firstFrame, this.endMs, this.orchestrator, this.info);
    if (this.random.chance(0.3))
      this.emit(families.paramsUpdate(this.ids, firstFrame + 4_100, this.orchestrator.modelId, this.info));
    if (this.random.chance(0.06)) this.restart(firstFrame + 6_000);
  }

  private swapOver(): void {
    const others = this.network.orchestrators.filter((other) => other !== this.orchestrator);
    const second = this.random.pick(others.length > 0 ? others : this.network.orchestrators);
    const swapAt = this.plan.startMs + Math.round(this.plan.durationMs * 0.5);
    this.assign(this.plan.startMs, this.orchestrator);
    const firstFrame = this.startUp(this.plan.startMs, this.orchestrator, this.info);
    this.statuses(firstFrame, swapAt, this.orchestrator, this.info);
    const info = families.infoOf(second);
    this.emit(families.swap(this.ids, swapAt, second.modelId, info));
    this.assign(swapAt, second);
    const again = this.startUp(swapAt, second, info);
    this.statuses(again, this.endMs, second, info);
  }

  private failWith(message: string): void {
    this.assign(this.plan.startMs, this.orchestrator);
    this.trace(this.after(1_800), 'gateway_send_first_ingest_segment', this.info);
    this.emit(families.gatewayError(this.ids, this.after(9_000), this.orchestrator.modelId, message));
  }

  private loadForEver(): void {
    this.assign(this.plan.startMs, this.orchestrator);
    this.trace(this.after(1_500), 'gateway_send_first_ingest_segment', this.info);
    this.samples(this.after(2_000), this.endMs, () => ({ state: 'LOADING', outputFps: 0 }));
  }

  /** Playable, but every sample says 0 frames. */
  private deliverNothing(): void {
    this.assign(this.plan.startMs, this.orchestrator);
    const firstFrame = this.startUp(this.plan.startMs, this.orchestrator, this.info);
    this.samples(firstFrame, this.endMs, () => ({ state: 'DEGRADED_INFERENCE', outputFps: 0 }));
  }

  /** Discovery and the payments: at once, twice in the first seconds, then about once a minute. */
  private assign(at: number, orchestrator: SimulatedOrchestrator): void {
    const found = this.network.orchestrators.filter(({ modelId }) => modelId === orchestrator.modelId);
    this.emit(families.discoveryResults(this.random, at + 250, found));
    for (const offset of [260, 6_300, 12_300, 60_300, 114_300]) {
      if (at + offset < this.endMs)
        this.emit(families.payment(this.random, this.ids, at + offset, orchestrator));
    }
    if (this.random.chance(0.1))
      this.emit(families.signedTicket(this.random, this.ids, at + 270, orchestrator));
  }

  /** The traces from the first ingest segment to a playable output; returns the time of the first frame. */
  private startUp(at: number, orchestrator: SimulatedOrchestrator, info: OrchestratorInfo): number {
    const slowness = characterOf(orchestrator).slowness;
    const ingestAt = at + Math.round(Math.max(300, this.random.normal(2_000, 500) * slowness));
    const roundTrip = Math.round(Math.max(40, this.random.normal(380, 120) * slowness));
    const playable = Math.round(Math.max(500, this.random.normal(3_600, 900) * slowness));
    const firstFrame = ingestAt + roundTrip;
    this.trace(ingestAt, 'gateway_send_first_ingest_segment', info);
    this.trace(ingestAt, 'runner_receive_first_ingest_segment', info, 2);
    this.trace(firstFrame - 20, 'runner_send_first_processed_segment', info, -1);
    this.trace(firstFrame, 'gateway_receive_first_processed_segment', info);
    this.trace(firstFrame + playable, 'gateway_receive_few_processed_segments', info);
    return firstFrame;
  }

  private statuses(
    from: number,
    to: number,
    orchestrator: SimulatedOrchestrator,
    info: OrchestratorInfo,
  ): void {
    const target = characterOf(orchestrator).fps;
    this.samples(
      from,
      to,
      () => {
        const degraded = this.random.chance(0.04);
        const fps = Math.max(0.5, this.random.normal(degraded ? target / 2 : target, 1.2));
        return { state: degraded ? 'DEGRADED_INFERENCE' : 'ONLINE', outputFps: fps };
      },
      orchestrator,
      info,
    );
  }

  private samples(
    from: number,
    to: number,
    sample: () => { state: string; outputFps: number },
    orchestrator = this.orchestrator,
    info = this.info,
  ): void {
    const startedAt = from - 2_300;
    for (let at = startedAt + STATUS_EVERY_MS; at <= to; at += STATUS_EVERY_MS) {
      const inputFps = Math.max(1, this.random.normal(24, 2));
      const common = { model: orchestrator.modelId, startedAt, inputFps, restarts: 0, lastError: null };
      const shown = { ...common, ...sample(), restartLogs: null };
      this.emit(families.status(this.ids, at, shown, info, this.random.between(-2, 2)));
    }
  }

  private restart(at: number): void {
    if (at >= this.endMs) return;
    const logs = Array.from(
      { length: 40 },
      (_, line) => `INFO loading engine part ${line}: ${this.random.hex(24)}`,
    );
    this.emit(families.runnerRestart(this.ids, at, this.orchestrator.modelId, this.info, logs));
  }

  private ingest(): void {
    const { startMs } = this.plan;
    for (let at = startMs + INGEST_EVERY_MS; at <= this.endMs; at += INGEST_EVERY_MS) {
      this.emit(families.ingestMetrics(this.random, this.ids, at, (at - startMs) / 1_000));
    }
  }

  private trace(at: number, type: string, info: OrchestratorInfo, skewMs = 0): void {
    this.emit(families.trace(this.ids, at, type, info, skewMs));
  }

  private emit(event: Emission): void {
    this.events.push(event);
  }

  private after(milliseconds: number): number {
    return this.plan.startMs + Math.min(milliseconds, this.plan.durationMs - 1);
  }
}

/** What an orchestrator is like, from its name: frames per second, and how much slower than the fastest it starts. */
function characterOf({ uri }: SimulatedOrchestrator): { fps: number; slowness: number } {
  const seed = seedOf(uri);
  return { fps: 14 + (seed % 12), slowness: 0.7 + (seed % 97) / 97 };
}
