import { changeCount, realise } from '../lab';
import type { LabSettings, PartName, PlatformStart, RealiseOptions, RealiseReport } from '../lab';
import type { Work } from './start-display';
import { seconds } from './units';

const STACK = 'dev';
/** What cannot be realised where a part is left out. */
const KINDS_OF: Readonly<Partial<Record<PartName, NonNullable<RealiseOptions['skip']>>>> = {
  registry: ['subject', 'query', 'connector'],
  connect: ['connector'],
  minio: ['bucket', 'bucket-user', 'connector'],
  ksqldb: ['query'],
};

export interface RealiseWork extends Work {
  /** Resolves when topics, identities and queries are there: traffic may begin, the lake may still be waited for. */
  readonly queriesDone: Promise<void>;
}

/** Realises the dev stack as soon as the parts that it needs answer; the lake's resources wait for the object store. */
export function realiseWork(settings: LabSettings, start: PlatformStart, ksqldbUrl?: string): RealiseWork {
  const names = start.parts.map((part) => part.name);
  const absent = (Object.keys(KINDS_OF) as PartName[]).filter((name) => !names.includes(name));
  // A server of one's own runs the queries in the engine's place.
  const skip = absent.flatMap((name) => (name === 'ksqldb' && ksqldbUrl ? [] : (KINDS_OF[name] ?? [])));
  let queriesDone: () => void = () => undefined;
  let failed: (error: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => ([queriesDone, failed] = [resolve, reject]));
  done.catch(() => undefined);
  return {
    title: `Stack ${STACK}`,
    queriesDone: done,
    run: async (show) => {
      try {
        await Promise.all(names.filter((name) => name !== 'minio').map((name) => start.ready(name)));
        const report = await realise(start.endpoints, {
          settings,
          stack: STACK,
          skip: [...new Set(skip)],
          lakeReady: names.includes('minio') ? start.ready('minio') : undefined,
          onProgress: ({ kind, state, text }) => {
            show(`${kind}: ${text}`);
            if (kind === 'query' && state === 'done') queriesDone();
          },
        });
        queriesDone();
        return summary(report);
      } catch (error) {
        failed(error);
        throw error;
      }
    },
  };
}

function summary(report: RealiseReport): string {
  const resources = report.kinds.reduce((sum, kind) => sum + kind.created + kind.changed + kind.unchanged, 0);
  const skipped = report.skipped.length > 0 ? `, left out: ${report.skipped.join(', ')}` : '';
  return `Stack ${report.stack}: ${resources} resources, ${changeCount(report)} changed (${seconds(report.durationMs)})${skipped}`;
}
