import type { CreateAsSelect, CreateSource } from '../../ast/statements';
import { headSpan } from '../rule';
import type { LintRule } from '../rule';

/** A KAFKA_TOPIC, formats, partitions or a retention that is left out follows defaults, which differ by server and source. */
export const explicitProperties: LintRule = {
  code: 'KE5001',
  name: 'explicit-properties',
  severity: 'error',
  why: 'Properties that are left out follow defaults of the server or of the source, so the same file makes different topics.',
  check: (linted) => {
    const { statement } = linted;
    if (statement.kind !== 'CreateAsSelect' && statement.kind !== 'CreateSource') return [];
    const missing = required(statement).filter(
      (names) => !names.some((name) => statement.properties.has(name)),
    );
    if (missing.length === 0) return [];
    const names = missing.map(([name]) => name).join(', ');
    const message = `${statement.sourceKind.toLowerCase()} "${statement.name}" leaves ${names} to defaults`;
    return [
      {
        span: headSpan(linted),
        message,
        hint: `Add to WITH (…): ${missing.map(([name]) => `${name} = …`).join(', ')}.`,
      },
    ];
  },
};

type Alternatives = readonly [string, ...string[]];

const KAFKA_TOPIC: Alternatives = ['KAFKA_TOPIC'];
const KEY_FORMAT: Alternatives = ['KEY_FORMAT', 'FORMAT'];
const VALUE_FORMAT: Alternatives = ['VALUE_FORMAT', 'FORMAT'];

function required(statement: CreateAsSelect | CreateSource): readonly Alternatives[] {
  if (statement.kind === 'CreateSource')
    return [KAFKA_TOPIC, ...(hasNoKey(statement) ? [] : [KEY_FORMAT]), VALUE_FORMAT];
  const base: Alternatives[] = [KAFKA_TOPIC, ['PARTITIONS'], ['REPLICAS'], KEY_FORMAT, VALUE_FORMAT];
  // The topic of an unwindowed table is compacted: a retention would delete what still holds.
  const expires = statement.sourceKind === 'STREAM' || statement.query.window !== undefined;
  return expires ? [...base, ['RETENTION_MS']] : base;
}

/** Its columns are listed, and none of them is a key. */
function hasNoKey({ elements }: CreateSource): boolean {
  return (
    elements.length > 0 &&
    elements.every(({ constraint }) => constraint.kind !== 'KEY' && constraint.kind !== 'PRIMARY KEY')
  );
}
