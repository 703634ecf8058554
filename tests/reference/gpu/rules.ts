/** The rules of GPU telemetry, written down a second time: nothing here may be read from `ksql/` or `engine/`. */
export const MAX_AGE_MS = 3_600_000;
export const MAX_AHEAD_MS = 300_000;
export const LATE_MS = 60_000;
/** How many samples of a GPU are remembered. */
export const HISTORY = 64;
/** How many readings are recent. */
export const RECENT = 10;

export const MAX_TEMP_C = 120;
export const MAX_POWER_W = 750;

export const TEMP_C = { good: 70, bad: 95 };
export const MEMORY_TEMP_C = { good: 80, bad: 105 };

export const DAY_MS = 86_400_000;
export const EPOCH_MS = 1_767_225_600_000;
export const HALF_LIFE_MS = 86_400_000;
export const TREND_MIN_MS = 3_600_000;
export const TREND_BAD = 5;

export const WEIGHTS = { memory: 0.3, thermal: 0.2, performance: 0.2, power: 0.1, reliability: 0.2 };
export const PENALTY = { dbe: 50, sbe: 0.1, rowRemapFailure: 50, xid: 20, replay: 0.1 };
export const GRADES = [
  ['excellent', 90],
  ['good', 75],
  ['fair', 60],
  ['poor', 40],
  ['critical', -Infinity],
] as const;

/** Points of risk and days until a failure is expected. */
export const RISK: Readonly<Record<string, readonly [points: number, days: number]>> = {
  uncorrectable_ecc_errors: [50, 7],
  row_remap_failure: [40, 1],
  xid_errors: [25, 14],
  frequent_ecc_errors: [20, 30],
  overheating: [20, 30],
  thermal_throttling: [10, 30],
  pcie_replays: [10, 30],
};
export const TREND_POINTS = 20;

export interface AlertRule {
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly metric: string;
  readonly fires: (value: number) => boolean;
  readonly isWell: (value: number) => boolean;
}
const above = (
  rule: string,
  severity: AlertRule['severity'],
  metric: string,
  raise: number,
  clear: number,
) => ({
  rule,
  severity,
  metric,
  fires: (value: number) => value >= raise,
  isWell: (value: number) => value < clear,
});

export const ALERT_RULES: readonly AlertRule[] = [
  above('gpu_temperature_high', 'warning', 'gpu_temp_c', 85, 80),
  above('gpu_temperature_critical', 'critical', 'gpu_temp_c', 95, 90),
  above('gpu_memory_temperature_critical', 'critical', 'memory_temp_c', 105, 100),
  above('gpu_throttling', 'warning', 'thermal_throttled_percent', 20, 5),
  above('gpu_memory_full', 'warning', 'memory_used_percent', 97, 90),
  above('gpu_ecc_uncorrectable', 'critical', 'ecc_dbe_recent', 0.5, 0.25),
  above('gpu_ecc_frequent', 'warning', 'ecc_sbe_recent', 50, 25),
  above('gpu_xid_errors', 'warning', 'xid_recent', 0.5, 0.25),
  {
    rule: 'gpu_health_low',
    severity: 'warning',
    metric: 'overall_score',
    fires: (value) => value <= 60,
    isWell: (value) => value > 70,
  },
  above('gpu_failure_predicted', 'critical', 'failure_risk', 70, 50),
];
