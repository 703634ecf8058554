import type { Expression } from '../../ast/expressions';
import { sameExpression } from '../../ast/rewrite';
import { fail } from '../../analyzer/errors';
import { isForeignKeyJoin } from '../../analyzer/joins';
import { physicalName, toPhysical } from '../../analyzer/scope';
import type { Projection } from '../../analyzer/select-items';
import type { Build, PlanNode } from './node';
import type { KeyName } from './projected-keys';

/** A key column that the projection names twice. */
export function refuseRepeatedKey(
  chosen: Projection | undefined,
  projections: readonly Projection[],
  node: PlanNode,
  index: number,
  build: Build,
): void {
  if (chosen === undefined) return;
  const aliases = projections
    .filter((item) => sameExpression(item.expression, chosen.expression))
    .map((item) => item.alias);
  if (aliases.length < 2) return;
  const sorted = [...aliases].sort();
  const list = `${sorted.slice(0, -1).join(', ')} and ${sorted.at(-1)}`;
  const message =
    `The projection contains a key column (\`${keyColumnName(chosen.expression, node, index, build)}\`) more than once, aliased as: ${list}.\n` +
    'Each key column must only be in the projection once. If you intended to copy the key into the value, ' +
    'then consider using the AS_VALUE function to indicate which key reference should be copied.';
  fail('keyInProjection', message, chosen.loc);
}

function keyColumnName(key: Expression, { step }: PlanNode, index: number, { analysis }: Build): string {
  if (key.kind === 'ColumnRef' && key.qualifier !== undefined)
    return physicalName(analysis.scope, key.qualifier, key.name);
  return step.schema.key[index]!.name;
}

/** A key column that the projection does not name. */
export function refuseMissingKey(
  names: readonly KeyName[],
  chosen: readonly (Projection | undefined)[],
  sinkName: string,
  build: Build,
): never {
  const { analysis } = build;
  if (
    analysis.from.kind === 'Join' &&
    analysis.groupBy.length === 0 &&
    analysis.partitionBy === undefined &&
    isForeignKeyJoin(analysis.from)
  ) {
    return refuseMissingPrimaryKey(names, chosen, build);
  }
  const isSynthetic =
    analysis.syntheticKey !== undefined &&
    analysis.groupBy.length === 0 &&
    analysis.partitionBy === undefined;
  const wanted = wantedKeys(names, build);
  const link = isSynthetic ? 'See https://cnfl.io/2LV7ouS.' : '';
  const explanation = isSynthetic
    ? `\n${analysis.syntheticKey} was added as a synthetic key column because the join criteria did not match any source column. ` +
      'This expression must be included in the projection and may be aliased.'
    : '';
  const message =
    `Key missing from projection (ie, SELECT). ${link}\n` +
    `The query used to build \`${sinkName}\` must include the ${wanted.words} in its projection (eg, SELECT ${wanted.example}...).` +
    explanation;
  return fail('keyInProjection', message);
}

/** `key column ORCH`, `grouping expressions A and B`, `join expressions L.ID or R.ID`. */
function wantedKeys(
  names: readonly KeyName[],
  build: Build,
): { readonly words: string; readonly example: string } {
  const { analysis, env } = build;
  const isJoinKey =
    analysis.scope.isJoin && analysis.groupBy.length === 0 && analysis.partitionBy === undefined;
  const noun =
    analysis.groupBy.length > 0
      ? 'grouping expression'
      : analysis.partitionBy
        ? 'partitioning expression'
        : isJoinKey
          ? 'join expression'
          : 'key column';
  const keepsQualifier = analysis.partitionBy !== undefined || isJoinKey;
  const print = (key: Expression) => env.print(keepsQualifier ? key : toPhysical(key, analysis.scope));
  if (isJoinKey) {
    const choices = names[0]!.choices.map(print);
    return { words: `${noun}${choices.length > 1 ? 's' : ''} ${choices.join(' or ')}`, example: choices[0]! };
  }
  const all = names.map(({ choices }) => print(choices[0]!));
  const list = all.length === 1 ? all[0]! : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
  return { words: `${noun}${all.length > 1 ? 's' : ''} ${list}`, example: all.join(', ') };
}

function refuseMissingPrimaryKey(
  names: readonly KeyName[],
  chosen: readonly (Projection | undefined)[],
  build: Build,
): never {
  const missing = names
    .filter((_, i) => chosen[i] === undefined)
    .map(({ choices }) => (choices[0] as { name: string }).name);
  const s = missing.length > 1 ? 's' : '';
  const left = build.analysis.scope.sources[0]!.source.name;
  const message =
    `Primary key column${s} missing in projection. For foreign-key table-table joins, ` +
    `the projection must include all primary key columns from the left input table (\`${left}\`). ` +
    `Missing column${s}: ${missing.map((name) => `\`${name}\``).join(', ')}.`;
  return fail('keyInProjection', message);
}
