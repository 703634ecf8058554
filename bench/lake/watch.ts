import { setTimeout as sleep } from 'node:timers/promises';
import type { LakeSession } from '../../lake';
import type { LakeSetting } from '../../tests/lake/lake-setting';

/** A state of a table, and when a reader could first see it. */
export interface SeenState {
  /** Ms since the epoch. */
  readonly seenAt: number;
  readonly metadata: string;
}

const POLL_MS = 50;

/** Notes every state of a table as its catalog shows it, until it is stopped. */
export class LakeWatch {
  readonly states: SeenState[] = [];
  private isStopped = false;

  private constructor(
    private readonly session: LakeSession,
    private readonly table: string,
  ) {}

  static async start(setting: LakeSetting, table: string): Promise<LakeWatch> {
    const watch = new LakeWatch(await setting.open({ only: [table] }), table);
    watch.running = watch.run();
    return watch;
  }

  private running: Promise<void> = Promise.resolve();

  /** Waits for a state with so many rows, or throws when none has come. */
  async untilRows(rows: number, timeoutMs: number): Promise<SeenState> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const newest = this.states.at(-1);
      if (newest && (await this.count(newest)) >= rows) return this.firstWith(rows);
      if (Date.now() > deadline) throw new Error(`${this.table} has not got ${rows} rows in ${timeoutMs} ms`);
      await sleep(500);
    }
  }

  /** The first state with so many rows. */
  private async firstWith(rows: number): Promise<SeenState> {
    for (const state of this.states) if ((await this.count(state)) >= rows) return state;
    throw new Error('no state has that many rows');
  }

  /** By partition the last offset of a state: a sink takes each partition in order. */
  async lastOffsets({ metadata }: SeenState): Promise<Map<number, number>> {
    const { rows } = await this.session.query(
      `SELECT kafka."partition", max(kafka."offset")::INTEGER FROM iceberg_scan('${metadata}') GROUP BY ALL`,
    );
    return new Map(rows.map(([partition, last]) => [Number(partition), Number(last)]));
  }

  /** Partition, offset and time of every row of the newest state. */
  async places(): Promise<readonly (readonly [number, number, number])[]> {
    const { rows } = await this.session.query(
      `SELECT kafka."partition", kafka."offset"::INTEGER, kafka."timestamp"::DOUBLE FROM iceberg_scan('${this.states.at(-1)!.metadata}')`,
    );
    return rows.map(
      ([partition, offset, time]) => [Number(partition), Number(offset), Number(time)] as const,
    );
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
    this.session.close();
  }

  private async count({ metadata }: SeenState): Promise<number> {
    const { rows } = await this.session.query(`SELECT count(*)::INTEGER FROM iceberg_scan('${metadata}')`);
    return Number(rows[0]![0]);
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      // The session has attached the one catalog of the one table that it was opened for.
      const { rows } = await this.session.query(
        "SELECT metadata_location FROM catalog_0.iceberg_tables WHERE table_namespace || '.' || table_name = $1",
        [this.table],
      );
      const metadata = rows[0]?.[0];
      if (typeof metadata === 'string' && metadata !== this.states.at(-1)?.metadata)
        this.states.push({ seenAt: Date.now(), metadata });
      await sleep(POLL_MS);
    }
  }
}
