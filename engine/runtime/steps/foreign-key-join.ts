import type { Column } from '../../catalog/catalog';
import type { Serializer } from '../../formats/contracts';
import type { ForeignKeyJoinStep, SourceStep, Step } from '../../planner/plan';
import type { SqlType } from '../../types/sql-type';
import {
  Subscriptions,
  answerSubscriptions,
  publishChanges,
  resolveResponses,
  subscribe,
} from '../operators/foreign-key-join';
import type { ForeignKeyParts } from '../operators/foreign-key-join';
import { rowJoiner } from '../operators/joined-row';
import { storeChanges } from '../operators/table-source';
import type { Pipe } from '../pipe';
import { stateCodec } from '../state-codec';
import { KeyValueStore } from '../stores/key-value-store';
import type { StoreShape } from '../stores/state-store';
import type { Next } from '../task-context';
import { A_STORE } from './assembly';
import type { Assembly } from './assembly';
import { resultStore, viewOf } from './table-joins';

/** The left side asks, the right side answers: two sub-topologies with a topic each way. */
export function buildForeignKeyJoin(step: ForeignKeyJoinStep, assembly: Assembly): Pipe {
  const left = assembly.build(step.left, A_STORE);
  const right = assembly.build(step.right, A_STORE);
  const parts = foreignKeyParts(step, left, right, assembly);
  connect(parts, left, right, assembly);
  const subscriptionShape = subscriptionStore(right, assembly);
  const shape = resultStore(step, left.sub, assembly);
  right.sub.find().roots.push((context) => {
    const subscriptions = new Subscriptions(
      context.addStore(new KeyValueStore(subscriptionShape, context.writeChangelog)),
    );
    const view = viewOf(right.attach(context, publishChanges(parts, context, subscriptions)), step.context);
    context.addSource(parts.registrationTopic, answerSubscriptions(parts, context, subscriptions, view));
  });
  return {
    ...left,
    schema: step.schema,
    knowsOld: true,
    attach(context, next) {
      const store = context.addStore(new KeyValueStore(shape, context.writeChangelog));
      const pass = storeChanges(context, store, next);
      const direct: Next = { push: (key, _window, value, _old, timestamp) => pass(key!, value, timestamp) };
      const view = viewOf(left.attach(context, subscribe(parts, context, direct)), step.context);
      context.addSource(parts.responseTopic, resolveResponses(parts, context, view, pass));
      return store;
    },
    stored: { store: shape.spec.name, map: (view) => view },
  };
}

function foreignKeyParts(
  step: ForeignKeyJoinStep,
  left: Pipe,
  right: Pipe,
  assembly: Assembly,
): ForeignKeyParts {
  const codec = (columns: readonly Column[]) => stateCodec(columns.map((column) => column.type));
  assembly.nodes.skip(1);
  const registration = assembly.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION');
  const response = assembly.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE');
  return {
    isLeftJoin: step.joinType === 'LEFT',
    foreignKey: assembly.compiler.expression(step.foreignKey, left.schema.value),
    join: rowJoiner(step.schema, left.schema.value, right.schema.value),
    registrationTopic: assembly.topicName(`${registration}-topic`),
    responseTopic: assembly.topicName(`${response}-topic`),
    subscriptionKey: keySerdesOf(tableSource(step.right), assembly),
    foreignKeyCodec: codec(right.schema.key),
    primaryKeyCodec: codec(left.schema.key),
    leftCodec: codec(left.schema.value),
    rightCodec: codec(right.schema.value),
    stepContext: step.context,
  };
}

/** Writes and reads keys with the very bytes that a source's topic has. */
function keySerdesOf(
  { topic, sourceSchema }: SourceStep,
  assembly: Assembly,
): ForeignKeyParts['subscriptionKey'] {
  const { serdes } = assembly.deps;
  const spec = assembly.keyWriter(topic, sourceSchema.key, topic.name);
  let serializer: Serializer | undefined;
  return {
    serializer: { serialize: (key) => (serializer ??= serdes.serializer(spec)).serialize(key) },
    deserializer: serdes.deserializer(spec),
  };
}

/** The topics of questions and answers. */
function connect(parts: ForeignKeyParts, left: Pipe, right: Pipe, assembly: Assembly): void {
  for (const [topic, from, to] of [
    [parts.registrationTopic, left, right],
    [parts.responseTopic, right, left],
  ] as const) {
    to.sub.find().topics.add(topic);
    to.sub.find().repartitionTopics.add(topic);
    assembly.repartitions.push({ name: topic, from: from.sub, to: to.sub });
    to.sub.find().groups.push([...to.topics, topic]);
  }
}

/** Who asked for which row of the right side. */
function subscriptionStore(right: Pipe, assembly: Assembly): StoreShape {
  const bytes: SqlType = { kind: 'BYTES' };
  const name = assembly.nodes.name('KTABLE-FK-JOIN-SUBSCRIPTION-STATE-STORE');
  const key = [
    { name: 'FOREIGN_KEY', type: bytes },
    { name: 'PRIMARY_KEY', type: bytes },
  ];
  const value = [{ name: 'HASH', type: bytes }];
  return assembly.store(right.sub, assembly.storeSpec(name, key, value, {}), value);
}

/** The table under the projections and filters of a join's right side, which is always one source. */
function tableSource(step: Step): SourceStep {
  if (step.kind === 'TableSource') return step;
  if ('source' in step) return tableSource(step.source);
  throw new Error(`invariant violated: a ${step.kind} is no single table`);
}
