import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Expression, TypeExpression } from '../ast/expressions';
import type { Query, Relation, SelectItem, Statement, WindowDuration } from '../ast/statements';
import type { SqlType } from '../types/sql-type';

/** Trees as the parser makes them, at random: what is printed of each must parse back to it. */

const loc = { start: 0, end: 0, line: 1, column: 1 };

/** Plain words, words of the language, and anything that fits between backticks. */
const anyName: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,6}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('SELECT', 'KEY', 'TIMESTAMP', 'ARRAY', 'DAYS', 'NULL', 'x', 'a`b'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }) },
);
const sourceName = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
const functionName = fc.constantFrom('ABS', 'COUNT', 'MY_FN', 'lower', 'Mixed Case');
const text = fc.string({ unit: 'grapheme', maxLength: 8 });

const scalar: Arbitrary<SqlType> = fc.oneof(
  fc
    .constantFrom('BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'STRING', 'BYTES', 'DATE', 'TIME', 'TIMESTAMP')
    .map((kind): SqlType => ({ kind })),
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(40)).map(([precision, scale]): SqlType => ({
    kind: 'DECIMAL',
    precision,
    scale: Math.min(scale, precision),
  })),
);

export const anyType: Arbitrary<SqlType> = fc.letrec<{ type: SqlType }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    tie('type').map((element): SqlType => ({ kind: 'ARRAY', element })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]): SqlType => ({ kind: 'MAP', key, value })),
    fc
      .array(fc.record({ name: anyName, type: tie('type') }), { maxLength: 3 })
      .map((fields): SqlType => ({ kind: 'STRUCT', fields })),
  ),
})).type;

const typeExpression: Arbitrary<TypeExpression> = fc.oneof(
  anyType.map((type): TypeExpression => ({ kind: 'BuiltIn', type, loc })),
  fc.constantFrom('CARD', 'own type').map((name): TypeExpression => ({
    kind: 'ArrayOf',
    element: { kind: 'Custom', name, loc },
    loc,
  })),
);

const leaf: Arbitrary<Expression> = fc.oneof(
  fc.constant<Expression>({ kind: 'NullLiteral', loc }),
  fc.boolean().map((value): Expression => ({ kind: 'BooleanLiteral', value, loc })),
  fc.nat().map((value): Expression => ({ kind: 'IntegerLiteral', value, loc })),
  fc
    .integer({ min: 2 ** 31, max: Number.MAX_SAFE_INTEGER })
    .map((value): Expression => ({ kind: 'LongLiteral', value, loc })),
  fc
    .double({ min: 1e-300, max: 1e300, noNaN: true })
    .map((value): Expression => ({ kind: 'DoubleLiteral', value, loc })),
  fc
    .stringMatching(/^\d{1,5}\.\d{1,5}$/)
    .map((digits): Expression => ({ kind: 'DecimalLiteral', text: digits, loc })),
  text.map((value): Expression => ({ kind: 'StringLiteral', value, loc })),
);

const column: Arbitrary<Expression> = fc
  .tuple(fc.option(anyName, { nil: undefined, freq: 4 }), anyName)
  .map(([qualifier, name]): Expression =>
    qualifier === undefined ? { kind: 'ColumnRef', name, loc } : { kind: 'ColumnRef', qualifier, name, loc },
  );

// A type, as letrec wants an index signature, which interfaces have not.
type Parts = { readonly expression: Expression; readonly base: Expression };

