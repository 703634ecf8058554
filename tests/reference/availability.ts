/** One poll of an endpoint, as the scraper tells of it. */
export interface Poll {
  readonly at: number;
  readonly orchestrator: string;
  readonly kind: string;
  readonly outcome: string;
  readonly errorKind: string | null;
  readonly durationMs: number | null;
}

export interface Availability {
  readonly POLLS: number;
  readonly REACHED: number;
  readonly TIMEOUTS: number;
  readonly DURATION_SUM_MS: number;
  readonly DURATION_MAX_MS: number | null;
}

const MINUTE_MS = 60_000;

/** How often endpoints answered, by `orchestrator|kind@start of the minute`: each count a list that is as long as it says. */
export function availabilityRows(polls: readonly Poll[]): Map<string, Availability> {
  const groups = new Map<string, Poll[]>();
  for (const poll of polls) {
    const key = `${poll.orchestrator}|${poll.kind}@${poll.at - (poll.at % MINUTE_MS)}`;
    const group = groups.get(key);
    if (group) group.push(poll);
    else groups.set(key, [poll]);
  }
  return new Map([...groups].map(([key, group]) => [key, rowOf(group)]));
}

function rowOf(group: readonly Poll[]): Availability {
  const durations = group.flatMap(({ durationMs }) => durationMs ?? []);
  return {
    POLLS: group.length,
    REACHED: group.filter(({ outcome }) => outcome !== 'failure').length,
    TIMEOUTS: group.filter(({ errorKind }) => errorKind === 'timeout').length,
    DURATION_SUM_MS: durations.reduce((total, ms) => total + ms, 0),
    DURATION_MAX_MS: durations.length === 0 ? null : Math.max(...durations),
  };
}
