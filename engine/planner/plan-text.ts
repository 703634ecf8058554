import { formatExpression } from '../printer/index';
import { formatSchema } from '../catalog/schema-text';
import type { NamedExpression, Step } from './plan';

/** A plan with all that decides what it does, one step a line, the sink first: for golden tests and for people. */
export function planText(step: Step, depth = 0): string {
  const details = detailsOf(step);
  const line = `${'  '.repeat(depth)}${step.kind} ${step.context}${details === '' ? '' : ` ${details}`} -> ${formatSchema(step.schema)}`;
  return [line, ...inputsOf(step).map((input) => planText(input, depth + 1))].join('\n');
}

/** The steps that feed a step, left to right. */
export function inputsOf(step: Step): readonly Step[] {
  if ('left' in step) return [step.left, step.right];
  return 'source' in step ? [step.source] : [];
}

function detailsOf(step: Step): string {
  switch (step.kind) {
    case 'StreamSource':
    case 'TableSource':
      return `topic=${step.topic.name}${step.materialized ? ' materialized' : ''}`;
    case 'StreamFilter':
    case 'TableFilter':
      return `where ${formatExpression(step.predicate)}`;
    case 'StreamSelect':
    case 'TableSelect':
      return `[${step.selects.map(selectText).join(', ')}]`;
    case 'StreamFlatMap':
      return `[${step.tableFunctions.map(formatExpression).join(', ')}]`;
    case 'StreamSelectKey':
    case 'TableSelectKey':
      return `by [${step.keyExpressions.map(formatExpression).join(', ')}]${step.repartitions ? ` via ${formatsText(step.formats)}` : ''}`;
    case 'StreamGroupBy':
    case 'StreamGroupByKey':
    case 'TableGroupBy':
      return `by [${step.groupBy.map(formatExpression).join(', ')}] via ${formatsText(step.formats)}`;
    case 'StreamAggregate':
    case 'StreamWindowedAggregate':
    case 'TableAggregate':
      return `[${step.aggregates.map(formatExpression).join(', ')}]${step.window ? ` window=${JSON.stringify(step.window)}` : ''}`;
    case 'StreamStreamJoin':
      return `${step.joinType} on ${step.keyName} within ${step.beforeMs}/${step.afterMs} ms grace ${step.graceMs ?? 'none'}`;
    case 'StreamTableJoin':
    case 'TableTableJoin':
      return `${step.joinType} on ${step.keyName}`;
    case 'ForeignKeyTableTableJoin':
      return `${step.joinType} on ${formatExpression(step.foreignKey)}`;
    case 'TableSuppress':
      return '';
    case 'StreamSink':
    case 'TableSink':
      return `topic=${step.topic.name} ${step.topic.keyFormat.name}/${step.topic.valueFormat.name}`;
  }
}

function selectText({ name, expression }: NamedExpression): string {
  const text = formatExpression(expression);
  return text === name ? name : `${text} AS ${name}`;
}

function formatsText({
  keyFormat,
  valueFormat,
}: Extract<Step, { kind: 'TableSuppress' }>['formats']): string {
  return `${keyFormat.name}/${valueFormat.name}`;
}
