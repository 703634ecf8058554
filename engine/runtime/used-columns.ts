import type { Expression } from '../ast/expressions';
import type { SourceStep, Step } from '../planner/plan';

/**
 * Names of the columns of a source that its readers look at; undefined: all. Known where a projection stands above the source with
 * nothing but filters between: what the projection does not name goes no further.
 */
export function usedColumns(root: Step): ReadonlyMap<SourceStep, ReadonlySet<string>> {
  const found = new Map<SourceStep, ReadonlySet<string>>();
  visit(root, undefined, found);
  return found;
}

function visit(
  step: Step,
  wanted: ReadonlySet<string> | undefined,
  found: Map<SourceStep, ReadonlySet<string>>,
): void {
  switch (step.kind) {
    case 'StreamSource':
      if (wanted !== undefined) found.set(step, wanted);
      return;
    case 'StreamFilter':
      return visit(step.source, wanted && union(wanted, namesIn(step.predicate)), found);
    case 'StreamSelect':
      return visit(
        step.source,
        new Set(step.selects.flatMap(({ expression }) => [...namesIn(expression)])),
        found,
      );
    case 'StreamStreamJoin':
    case 'StreamTableJoin':
    case 'TableTableJoin':
    case 'ForeignKeyTableTableJoin':
      visit(step.left, undefined, found);
      return visit(step.right, undefined, found);
    case 'TableSource':
      return;
    default:
      return visit(step.source, undefined, found);
  }
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}

/** Every name in an expression, lambda parameters too: a name too many costs a column, one too few its value. */
function namesIn(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    if ((node as { kind?: unknown }).kind === 'ColumnRef') names.add((node as { name: string }).name);
    Object.values(node).forEach(walk);
  };
  walk(expression);
  return names;
}
