import type { MetricRows } from '../config/kinds';
import type { Sample } from './prometheus';
import type { Row } from './row';

/** One row for each set of values of the labels in `by`; samples that have none of these labels belong to none. */
export function metricRows(samples: readonly Sample[], rows: MetricRows): Row[] {
  const byMetric = new Map(Object.entries(rows.columns).map(([column, metric]) => [metric, column]));
  const found = new Map<string, Row>();
  for (const { name, labels, value } of samples) {
    const column = byMetric.get(name);
    if (column === undefined || !rows.by.some((label) => labels[label] !== undefined)) continue;
    const key = JSON.stringify(rows.by.map((label) => labels[label] ?? null));
    const row = found.get(key) ?? newRow(labels, rows);
    found.set(key, row);
    if (value !== null) row[column] = String(value);
  }
  return [...found.values()];
}

function newRow(labels: Sample['labels'], rows: MetricRows): Row {
  const row: Row = { row: rows.name };
  for (const [column, names] of Object.entries(rows.labels)) {
    const value = [names].flat().map((name) => labels[name]).find((it) => it !== undefined && it !== ''); // prettier-ignore
    if (value !== undefined) row[column] = value;
  }
  return row;
}
