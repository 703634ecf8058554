import type { ObjectVersions, Versions } from '../../resources/query/versions';
import { liveVersions } from '../../resources/query/versions';

/** Each step changes what is declared and nothing else; doing it twice is doing it once. */

/** A next version beside the running one. */
export function candidates(versions: Versions, names: readonly string[]): Versions {
  return change(versions, names, (own) => ({
    ...own,
    candidate: own.candidate ?? Math.max(...liveVersions(own)) + 1,
  }));
}

/** Readers move to the candidates; what they leave stays until `until`. */
export function cutOver(versions: Versions, names: readonly string[], until: string): Versions {
  return change(versions, names, (own) => {
    if (own.candidate === undefined) return own;
    const retiring = [...(own.retiring ?? []), { version: own.running, until }];
    return { ...plainOf(own), running: own.candidate, retiring };
  });
}

/** Takes away the versions whose time has come. */
export function retire(versions: Versions, names: readonly string[], now: string): Versions {
  return change(versions, names, ({ retiring = [], ...own }) => {
    const left = retiring.filter(({ until }) => until !== undefined && until > now);
    return left.length > 0 ? { ...own, retiring: left } : own;
  });
}

/**
 * One step back: a candidate goes; after a cut-over the version before answers again, and the one that answered is the candidate.
 */
export function stepBack(versions: Versions, names: readonly string[]): Versions {
  return change(versions, names, (own) => {
    const { candidate, retiring = [], running } = own;
    const plain = plainOf(own);
    if (candidate !== undefined) return { ...plain, running, ...(retiring.length > 0 ? { retiring } : {}) };
    const before = Math.max(...retiring.map(({ version }) => version));
    if (retiring.length === 0) return { ...plain, running };
    const left = retiring.filter(({ version }) => version !== before);
    return { ...plain, running: before, candidate: running, ...(left.length > 0 ? { retiring: left } : {}) };
  });
}

/** Names whose objects are between two steps. */
export function inMotion(versions: Versions): string[] {
  return Object.keys(versions).filter((name) => {
    const { candidate, retiring = [] } = versions[name]!;
    return candidate !== undefined || retiring.length > 0;
  });
}

/** It stays known: the names without a number are those of this version, also when it has gone. */
function plainOf({ plain }: ObjectVersions): Pick<ObjectVersions, 'plain'> {
  return plain === undefined ? {} : { plain };
}

function change(
  versions: Versions,
  names: readonly string[],
  step: (own: ObjectVersions) => ObjectVersions,
): Versions {
  return Object.fromEntries(
    Object.entries(versions).map(([name, own]) => [name, names.includes(name) ? step(own) : own]),
  );
}
