import { computeGold } from './gold';
import type { Declared, GoldRow } from './gold';
import type { ArrivedRecord } from './judge';

/** One change of a rule about the service. */
export interface ServiceAlert {
  /** `orchestrator|pipeline|model`. */
  readonly subject: string;
  readonly rule: string;
  readonly status: 'raised' | 'resolved';
  /** The minute that was judged. */
  readonly minute: number;
  readonly value: number;
}

interface ServiceRule {
  readonly rule: string;
  /** What of a minute is judged; undefined where it cannot be. */
  readonly valueOf: (row: GoldRow) => number | null | undefined;
  readonly fires: (value: number) => boolean;
  readonly isWell: (value: number) => boolean;
}

const LEAST = 3;
const n = (row: GoldRow, column: string): number => Number(row[column]);
const known = (row: GoldRow, column: string): number | null => (row[column] === null ? null : n(row, column));
const enough = (row: GoldRow, column: string): boolean => n(row, column) >= LEAST;
const settled = (row: GoldRow): boolean => enough(row, 'REQUESTED') && row.SETTLED === row.REQUESTED;
const above = (from: number, clear: number): Pick<ServiceRule, 'fires' | 'isWell'> => ({
  fires: (value) => value >= from,
  isWell: (value) => value < clear,
});
const below = (from: number, clear: number): Pick<ServiceRule, 'fires' | 'isWell'> => ({
  fires: (value) => value <= from,
  isWell: (value) => value > clear,
});
const ofSessions = (column: string) => (row: GoldRow) => (settled(row) ? known(row, column) : undefined);
const ofCounted = (count: string, column: string) => (row: GoldRow) =>
  enough(row, count) ? known(row, column) : undefined;

/** The rules that the SQL follows, written down a second time. */
const RULES: readonly ServiceRule[] = [
  { rule: 'service_sla_low', valueOf: ofSessions('SLA_SCORE'), ...below(70, 85) },
  { rule: 'service_sla_critical', valueOf: ofSessions('SLA_SCORE'), ...below(40, 60) },
  { rule: 'service_failure_rate_high', valueOf: ofSessions('FAILURE_RATE'), ...above(0.2, 0.05) },
  { rule: 'service_failure_rate_critical', valueOf: ofSessions('FAILURE_RATE'), ...above(0.5, 0.25) },
  {
    rule: 'service_unserved_demand',
    valueOf: (row) => (settled(row) ? n(row, 'NO_ORCHESTRATOR') / n(row, 'REQUESTED') : undefined),
    ...above(0.2, 0.05),
  },
  { rule: 'service_swap_rate_high', valueOf: ofSessions('SWAP_RATE'), ...above(0.3, 0.1) },
  { rule: 'service_latency_high', valueOf: ofCounted('E2E_LATENCY_COUNT', 'E2E_LATENCY_P95_MS'), ...above(3_000, 2_500) },
  {
    rule: 'service_start_slow',
    valueOf: ofCounted('PROMPT_TO_FIRST_FRAME_COUNT', 'PROMPT_TO_FIRST_FRAME_P95_MS'),
    ...above(15_000, 10_000),
  },
  {
    rule: 'service_output_unsteady',
    valueOf: ofCounted('OUTPUT_FPS_COUNT', 'OUTPUT_JITTER_COEFFICIENT'),
    ...above(0.5, 0.2),
  },
  { rule: 'telemetry_coverage_low', valueOf: ofCounted('SIGNALS_EXPECTED', 'COVERAGE'), ...below(0.5, 0.8) },
  {
    rule: 'telemetry_stale',
    valueOf: (row) => (enough(row, 'LAG_COUNT') ? n(row, 'LAG_SUM_MS') / n(row, 'LAG_COUNT') : undefined),
    ...above(300_000, 60_000),
  },
]; // prettier-ignore

/** What a rule last said, and of which minute: earlier minutes change nothing any more. */
interface Said {
  readonly minute: number;
  readonly firing: boolean;
}

/**
 * The alerts of these records, in their order: what each arrival changes in the minutes of `sla` is judged, as it is known by then. Gold is
 * computed anew for each, so that nothing is remembered but what the rules said.
 */
export function serviceAlerts(records: readonly ArrivedRecord[], declared: Declared): ServiceAlert[] {
  const said = new Map<string, Said>();
  const alerts: ServiceAlert[] = [];
  let before: ReadonlyMap<string, GoldRow> = new Map();
  records.forEach((_, index) => {
    const { sla } = computeGold(records.slice(0, index + 1), declared);
    for (const [key, row] of [...sla].sort(byMinute)) {
      if (JSON.stringify(before.get(key)) !== JSON.stringify(row))
        alerts.push(...judgeMinute(key, row, said));
    }
    before = sla;
  });
  return alerts;
}

const minuteOf = (key: string): number => Number(key.slice(key.lastIndexOf('|') + 1));
const byMinute = ([a]: [string, GoldRow], [b]: [string, GoldRow]): number => minuteOf(a) - minuteOf(b);

function judgeMinute(key: string, row: GoldRow, said: Map<string, Said>): ServiceAlert[] {
  const minute = minuteOf(key);
  const subject = key.slice(0, key.lastIndexOf('|'));
  return RULES.flatMap(({ rule, valueOf, fires, isWell }) => {
    const value = valueOf(row) ?? undefined;
    if (value === undefined || !(fires(value) || isWell(value))) return [];
    const last = said.get(`${rule}|${subject}`);
    if (last !== undefined && last.minute > minute) return [];
    const firing = fires(value);
    said.set(`${rule}|${subject}`, { minute, firing });
    if (firing === (last?.firing ?? false)) return [];
    return [{ subject, rule, status: firing ? 'raised' : 'resolved', minute, value }];
  });
}