const parts = fc.letrec<Parts>((tie) => {
  const e = tie('expression');
  const flag = fc.boolean();
  const when = fc.record({ condition: e, result: e, loc: fc.constant(loc) });
  const otherwise = fc.option(e, { nil: undefined });
  return {
    /** What can stand before `->` and `[`. */
    base: fc.oneof(
      { maxDepth: 3 },
      column,
      fc
        .tuple(tie('base'), anyName)
        .map(([base, field]): Expression => ({ kind: 'Dereference', base, field, loc })),
      fc.tuple(tie('base'), e).map(([base, index]): Expression => ({ kind: 'Subscript', base, index, loc })),
    ),
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      column,
      tie('base'),
      fc
        .tuple(fc.constantFrom('+', '-', '*', '/', '%'), e, e)
        .map(([op, left, right]): Expression => ({ kind: 'ArithmeticBinary', op, left, right, loc })),
      fc
        .tuple(fc.constantFrom('+', '-'), column)
        .map(([op, operand]): Expression => ({ kind: 'ArithmeticUnary', op, operand, loc })),
      fc
        .tuple(
          fc.constantFrom('=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'),
          e,
          e,
        )
        .map(([op, left, right]): Expression => ({ kind: 'Comparison', op, left, right, loc })),
      fc
        .tuple(fc.constantFrom('AND', 'OR'), e, e)
        .map(([op, left, right]): Expression => ({ kind: 'LogicalBinary', op, left, right, loc })),
      e.map((operand): Expression => ({ kind: 'Not', operand, loc })),
      fc.tuple(e, flag).map(([operand, negated]): Expression => ({ kind: 'IsNull', operand, negated, loc })),
      fc
        .tuple(e, e, flag)
        .map(([value, pattern, negated]): Expression => ({ kind: 'Like', value, pattern, negated, loc })),
      fc.tuple(e, e, e, flag).map(([value, low, high, negated]): Expression => ({
        kind: 'Between',
        value,
        low,
        high,
        negated,
        loc,
      })),
      fc
        .tuple(e, fc.array(e, { minLength: 1, maxLength: 3 }), flag)
        .map(([value, items, negated]): Expression => ({ kind: 'InList', value, items, negated, loc })),
      fc
        .tuple(fc.array(when, { minLength: 1, maxLength: 2 }), otherwise)
        .map(([whens, last]): Expression => ({ kind: 'SearchedCase', whens, otherwise: last, loc })),
      fc
        .tuple(e, fc.array(when, { minLength: 1, maxLength: 2 }), otherwise)
        .map(([operand, whens, last]): Expression => ({
          kind: 'SimpleCase',
          operand,
          whens,
          otherwise: last,
          loc,
        })),
      fc
        .tuple(e, typeExpression)
        .map(([operand, type]): Expression => ({ kind: 'Cast', operand, type, loc })),
      fc
        .tuple(functionName, fc.array(e, { maxLength: 3 }))
        .map(([name, args]): Expression => ({ kind: 'FunctionCall', name, args, loc })),
      fc
        .tuple(e, fc.array(anyName, { minLength: 1, maxLength: 3 }), e)
        .map(([value, parameters, body]): Expression => ({
          kind: 'FunctionCall',
          name: 'TRANSFORM',
          args: [value, { kind: 'Lambda', parameters, body, loc }],
          loc,
        })),
      fc.array(e, { maxLength: 3 }).map((items): Expression => ({ kind: 'CreateArray', items, loc })),
      fc
        .array(fc.record({ key: e, value: e }), { minLength: 1, maxLength: 2 })
        .map((entries): Expression => ({ kind: 'CreateMap', entries, loc })),
      fc
        .array(fc.record({ name: anyName, value: e }), { minLength: 1, maxLength: 2 })
        .map((fields): Expression => ({ kind: 'CreateStruct', fields, loc })),
    ),
  };
});
export const anyExpression: Arbitrary<Expression> = parts.expression;

const duration: Arbitrary<WindowDuration> = fc.record({
  value: fc.integer({ min: 1, max: 1000 }),
  unit: fc.constantFrom('DAYS', 'HOURS', 'MINUTES', 'SECONDS', 'MILLISECONDS'),
});

const source = fc.tuple(sourceName, fc.option(sourceName, { nil: undefined })).map(([name, alias]) => ({
  kind: 'Source' as const,
  name,
  alias: alias ?? name,
  explicitAlias: alias !== undefined,
  loc,
}));

