import type { Formats } from '../../planner/plan';
import { repartitionReader, repartitionWriter } from '../operators/repartition';
import type { RepartitionParts } from '../operators/repartition';
import type { Pipe } from '../pipe';
import type { Assembly } from './assembly';

/** Nodes of Kafka Streams that a repartition topic stands for: filter, sink, source. */
const NODES = 3;

/** Sends rows through a repartition topic: what follows is another sub-topology. */
export function buildRepartition(source: Pipe, name: string, formats: Formats, assembly: Assembly): Pipe {
  assembly.nodes.skip(NODES);
  const topic = assembly.topicName(name);
  const to = assembly.newSub();
  const from = source.sub;
  to.topics.add(topic);
  to.repartitionTopics.add(topic);
  assembly.repartitions.push({ name: topic, from, to, formats });
  const parts = repartitionParts(source, topic, name, formats, assembly);
  from.find().roots.push((context) => void source.attach(context, repartitionWriter(parts(), context)));
  return {
    sub: to,
    schema: source.schema,
    isTable: source.isTable,
    keyChanged: false,
    knowsOld: source.knowsOld,
    topics: [topic],
    window: source.window,
    attach: (context, next) => void context.addSource(topic, repartitionReader(parts(), context, next)),
  };
}

/** Rows whose key was changed lie in the wrong partition. */
export function repartitionIfRekeyed(pipe: Pipe, name: string, formats: Formats, assembly: Assembly): Pipe {
  return pipe.keyChanged ? buildRepartition(pipe, name, formats, assembly) : pipe;
}

function repartitionParts(
  source: Pipe,
  topic: string,
  stepContext: string,
  formats: Formats,
  assembly: Assembly,
): () => RepartitionParts {
  const { serdes } = assembly.deps;
  const keySpec = assembly.keyWriter(formats, source.schema.key, topic);
  const valueSpec = assembly.valueWriter(formats, source.schema.value, topic);
  return () => ({
    topic,
    keySerializer: serdes.serializer(keySpec),
    valueSerializer: serdes.serializer(valueSpec),
    keyDeserializer: serdes.deserializer(keySpec),
    valueDeserializer: serdes.deserializer(valueSpec),
    window: source.window,
    isTable: source.isTable,
    stepContext,
    // Avro holds every type as it is; JSON and DELIMITED do not.
    isLossless: formats.valueFormat.name === 'AVRO',
  });
}
