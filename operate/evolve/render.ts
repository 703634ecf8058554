import { liveVersions, roleOf } from '../../resources/query/versions';
import type { Versions } from '../../resources/query/versions';
import type { ComparedPair } from './evolution';
import type { Progress } from './progress';
import { inMotion } from './steps';

/** One line an object that is between two steps. */
export function motionLines(versions: Versions): string[] {
  return inMotion(versions).map((name) => {
    const own = versions[name]!;
    const texts = liveVersions(own).map((version) => {
      const until = own.retiring?.find((one) => one.version === version)?.until;
      return `v${version} ${roleOf(own, version)}${until ? ` until ${until}` : ''}`;
    });
    return `${name}: ${texts.join(', ')}`;
  });
}

export function progressLine({ object, state, lag, total, isCaughtUp }: Progress): string {
  if (state === undefined) return `${object}: not made yet: apply the stack (pulumi up, or ./naap up)`;
  const part = total === 0 ? 100 : Math.floor((100 * (total - lag)) / total);
  return `${object}: ${state}, ${part} % of ${total} offsets read, ${lag} to go${isCaughtUp ? ', caught up' : ''}`;
}

const SHOWN = 5;

/** A summary a pair, and the first rows of what is not alike. */
export function parityLines({ old, next, report }: ComparedPair): string[] {
  const { equal, differing, moving, missing, added, onlyOld, onlyNew } = report;
  const columns = [
    ...(onlyOld.length > 0 ? [`  only ${old} has ${onlyOld.join(', ')}`] : []),
    ...(onlyNew.length > 0 ? [`  only ${next} has ${onlyNew.join(', ')}`] : []),
  ];
  return [
    `${old} and ${next}: ${equal} equal, ${differing.length} differing, ${missing.length} missing, ${added.length} added, ${moving} still changing`,
    ...columns,
    ...differing
      .slice(0, SHOWN)
      .map(({ key, columns: unlike }) => `  differs: ${key}: ${differenceText(unlike)}`),
    ...missing.slice(0, SHOWN).map((key) => `  missing: ${key}`),
  ];
}

function differenceText(columns: ComparedPair['report']['differing'][number]['columns']): string {
  return Object.entries(columns)
    .map(([name, [old, next]]) => `${name} ${JSON.stringify(old)} became ${JSON.stringify(next)}`)
    .join(', ');
}
