import type { Change } from '../../resources/change';
import type { DeclaredResource } from '../../resources/declared';
import type { ResourceKind } from '../../resources/kind';
import type { KindReport, RealiseProgress } from './report';

/** Reads one kind, compares it and makes what differs. Refusals and failures are thrown after the rest was made. */
export async function realiseKind(
  kind: ResourceKind,
  resources: readonly DeclaredResource[],
  progress: (state: RealiseProgress['state'], text: string) => void,
): Promise<KindReport> {
  const started = Date.now();
  const desired = kind.parse(resources);
  progress('reading', `${desired.length} declared`);
  const live = desired.length === 0 ? new Map<string, unknown>() : await kind.read(desired);
  const changes = desired.flatMap((item) => kind.compare(item, live.get(kind.key(item))));
  const { refused, wanted } = split(changes);
  if (wanted.length > 0) {
    progress('applying', `${wanted.length} of ${desired.length}`);
    await kind.apply(wanted);
  }
  if (refused.length > 0) throw new Error(refused.map((change) => kind.describe(change)).join('\n'));
  const created = wanted.filter(({ action }) => action === 'create').length;
  const changed = wanted.length - created;
  progress('done', summary(created, changed, desired.length));
  return {
    kind: kind.name,
    created,
    changed,
    unchanged: desired.length - wanted.length,
    durationMs: Date.now() - started,
    changes: wanted.map((change) => kind.describe(change)),
  };
}

function split(changes: readonly Change<unknown>[]): {
  refused: Change<unknown>[];
  wanted: Change<unknown>[];
} {
  return {
    refused: changes.filter(({ action }) => action === 'refused'),
    wanted: changes.filter(({ action }) => action !== 'refused'),
  };
}

function summary(created: number, changed: number, all: number): string {
  if (created + changed === 0) return `${all} unchanged`;
  return [
    created && `${created} created`,
    changed && `${changed} changed`,
    all - created - changed && `${all - created - changed} unchanged`,
  ]
    .filter(Boolean)
    .join(', ');
}
