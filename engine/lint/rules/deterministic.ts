import type { FunctionCall } from '../../ast/expressions';
import { expressionsOf, walkExpression } from '../../ast/walk';
import { queryOf } from '../rule';
import type { LintRule } from '../rule';

/** With an argument these convert a value; without, they ask the clock or chance. */
const WITHOUT_ARGUMENT: ReadonlySet<string> = new Set(['UNIX_TIMESTAMP', 'UNIX_DATE', 'UUID', 'RANDOM']);

/** Functions of the clock or of chance in a persistent query. */
export const deterministic: LintRule = {
  code: 'KE5007',
  name: 'deterministic',
  severity: 'error',
  why: 'A replay of the same records must give the same rows.',
  check: ({ statement }) => {
    const query = queryOf(statement);
    if (!query) return [];
    const nodes = expressionsOf(query).flatMap((expression) => [...walkExpression(expression)]);
    const calls = nodes.filter((node): node is FunctionCall => node.kind === 'FunctionCall');
    return calls
      .filter(({ name, args }) => WITHOUT_ARGUMENT.has(name) && args.length === 0)
      .map(({ name, loc }) => ({
        span: loc,
        message: `${name}() differs from run to run`,
        hint: HINT[name] ?? CLOCK_HINT,
      }));
  },
};

const CLOCK_HINT = 'Judge age by the record’s time: ROWTIME.';
const HINT: Readonly<Record<string, string>> = {
  UUID: 'Derive the id from the record, for example from its key, topic, partition and offset.',
  RANDOM: 'Sample by a value of the record, for example by a hash of its id.',
};
