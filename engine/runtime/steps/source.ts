import type { Formats, SourceStep } from '../../planner/plan';
import { streamSource } from '../operators/source';
import type { SourceParts } from '../operators/source';
import { materializedTableSource, plainTableSource } from '../operators/table-source';
import type { Pipe } from '../pipe';
import { KeyValueStore } from '../stores/key-value-store';
import type { TaskContext } from '../task-context';
import type { Assembly, Wants } from './assembly';

/** How many nodes of Kafka Streams ksqlDB makes for a source, as the names of published topics show. */
const NODES = { StreamSource: 2, TableSource: 4 } as const;

/** A stream, or a table: with a store where its rows are looked up or where changes must know what they replace. */
export function buildSource(step: SourceStep, wants: Wants, assembly: Assembly): Pipe {
  assembly.nodes.skip(NODES[step.kind]);
  const { topic } = step;
  const sub = assembly.newSub();
  sub.topics.add(topic.name);
  const partsFor = sourceParts(step, assembly);
  const window = topic.window && {
    isSession: topic.window.type === 'SESSION',
    sizeMs: topic.window.sizeMs ?? 0,
  };
  const pipe = { sub, schema: step.schema, keyChanged: false, topics: [topic.name], window, knowsOld: false };
  if (step.kind === 'StreamSource') {
    return {
      ...pipe,
      isTable: false,
      attach: (context, next) => void streamSource(partsFor(context), context, next),
    };
  }
  if (!step.materialized && !wants.store) {
    return {
      ...pipe,
      isTable: true,
      attach: (context, next) => void plainTableSource(partsFor(context), context, next),
    };
  }
  const spec = assembly.storeSpec(reduceStoreName(step.context), step.schema.key, step.schema.value, {
    formats: sourceFormats(topic),
  });
  const shape = assembly.store(sub, spec, step.schema.value);
  return {
    ...pipe,
    isTable: true,
    knowsOld: true,
    attach(context, next) {
      const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
      return materializedTableSource(partsFor(context), context, store, next);
    },
    stored: { store: spec.name, map: (view) => view },
  };
}

function sourceParts(step: SourceStep, assembly: Assembly): (context: TaskContext) => SourceParts {
  const { topic, sourceSchema } = step;
  const { serdes } = assembly.deps;
  const keyDeserializer = serdes.deserializer({
    topic: topic.name,
    format: topic.keyFormat,
    features: topic.keyFeatures,
    columns: sourceSchema.key,
    isKey: true,
  });
  const valueDeserializer = serdes.deserializer({
    topic: topic.name,
    format: topic.valueFormat,
    features: topic.valueFeatures,
    columns: sourceSchema.value,
    isKey: false,
    used: usedPositions(step, assembly),
  });
  return (context) => ({
    step,
    keyDeserializer,
    valueDeserializer,
    timestampOf:
      step.timestamp &&
      assembly.compiler.timestampReader(step.timestamp, sourceSchema, context.evaluation(step.context)),
  });
}

/** Positions of the declared value columns that are read; the timestamp column always is. */
function usedPositions(step: SourceStep, assembly: Assembly): ReadonlySet<number> | undefined {
  const names = assembly.used.get(step);
  if (names === undefined) return undefined;
  const positions = step.sourceSchema.value.flatMap(({ name }, index) =>
    names.has(name) || name === step.timestamp?.column ? [index] : [],
  );
  return new Set(positions);
}

/** Formats of a table source's rows without what belongs to its topic alone. */
function sourceFormats({ keyFormat, valueFormat, keyFeatures, valueFeatures }: SourceStep['topic']): Formats {
  return { keyFormat, valueFormat, keyFeatures, valueFeatures };
}

function reduceStoreName(context: string): string {
  return `${context.replace(/-Source$/, '')}-Reduce`;
}
