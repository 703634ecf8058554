import type { ArrivedRecord, Verdict } from './judge';
import type { GoldRow } from './measures';
import { MINUTE_MS, PERIOD_MS } from './rules';

/** `source_freshness`, by `<gateway>|<family>@<window start>`: copies are counted, as it is about what arrives. */
export function freshnessRows(
  records: readonly ArrivedRecord[],
  verdicts: readonly Verdict[],
  windowMs = MINUTE_MS,
): Map<string, GoldRow> {
  const groups = new Map<string, { verdict: Verdict; arrivedAt: number }[]>();
  verdicts.forEach((verdict, index) => {
    const start = Math.floor(verdict.time / windowMs) * windowMs;
    const key = `${verdict.gateway}|${verdict.family}@${start}`;
    groups.set(key, [...(groups.get(key) ?? []), { verdict, arrivedAt: records[index]!.at }]);
  });
  return new Map([...groups].map(([key, group]) => [key, freshnessRow(key, group, windowMs)]));
}

function freshnessRow(
  key: string,
  group: readonly { readonly verdict: Verdict; readonly arrivedAt: number }[],
  windowMs: number,
): GoldRow {
  const start = Number(key.slice(key.lastIndexOf('@') + 1));
  const [gateway = '', family = ''] = key.slice(0, key.lastIndexOf('@')).split('|');
  const valid = group.flatMap(({ verdict, arrivedAt }) =>
    verdict.kind === 'valid' ? [{ event: verdict.event, lag: arrivedAt - verdict.event.eventTime }] : [],
  );
  const period = PERIOD_MS[family];
  const requests = new Set(valid.map(({ event }) => event.requestId).filter((id) => id !== ''));
  const senders = family === 'network_capabilities' ? 1 : requests.size;
  const expected =
    period === undefined || valid.length === 0 ? null : Math.trunc((senders * windowMs) / period);
  return {
    GATEWAY: gateway,
    FAMILY: family,
    WINDOW_START: start,
    WINDOW_END: start + windowMs,
    SEEN: valid.length,
    REFUSED: group.filter(({ verdict }) => verdict.kind === 'malformed').length,
    IGNORED: group.filter(({ verdict }) => verdict.kind === 'ignored').length,
    EXPECTED: expected,
    COMPLETENESS: expected === null ? null : valid.length / expected,
    LAG_SUM_MS: valid.reduce((sum, { lag }) => sum + lag, 0),
    LAG_MAX_MS: valid.length === 0 ? null : Math.max(...valid.map(({ lag }) => lag)),
    LAST_EVENT_TIME: valid.length === 0 ? null : Math.max(...valid.map(({ event }) => event.eventTime)),
    LAST_ARRIVED_AT: Math.max(...group.map(({ arrivedAt }) => arrivedAt)),
  };
}
