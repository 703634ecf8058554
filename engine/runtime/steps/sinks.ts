import type { SinkStep } from '../../planner/plan';
import { sink } from '../operators/sink';
import type { Pipe } from '../pipe';
import type { Assembly } from './assembly';

/** Writes the rows of `source` to the sink's topic. */
export function attachSink(step: SinkStep, source: Pipe, assembly: Assembly): void {
  const { topic } = step;
  const keySpec = assembly.keyWriter(topic, step.schema.key, topic.name);
  const valueSpec = assembly.valueWriter(topic, step.schema.value, topic.name);
  const { serdes } = assembly.deps;
  source.sub.find().roots.push((context) => {
    const timestampOf =
      step.timestamp &&
      assembly.compiler.timestampReader(step.timestamp, step.schema, context.evaluation(step.context));
    const parts = {
      topic,
      keySerializer: serdes.serializer(keySpec),
      valueSerializer: serdes.serializer(valueSpec),
      timestampOf,
      failsOnInvalidTime: step.failsOnInvalidTime,
      stepContext: step.context,
    };
    source.attach(context, sink(parts, context));
  });
}

/** Hands the rows of a push query to the task's `answer`. */
export function attachAnswer(source: Pipe): void {
  source.sub.find().roots.push((context) => {
    source.attach(context, {
      ignoresOld: true,
      push: (key, window, value, _old, timestamp) => context.deps.answer?.({ key, window, value, timestamp }),
    });
  });
}
