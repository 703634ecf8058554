import { createHash } from 'node:crypto';
import type { Row, TopicRecord } from '../contracts';
import type { CompiledExpression } from '../../expressions';
import type { Deserializer, Serializer } from '../../formats/contracts';
import type { StateCodec } from '../state-codec';
import type { KeyValueStore } from '../stores/key-value-store';
import type { Next, TableView, TaskContext } from '../task-context';
import type { RowJoiner } from './joined-row';

/**
 * A join of a left table with the right table's row that a left column names, as Kafka Streams does it: the left side SUBSCRIBES at the
 * partition of the foreign key (registration topic), the right side RESPONDS to the partition of the primary key
 * (response topic), now and whenever its row changes. A response carries a hash of the left row that asked, so that an
 * answer to an outdated question is ignored.
 */
export interface ForeignKeyParts {
  readonly isLeftJoin: boolean;
  readonly foreignKey: CompiledExpression;
  readonly join: RowJoiner;
  readonly registrationTopic: string;
  readonly responseTopic: string;
  /** The foreign key as the right topic's keys are written: a subscription must reach the partition of the row it names. */
  readonly subscriptionKey: { readonly serializer: Serializer; readonly deserializer: Deserializer };
  /** Codecs of the internal topics: the foreign key's single column, the left primary key, left rows, right rows. */
  readonly foreignKeyCodec: StateCodec;
  readonly primaryKeyCodec: StateCodec;
  readonly leftCodec: StateCodec;
  readonly rightCodec: StateCodec;
  readonly stepContext: string;
}

/** What the right side is to do with a subscription. */
const enum Instruction {
  /** The foreign key changed: forget, say nothing. */
  ForgetSilently = 0,
  /** The left row is gone: forget and answer NULL. */
  ForgetAndAnswer = 1,
  /** Answer, NULL when there is no such row. */
  AnswerAlways = 2,
  /** Answer only when there is such a row. */
  AnswerIfPresent = 3,
}

const HASH_SIZE = 16;
const PARTITION_SIZE = 4;
/** What a subscription is answered with: the partition that asked, then the hash of the row that asked. */
const RETURN_SIZE = PARTITION_SIZE + HASH_SIZE;

function returnAddress(parts: ForeignKeyParts, context: TaskContext, value: Row | null): Buffer {
  const partition = Buffer.alloc(PARTITION_SIZE);
  partition.writeInt32BE(context.partition);
  return Buffer.concat([partition, hashOf(parts, value)]);
}

function hashOf(parts: ForeignKeyParts, value: Row | null): Buffer {
  return value === null
    ? Buffer.alloc(HASH_SIZE)
    : createHash('md5').update(parts.leftCodec.encode(value)).digest();
}

/** Left changes to subscriptions. */
export function subscribe(parts: ForeignKeyParts, context: TaskContext, next: Next): Next {
  const evaluation = context.evaluation(parts.stepContext);
  const foreignKeyOf = (row: Row | null): unknown =>
    row === null ? null : parts.foreignKey.evaluate(row, evaluation);
  const send = (
    foreign: unknown,
    key: Row,
    value: Row | null,
    instruction: Instruction,
    timestamp: number,
  ): void => {
    const primary = parts.primaryKeyCodec.encode(key);
    const body = Buffer.concat([Buffer.from([instruction]), returnAddress(parts, context, value), primary]);
    context.deps.emit({
      topic: parts.registrationTopic,
      key: parts.subscriptionKey.serializer.serialize([foreign]),
      value: body,
      timestamp,
      headers: context.headers,
    });
  };
  const same = (a: unknown, b: unknown): boolean =>
    parts.foreignKeyCodec.encode([a]).equals(parts.foreignKeyCodec.encode([b]));
  return {
    push(key, window, value, old, timestamp) {
      if (key === null) return;
      const [before, after] = [foreignKeyOf(old), foreignKeyOf(value)];
      const moved = before !== null && after !== null && !same(before, after);
      if (before !== null && (moved || (value !== null && after === null)))
        send(before, key, value, Instruction.ForgetSilently, timestamp);
      if (before !== null && value === null) send(before, key, null, Instruction.ForgetAndAnswer, timestamp);
      if (after !== null) {
        const always = moved || parts.isLeftJoin || (old !== null && before === null);
        send(after, key, value, always ? Instruction.AnswerAlways : Instruction.AnswerIfPresent, timestamp);
      } else {
        unsubscribed(parts, next, { key, window, value, old, timestamp, hadForeignKey: before !== null });
      }
    },
  };
}

interface UnsubscribedChange {
  readonly key: Row;
  readonly window: Parameters<Next['push']>[1];
  readonly value: Row | null;
  readonly old: Row | null;
  readonly timestamp: number;
  readonly hadForeignKey: boolean;
}

/** A left row without a foreign key has no partner to ask: a LEFT join pads it, an inner one drops what it had. */
function unsubscribed(parts: ForeignKeyParts, next: Next, change: UnsubscribedChange): void {
  const { key, window, value, old, timestamp, hadForeignKey } = change;
  if (value !== null && parts.isLeftJoin)
    next.push(key, window, parts.join(key, value, null), null, timestamp);
  else if (value !== null && hadForeignKey) next.push(key, window, null, null, timestamp);
  else if (value === null && old !== null && !hadForeignKey && parts.isLeftJoin)
    next.push(key, window, null, null, timestamp);
}

