import { ClassicLevel } from 'classic-level';

/** One change of a store. */
export type StoreChange =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

export interface KeyRange {
  readonly from: Buffer;
  /** Exclusive. */
  readonly to: Buffer;
}

/** The ordered key-value store that the buffer lies in. */
export interface Store {
  /** All of the changes or none; on the disk when it resolves. */
  write(changes: readonly StoreChange[]): Promise<void>;
  get(key: Buffer): Promise<Buffer | undefined>;
  /** At most `limit` entries from the start of the range, in order of their keys. */
  entries(range: KeyRange, limit: number): Promise<[Buffer, Buffer][]>;
  close(): Promise<void>;
}

/** Small: the buffer is written once and read once, in order. */
const CACHE_BYTES = 2 * 1024 * 1024;
const WRITE_BUFFER_BYTES = 4 * 1024 * 1024;
/** LevelDB maps its files into memory, and what is mapped counts as resident: so many files of 2 MiB are open at most. */
const MAX_OPEN_FILES = 20;

/** Opens a LevelDB in `folder`; one that was left damaged is repaired first. */
export async function openLevelStore(folder: string, onRepair: (reason: string) => void): Promise<Store> {
  const options = {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: CACHE_BYTES,
    writeBufferSize: WRITE_BUFFER_BYTES,
    maxOpenFiles: MAX_OPEN_FILES,
  } as const;
  const open = async (): Promise<ClassicLevel<Buffer, Buffer>> => {
    const db = new ClassicLevel<Buffer, Buffer>(folder, options);
    await db.open();
    return db;
  };
  const db = await open().catch(async (error: unknown) => {
    const reason = reasonOf(error);
    if (reason.code === 'LEVEL_LOCKED') {
      throw new Error(`the buffer's folder ${folder} is in use by another process; give each its own`);
    }
    if (reason.code !== 'LEVEL_CORRUPTION') {
      throw new Error(`the buffer's folder ${folder} cannot be opened: ${reason.message}`);
    }
    onRepair(reason.message);
    await ClassicLevel.repair(folder);
    return open();
  });
  return {
    write: (changes) => db.batch([...changes], { sync: true }),
    get: (key) => db.get(key),
    entries: ({ from, to }, limit) => db.iterator({ gte: from, lt: to, limit }).all(),
    close: () => db.close(),
  };
}

/** What LevelDB said, from below the message that the database could not be opened. */
function reasonOf(error: unknown): { code: string; message: string } {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string };
  return { code, message };
}
