import type { Documented, DocumentedObject } from './documented';
import { code, page, table } from './markdown';

/** `docs/metrics.md`: what each measured column is, from the headers of the SQL files. */
export function metricsPage({ objects }: Documented): string {
  const files = [...new Set(objects.map(({ object }) => object.file))];
  const sections = files.flatMap((file) => {
    const ofFile = objects.filter(({ object }) => object.file === file);
    return ofFile[0]!.object.header.metrics.length === 0 ? [] : [metricSection(ofFile)];
  });
  return page(
    '# Metrics: formula, unit, null rule, source',
    'How the scores are made and why: [scores.md](scores.md). What each object holds: [catalogue.md](catalogue.md). Sums, counts and buckets add up over rows; ratios, percentiles and scores do not: compute them again from the sums.',
    ...sections,
  );
}

function metricSection(objects: readonly DocumentedObject[]): string {
  const { header, file } = objects[0]!.object;
  const names = objects.map(({ object }) => code(object.name.toLowerCase())).join(', ');
  const rows = header.metrics.map(({ column, formula, unit, nullRule, source }) => [
    code(column),
    formula,
    unit,
    nullRule,
    source,
  ]);
  return [
    `## ${file.replace(/^.*\//, '').replace(/\.sql$/, '')}`,
    `${header.description ?? ''} One row: ${header.entries.grain ?? 'see the file'}. In ${names}.`,
    table(['column', 'formula', 'unit', 'null', 'source'], rows),
  ].join('\n\n');
}
