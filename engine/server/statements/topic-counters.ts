/** Seconds over which the rate is taken, as stock's metrics do. */
const WINDOW_S = 100;

/** How many records this server has written to a topic, and when. */
export class TopicCounter {
  private total = 0;
  private lastMs = 0;
  private readonly perSecond = new Float64Array(WINDOW_S);
  /** The second that the newest of `perSecond` is for. */
  private newest = 0;

  constructor(private readonly clock: () => number) {}

  add(): void {
    this.lastMs = this.clock();
    this.total++;
    this.perSecond[this.advance(this.lastMs) % WINDOW_S]! += 1;
  }

  /** Undefined before the first record. */
  read(): { readonly total: number; readonly perSecond: number; readonly lastMs: number } | undefined {
    if (this.total === 0) return undefined;
    const now = this.clock();
    this.advance(now);
    const recent = this.perSecond.reduce((sum, count) => sum + count, 0);
    return {
      total: this.total,
      perSecond: recent / (WINDOW_S - 1 + (now % 1000) / 1000),
      lastMs: this.lastMs,
    };
  }

  /** Empties the seconds that went by without a record. */
  private advance(ms: number): number {
    const second = Math.floor(ms / 1000);
    const passed = Math.min(second - this.newest, WINDOW_S);
    for (let i = 0; i < passed; i++) this.perSecond[(second - i) % WINDOW_S] = 0;
    this.newest = Math.max(this.newest, second);
    return second;
  }
}

/** Counters of all topics that the server writes. */
export class TopicCounters {
  private readonly byTopic = new Map<string, TopicCounter>();
  constructor(private readonly clock: () => number) {}

  of(topic: string): TopicCounter {
    const counter = this.byTopic.get(topic) ?? new TopicCounter(this.clock);
    this.byTopic.set(topic, counter);
    return counter;
  }
}

const DEPRECATED =
  'The statistics field is deprecated and will be removed in a future version of ksql. ' +
  'Please update your client to the latest version and use statisticsMap instead.';

/** What DESCRIBE … EXTENDED says of a topic's records, in stock's layout. */
export function statisticsOf(
  counter: TopicCounter,
  host: string,
): { readonly text: string; readonly entries: readonly object[] } {
  const counted = counter.read();
  if (!counted) return { text: '', entries: [] };
  const { perSecond, total, lastMs } = counted;
  const rate = perSecond.toFixed(2).padStart(10);
  const line = `messages-per-sec:${rate}   total-messages:${String(total).padStart(10)}     last-message: ${new Date(lastMs).toISOString()}`;
  const entry = (name: string, value: number): object => ({ name, host, value, timestamp: lastMs });
  return {
    text: `${DEPRECATED}\n${line}`,
    entries: [entry('messages-per-sec', perSecond), entry('total-messages', total)],
  };
}
