import type { ClassicLevel } from 'classic-level';
import type { StateArea } from '../../runtime/stores/spill';
import type { AreaUpdate, Checkpoint, StateDisk } from './state-disk';

type Database = ClassicLevel<Buffer, Buffer>;

/** Bump when what is written changes: what an older engine left is then built anew from the changelogs. */
const FORMAT = 1;
/**
 * LevelDB maps its files into memory, and what is mapped counts as resident: at most so many files of 2 MiB are open.
 */
const MAX_OPEN_FILES = 200;
const BLOCK_CACHE_BYTES = 32 * 1024 * 1024;
const WRITE_BUFFER_BYTES = 16 * 1024 * 1024;
/** Changes that go to LevelDB in one piece: between two pieces the queries go on. */
const PIECE = 2_000;
const SCAN_CHUNK = 1_000;

/** First bytes of keys: who this database belongs to, areas by name, areas to be removed, entries. */
const IDENTITY = Buffer.from('i');
const AREA = 'a';
const DOOMED = 'd';
const ENTRY = 0x65;

interface AreaRecord {
  readonly id: number;
  /** Absent while an area is filled for the first time. */
  readonly checkpoint?: Checkpoint;
}

/** State in one LevelDB database, exclusively this process's. */
export class LevelDisk implements StateDisk {
  private readonly areas = new Map<string, AreaRecord>();
  private nextId = 1;

  private constructor(private readonly db: Database) {}

  /** Opens or makes the database of a directory. `owner` names cluster and service: what another one left is removed. */
  static async open(directory: string, owner: string): Promise<LevelDisk> {
    // Loaded only by those who have that much state: it takes 20 ms of the start.
    const { ClassicLevel: Level } = await import('classic-level');
    const db = new Level<Buffer, Buffer>(directory, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      cacheSize: BLOCK_CACHE_BYTES,
      writeBufferSize: WRITE_BUFFER_BYTES,
      maxOpenFiles: MAX_OPEN_FILES,
    });
    await db.open();
    const identity = Buffer.from(JSON.stringify({ format: FORMAT, owner }));
    if (!(await db.get(IDENTITY))?.equals(identity)) {
      await db.clear();
      await db.put(IDENTITY, identity);
    }
    const disk = new LevelDisk(db);
    await disk.load();
    return disk;
  }

  private async load(): Promise<void> {
    for await (const [key, value] of this.db.iterator({ gte: Buffer.from(AREA), lt: Buffer.from('b') })) {
      const record = JSON.parse(value.toString()) as AreaRecord;
      this.nextId = Math.max(this.nextId, record.id + 1);
      this.areas.set(key.subarray(1).toString(), record);
    }
    for await (const key of this.db.keys({ gte: Buffer.from(DOOMED), lt: Buffer.from('e') })) {
      const id = Number(key.subarray(1).toString());
      this.nextId = Math.max(this.nextId, id + 1);
      await this.clear(id);
    }
    for (const [name, { checkpoint }] of [...this.areas]) if (!checkpoint) await this.drop(name);
  }

  checkpoint(name: string): Checkpoint | undefined {
    return this.areas.get(name)?.checkpoint;
  }

  area(name: string): StateArea {
    const prefix = entryPrefix(this.record(name).id);
    const { db } = this;
    return {
      get: (key) => db.getSync(Buffer.concat([prefix, key])),
      entries: (from, to) =>
        scan(
          db,
          Buffer.concat([prefix, from]),
          to ? Buffer.concat([prefix, to]) : after(prefix),
          prefix.length,
        ),
    };
  }

  private record(name: string): AreaRecord {
    let record = this.areas.get(name);
    if (!record) this.areas.set(name, (record = { id: this.nextId++ }));
    return record;
  }

  async write(updates: readonly AreaUpdate[]): Promise<void> {
    for (const update of updates) await this.writeOne(update);
  }

  /**
   * LevelDB's log has writes in their order, so that after a crash no piece is there without those before it. Entries that are
   * newer than the checkpoint do no harm: the changelog is read again from there, and ends in the same entries.
   */
  private async writeOne({ name, changes, checkpoint, expiredBelow }: AreaUpdate): Promise<void> {
    const record = this.record(name);
    const prefix = entryPrefix(record.id);
    if (!record.checkpoint) await this.save(name, record);
    for (let i = 0; i < changes.length; i += PIECE) {
      const batch = this.db.batch();
      for (const { key, value } of changes.slice(i, i + PIECE)) {
        const place = Buffer.concat([prefix, key]);
        if (value === null) batch.del(place);
        else batch.put(place, value);
      }
      await batch.write();
    }
    await this.save(name, { id: record.id, checkpoint });
    if (expiredBelow) await this.db.clear({ gte: prefix, lt: Buffer.concat([prefix, expiredBelow]) });
  }

  private async save(name: string, record: AreaRecord): Promise<void> {
    await this.db.put(Buffer.from(AREA + name), Buffer.from(JSON.stringify(record)));
    this.areas.set(name, record);
  }

  async drop(name: string): Promise<void> {
    const record = this.areas.get(name);
    if (!record) return;
    this.areas.delete(name);
    await this.db
      .batch()
      .del(Buffer.from(AREA + name))
      .put(Buffer.from(DOOMED + String(record.id)), Buffer.alloc(0))
      .write();
    await this.clear(record.id);
  }

  private async clear(id: number): Promise<void> {
    const prefix = entryPrefix(id);
    await this.db.clear({ gte: prefix, lt: after(prefix) });
    await this.db.del(Buffer.from(DOOMED + String(id)));
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

function entryPrefix(id: number): Buffer {
  const prefix = Buffer.alloc(5, ENTRY);
  prefix.writeUInt32BE(id, 1);
  return prefix;
}

/** The first key behind all that begin with a prefix. */
function after(prefix: Buffer): Buffer {
  const next = Buffer.from(prefix);
  next.writeUInt32BE(prefix.readUInt32BE(1) + 1, 1);
  return next;
}

async function* scan(
  db: Database,
  from: Buffer,
  to: Buffer,
  prefixLength: number,
): AsyncIterable<readonly [Buffer, Buffer]> {
  const iterator = db.iterator({ gte: from, lt: to });
  try {
    for (;;) {
      const chunk = await iterator.nextv(SCAN_CHUNK);
      if (chunk.length === 0) return;
      for (const [key, value] of chunk) yield [key.subarray(prefixLength), value];
    }
  } finally {
    await iterator.close();
  }
}