/** Subscriptions by foreign key; the value is the left keys with the addresses that asked. */
export class Subscriptions {
  private readonly byForeignKey = new Map<string, Map<string, Buffer>>();
  constructor(private readonly store: KeyValueStore) {
    store.keepInMemory();
  }

  /** After a restart the store is there, the index is not. */
  private index(foreign: string): Map<string, Buffer> {
    if (this.byForeignKey.size === 0) this.rebuild();
    let subscribers = this.byForeignKey.get(foreign);
    if (subscribers === undefined) this.byForeignKey.set(foreign, (subscribers = new Map<string, Buffer>()));
    return subscribers;
  }

  private rebuild(): void {
    for (const { key, value } of this.store.all()) {
      const [foreign, primary] = key as [Buffer, Buffer];
      const id = foreign.toString('latin1');
      const subscribers = this.byForeignKey.get(id) ?? new Map<string, Buffer>();
      subscribers.set(primary.toString('latin1'), value[0] as Buffer);
      this.byForeignKey.set(id, subscribers);
    }
  }

  set(foreign: Buffer, primary: Buffer, address: Buffer | null, timestamp: number): void {
    const subscribers = this.index(foreign.toString('latin1'));
    if (address === null) subscribers.delete(primary.toString('latin1'));
    else subscribers.set(primary.toString('latin1'), address);
    this.store.put([foreign, primary], address === null ? null : [address], timestamp);
  }

  /** Left keys in the order of their bytes, each with the address it asked with. */
  of(foreign: Buffer): (readonly [Buffer, Buffer])[] {
    const found = [...this.index(foreign.toString('latin1'))];
    return found
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([primary, address]) => [Buffer.from(primary, 'latin1'), address]);
  }
}

function respond(
  parts: ForeignKeyParts,
  context: TaskContext,
  primary: Buffer,
  address: Buffer,
  right: Row | null,
  timestamp: number,
): void {
  const hash = address.subarray(PARTITION_SIZE);
  const value = right === null ? hash : Buffer.concat([hash, parts.rightCodec.encode(right)]);
  context.deps.emit({
    topic: parts.responseTopic,
    partition: address.readInt32BE(0),
    key: primary,
    value,
    timestamp,
    headers: context.headers,
  });
}

/** Answers subscriptions as they come in. */
export function answerSubscriptions(
  parts: ForeignKeyParts,
  context: TaskContext,
  subscriptions: Subscriptions,
  right: TableView,
): (record: TopicRecord) => void {
  return (record) => {
    if (record.key === null || record.value === null) return;
    const instruction = record.value[0] as Instruction;
    const address = Buffer.from(record.value.subarray(1, 1 + RETURN_SIZE));
    const primary = Buffer.from(record.value.subarray(1 + RETURN_SIZE));
    const key = parts.subscriptionKey.deserializer.deserialize(record.key)!;
    const forget = instruction === Instruction.ForgetSilently || instruction === Instruction.ForgetAndAnswer;
    const foreign = parts.foreignKeyCodec.encode(key);
    subscriptions.set(foreign, primary, forget ? null : address, record.timestamp);
    if (instruction === Instruction.ForgetSilently) return;
    const row = right.get(key);
    if (instruction === Instruction.AnswerIfPresent && row === undefined) return;
    const timestamp = Math.max(record.timestamp, row?.timestamp ?? record.timestamp);
    respond(parts, context, primary, address, forget ? null : (row?.value ?? null), timestamp);
  };
}

/** A change of a right row goes to all who subscribed to it. */
export function publishChanges(
  parts: ForeignKeyParts,
  context: TaskContext,
  subscriptions: Subscriptions,
): Next {
  return {
    push(key, _window, value, _old, timestamp) {
      if (key === null) return;
      for (const [primary, address] of subscriptions.of(parts.foreignKeyCodec.encode(key))) {
        respond(parts, context, primary, address, value, timestamp);
      }
    },
  };
}

/** Responses to results: joined with the left row, if that still is the one that asked. */
export function resolveResponses(
  parts: ForeignKeyParts,
  context: TaskContext,
  left: TableView,
  next: (key: Row, value: Row | null, timestamp: number) => void,
): (record: TopicRecord) => void {
  return (record) => {
    if (record.key === null || record.value === null) return;
    context.headers = record.headers;
    const key = parts.primaryKeyCodec.decode(record.key);
    const current = left.get(key)?.value ?? null;
    if (!hashOf(parts, current).equals(record.value.subarray(0, HASH_SIZE))) return;
    const right =
      record.value.length > HASH_SIZE ? parts.rightCodec.decode(record.value.subarray(HASH_SIZE)) : null;
    const missing = current === null || (right === null && !parts.isLeftJoin);
    next(key, missing ? null : parts.join(key, current, right), record.timestamp);
  };
}
