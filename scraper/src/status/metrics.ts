import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BufferedProducer } from '../buffered-producer';
import type { ScrapeEvent } from '../event';
import type { ScrapeManager } from '../manager';

const DELAYS_S = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const DURATIONS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is measured as events go by, and what is read when somebody asks. */
export class Metrics {
  readonly registry = new Registry();
  private readonly events = new Counter({
    name: 'naap_scraper_events_total',
    help: 'Events by kind, outcome and what went wrong',
    labelNames: ['kind', 'outcome', 'error_kind'] as const,
    registers: [this.registry],
  });
  private readonly delay = new Histogram({
    name: 'naap_scraper_schedule_delay_seconds',
    help: 'From when a poll was due to when it began',
    buckets: DELAYS_S,
    registers: [this.registry],
  });
  private readonly duration = new Histogram({
    name: 'naap_scraper_poll_duration_seconds',
    help: 'Duration of polls by kind',
    labelNames: ['kind'] as const,
    buckets: DURATIONS_S,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one event. */
  seen(event: ScrapeEvent): void {
    const { event_type: kind, outcome, error_kind, duration_ms, schedule_delay_ms } = event;
    this.events.inc({ kind, outcome, error_kind: error_kind ?? '' });
    this.duration.observe({ kind }, duration_ms / 1_000);
    if (schedule_delay_ms !== null) this.delay.observe(schedule_delay_ms / 1_000);
  }

  /** Shows a manager's loops and sources. */
  watchManager(manager: ScrapeManager): void {
    this.gauge('naap_scraper_loops', 'Loops by state of their circuit', ['state'], (gauge) => {
      const states = manager.health().map(({ state }) => state);
      for (const state of ['closed', 'open'] as const)
        gauge.set({ state }, states.filter((it) => it === state).length);
    });
    this.gauge('naap_scraper_targets', 'Targets by source', ['source'], (gauge) => {
      manager.sources().forEach(({ name, targets }) => gauge.set({ source: name }, targets));
    });
    this.gauge(
      'naap_scraper_source_up',
      'Whether the last read of a source was good',
      ['source'],
      (gauge) => {
        manager
          .sources()
          .forEach(({ name, read, lastError }) =>
            gauge.set({ source: name }, read && lastError === null ? 1 : 0),
          );
      },
    );
  }

  /** Shows what a producer holds, sent and gave up. */
  watchProducer(producer: BufferedProducer): void {
    const ofWorth = (what: 'held' | 'dropped', unit: 'records' | 'bytes') => (gauge: Gauge<'worth'>) => {
      for (const [worth, amount] of Object.entries(producer.counts()[what]))
        gauge.set({ worth }, amount[unit]);
    };
    this.gauge('naap_scraper_buffer_records', 'Events that wait for the broker', ['worth'], ofWorth('held', 'records')); // prettier-ignore
    this.gauge(
      'naap_scraper_buffer_bytes',
      'Bytes that wait for the broker',
      ['worth'],
      ofWorth('held', 'bytes'),
    );
    this.gauge('naap_scraper_buffer_dropped', 'Events given up as the buffer was full, since its folder was made', ['worth'], ofWorth('dropped', 'records')); // prettier-ignore
    this.gauge('naap_scraper_buffer_writable', 'Whether the disk took the last write', [], (gauge) => {
      gauge.set(producer.counts().writable ? 1 : 0);
    });
    this.gauge('naap_scraper_broker_connected', 'Whether the broker took the last request', [], (gauge) => {
      gauge.set(producer.counts().connected ? 1 : 0);
    });
    for (const what of ['sent', 'resent', 'rejected'] as const) {
      this.gauge(`naap_scraper_records_${what}`, `Events ${what} since the start`, [], (gauge) => {
        gauge.set(producer.counts()[what]);
      });
    }
  }

  private gauge<L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    read: (gauge: Gauge<L>) => void,
  ): void {
    new Gauge<L>({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        this.reset();
        read(this);
      },
    });
  }
}
