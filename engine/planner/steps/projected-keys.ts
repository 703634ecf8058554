import type { Expression } from '../../ast/expressions';
import { sameExpression } from '../../ast/rewrite';
import { isForeignKeyJoin, primaryKeys, viableKeys } from '../../analyzer/joins';
import type { Projection } from '../../analyzer/select-items';
import { NOWHERE } from '../../source/source';
import { columnRef } from '../columns';
import type { Build, PlanNode } from './node';

/** What a projection calls one key column by. */
export interface KeyName {
  /** Any of these is the key; the preferred one first. Qualified, as projections are. */
  readonly choices: readonly Expression[];
}

/** What each key column of the node may be called by. */
export function keyNames(node: PlanNode, build: Build): readonly KeyName[] {
  const { analysis } = build;
  const { scope, from } = analysis;
  const keys = node.step.schema.key;
  if (analysis.groupBy.length > 0) return analysis.groupBy.map((key) => ({ choices: [key] }));
  if (analysis.partitionBy !== undefined) {
    return analysis.partitionBy.map((key, i) => ({
      choices: [key, columnRef(keys[i]?.name ?? '', NOWHERE)],
    }));
  }
  if (from.kind === 'Source') {
    const { alias } = scope.sources[0]!;
    return keys.map(({ name }) => ({
      choices: [{ kind: 'ColumnRef', qualifier: alias, name, loc: NOWHERE }],
    }));
  }
  if (analysis.syntheticKey !== undefined) return [{ choices: [columnRef(analysis.syntheticKey, NOWHERE)] }];
  if (isForeignKeyJoin(from)) return primaryKeys(from.left).map((key) => ({ choices: [key] }));
  return [{ choices: viableKeys(from) }];
}

/** The projection that becomes the key: by preference of the name, then by place. */
export function chooseKey({ choices }: KeyName, projections: readonly Projection[]): Projection | undefined {
  for (const choice of choices) {
    const found = projections.find((projection) => sameExpression(projection.expression, choice));
    if (found !== undefined) return found;
  }
  return undefined;
}
