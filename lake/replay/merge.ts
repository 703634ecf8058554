import { comparePlaces } from './position';
import type { RecordPlace } from './position';

/** Puts streams that are each in order together into one that is; the streams are few. */
export async function* mergeInOrder<T extends RecordPlace>(
  streams: readonly AsyncIterator<T>[],
): AsyncGenerator<T> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  try {
    for (;;) {
      const index = firstOf(heads);
      if (index === undefined) return;
      yield heads[index]!.value as T;
      heads[index] = await streams[index]!.next();
    }
  } finally {
    for (const stream of streams) await stream.return?.();
  }
}

function firstOf(heads: readonly IteratorResult<RecordPlace>[]): number | undefined {
  let first: number | undefined;
  heads.forEach((head, index) => {
    if (head.done) return;
    if (first === undefined || comparePlaces(head.value, heads[first]!.value as RecordPlace) < 0)
      first = index;
  });
  return first;
}
