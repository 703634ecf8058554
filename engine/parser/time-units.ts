import type { TimeUnit } from '../ast/expressions';
import type { WindowDuration } from '../ast/statements';
import type { Token } from '../lexer/token';
import { integerValue } from './literals';
import type { TokenCursor } from './token-cursor';

const UNITS: readonly TimeUnit[] = ['DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS', 'YEARS', 'MONTHS'];
const UNIT_OF_WORD: ReadonlyMap<string, TimeUnit> = new Map(
  UNITS.flatMap((unit): [string, TimeUnit][] => [
    [unit, unit],
    [unit.slice(0, -1), unit],
  ]),
);

/** The unit that an unquoted word names, singular or plural. */
export function timeUnitOf(token: Token): TimeUnit | undefined {
  return token.kind === 'Keyword' ? UNIT_OF_WORD.get(token.value) : undefined;
}

/** duration : INTEGER_VALUE (DAY | DAYS | HOUR | …) */
export function duration(c: TokenCursor): WindowDuration {
  const value = integerValue(c);
  const unit = timeUnitOf(c.current);
  if (!unit) throw c.noAlternative(`${c.found()}; expected a unit: ${UNITS.join(', ')}.`);
  c.take();
  return { value, unit };
}
