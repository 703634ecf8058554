import { gpuHealth } from './health';
import type { GpuHealth } from './health';
import { ALERT_RULES } from './rules';
import type { AlertRule } from './rules';
import type { GpuSample } from './samples';

export interface Alert {
  readonly subject: string;
  readonly rule: string;
  readonly severity: string;
  readonly status: 'raised' | 'resolved';
  readonly time: number;
  /** Time of the last sample at which the rule was well, before it fired. */
  readonly episode: number | undefined;
  readonly value: number;
}

interface RuleState {
  firing: boolean;
  lastWell: number | undefined;
  episode: number | undefined;
}

/** The alerts of one GPU's samples, in their order, and its health at the end. */
export function alertsOf(samples: readonly GpuSample[]): {
  readonly alerts: Alert[];
  readonly health: GpuHealth;
} {
  const states = new Map<string, RuleState>();
  const alerts: Alert[] = [];
  let health: GpuHealth | undefined;
  samples.forEach((_, index) => {
    health = gpuHealth(samples.slice(0, index + 1));
    for (const rule of ALERT_RULES) {
      const state = states.get(rule.rule) ?? { firing: false, lastWell: undefined, episode: undefined };
      states.set(rule.rule, state);
      const status = step(rule, state, health);
      if (status === undefined) continue;
      const { gpu: subject, lastTime: time, values } = health;
      const { rule: name, severity, metric } = rule;
      alerts.push({
        subject,
        rule: name,
        severity,
        status,
        time,
        episode: state.episode,
        value: values[metric]!,
      });
    }
  });
  return { alerts, health: health! };
}

/** A value between the thresholds, or none, changes nothing. */
function step(
  rule: AlertRule,
  state: RuleState,
  { values, lastTime }: GpuHealth,
): Alert['status'] | undefined {
  const value = values[rule.metric];
  if (value === undefined) return undefined;
  if (rule.fires(value)) {
    if (state.firing) return undefined;
    state.firing = true;
    state.episode = state.lastWell;
    return 'raised';
  }
  if (!rule.isWell(value)) return undefined;
  state.lastWell = lastTime;
  if (!state.firing) return undefined;
  state.firing = false;
  return 'resolved';
}