const relation: Arbitrary<Relation> = fc
  .tuple(
    source,
    fc.array(
      fc.tuple(
        source,
        fc.constantFrom('INNER' as const, 'LEFT' as const, 'RIGHT' as const, 'OUTER' as const),
        anyExpression,
        fc.option(
          fc.record({ before: duration, after: duration, grace: fc.option(duration, { nil: undefined }) }),
          {
            nil: undefined,
          },
        ),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([first, joins]) =>
    joins.reduce<Relation>(
      (left, [right, joinType, on, within]) => ({ kind: 'Join', joinType, left, right, on, within, loc }),
      first,
    ),
  );

const selectItem: Arbitrary<SelectItem> = fc.oneof(
  fc.option(anyName, { nil: undefined }).map((qualifier): SelectItem => ({ kind: 'Star', qualifier, loc })),
  fc
    .tuple(anyExpression, fc.option(anyName, { nil: undefined }))
    .map(([expression, alias]): SelectItem => ({ kind: 'Column', expression, alias, loc })),
);

const optional = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const grouping = fc.array(anyExpression, { minLength: 1, maxLength: 2 });

const anyQuery: Arbitrary<Query> = fc
  .record({
    select: fc.array(selectItem, { minLength: 1, maxLength: 3 }),
    from: relation,
    where: optional(anyExpression),
    groupBy: optional(grouping),
    having: optional(anyExpression),
    emit: fc.constantFrom('CHANGES' as const, 'FINAL' as const, undefined),
    limit: optional(fc.nat(1000)),
  })
  .map((clauses): Query => ({ kind: 'Query', ...clauses, loc }));

const properties = fc
  .dictionary(
    fc.constantFrom('KAFKA_TOPIC', 'VALUE_FORMAT', 'PARTITIONS', 'own.property'.toUpperCase()),
    text.map((value): Expression => ({ kind: 'StringLiteral', value, loc })),
  )
  .map((entries) => new Map(Object.entries(entries)));

const constraint = fc.oneof(
  fc
    .constantFrom('NONE' as const, 'KEY' as const, 'PRIMARY KEY' as const, 'HEADERS' as const)
    .map((kind) => ({ kind })),
  text.map((key) => ({ kind: 'HEADER' as const, key })),
);

const head = {
  sourceKind: fc.constantFrom('STREAM' as const, 'TABLE' as const),
  name: sourceName,
  orReplace: fc.boolean(),
  ifNotExists: fc.boolean(),
  properties,
};

export const anyStatement: Arbitrary<Statement> = fc.oneof(
  fc
    .record({
      ...head,
      isSource: fc.boolean(),
      elements: fc.array(
        fc.record({ name: anyName, type: typeExpression, constraint, loc: fc.constant(loc) }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
    })
    .map((rest): Statement => ({ kind: 'CreateSource', ...rest, loc })),
  fc
    .record({ ...head, query: anyQuery })
    .map((rest): Statement => ({ kind: 'CreateAsSelect', ...rest, loc })),
  anyQuery.map((query): Statement => ({ kind: 'QueryStatement', query, loc })),
  fc
    .record({ name: anyName, type: typeExpression, ifNotExists: fc.boolean() })
    .map((rest): Statement => ({ kind: 'RegisterType', ...rest, loc })),
  fc
    .record({
      sourceKind: head.sourceKind,
      name: sourceName,
      addColumns: fc.array(fc.record({ name: anyName, type: typeExpression }), {
        minLength: 1,
        maxLength: 3,
      }),
    })
    .map((rest): Statement => ({ kind: 'AlterSource', ...rest, loc })),
  fc
    .record({
      sourceKind: head.sourceKind,
      name: sourceName,
      ifExists: fc.boolean(),
      deleteTopic: fc.boolean(),
    })
    .map((rest): Statement => ({ kind: 'DropSource', ...rest, loc })),
);
