import { PLAN_ACTIONS } from './entry';
import type { Plan, PlanAction, PlanEntry, Reread } from './entry';

export interface PlanTextOptions {
  /** Leave out what stays as it is. */
  readonly changesOnly: boolean;
}

/** One line a resource, what needs attention first. */
export function planText(plan: Plan, { changesOnly }: PlanTextOptions): string {
  const entries = ordered(plan.entries).filter(({ action }) => !changesOnly || action !== 'unchanged');
  const widths = [
    width(entries.map(({ action }) => action)),
    width(entries.map(({ kind }) => kind)),
    width(entries.map(({ name }) => name)),
  ];
  const lines = entries.flatMap((entry) => [
    [
      entry.action.padEnd(widths[0]!),
      entry.kind.padEnd(widths[1]!),
      entry.name.padEnd(widths[2]!),
      entry.reason,
    ]
      .join('  ')
      .trimEnd(),
    ...(entry.remedy ? [`${' '.repeat(widths[0]! + 2)}→ ${entry.remedy}`] : []),
  ]);
  return [...lines, '', ...footer(plan)].join('\n').trimStart();
}

const MAX_WIDTH = 70;

function width(texts: readonly string[]): number {
  return Math.min(MAX_WIDTH, Math.max(0, ...texts.map(({ length }) => length)));
}

/** The plan for a comment on a pull request: what stays as it is is only counted. */
export function planMarkdown(plan: Plan): string {
  const changes = ordered(plan.entries).filter(({ action }) => action !== 'unchanged');
  const rows = changes.map(
    ({ action, kind, name, reason, remedy }) =>
      `| ${action} | ${kind} \`${cell(name)}\` | ${cell(remedy ? `${reason} → ${remedy}` : reason)} |`,
  );
  const table =
    rows.length === 0 ? ['Nothing to change.'] : ['| action | what | why |', '|---|---|---|', ...rows];
  return [
    `## Plan of \`${plan.stack}\` against ${plan.against}`,
    '',
    ...table,
    '',
    ...footer(plan).map((line) => `- ${line}`),
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
}

function ordered(entries: readonly PlanEntry[]): PlanEntry[] {
  return PLAN_ACTIONS.flatMap((action) => entries.filter((entry) => entry.action === action));
}

function footer(plan: Plan): string[] {
  return [
    ...plan.rereads.flatMap(rereadLines),
    ...plan.notChecked.map((reason) => `not checked: ${reason}`),
    ...(plan.sinkVariants ?? []),
    costLine(plan),
    `${plan.stack} against ${plan.against}: ${counts(plan.entries)} (${(plan.durationMs / 1000).toFixed(1)} s)`,
  ];
}

function rereadLines({ query, topics, warnings }: Reread): string[] {
  const texts = topics.map(({ topic, records, bytes }) => `${topic} (${records} offsets, ${size(bytes)})`);
  return [
    ...(texts.length > 0 ? [`${query} reads again: ${texts.join(', ')}`] : []),
    ...warnings.map((text) => `${query}: ${text}`),
  ];
}

function costLine({ cost }: Plan): string {
  const { persistentQueries, internalTopics, internalPartitions, stateBytes } = cost;
  const state = stateBytes === undefined ? '' : `, ${size(stateBytes)} of state now`;
  return `${persistentQueries} persistent queries, ${internalPartitions} internal partitions in ${internalTopics} topics${state}`;
}

function counts(entries: readonly PlanEntry[]): string {
  const count = (action: PlanAction): number => entries.filter((entry) => entry.action === action).length;
  const parts = PLAN_ACTIONS.flatMap((action) => (count(action) > 0 ? [`${count(action)} ${action}`] : []));
  return parts.join(', ') || 'nothing is declared';
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}
