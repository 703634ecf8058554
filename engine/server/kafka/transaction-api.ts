import type { Api, KafkaConnection } from './connection';
import { byTopic, readPartitions } from './topic-items';
import type { TopicPartition } from './topic-items';
import { check } from './protocol-error';
import type { ProducerIdentity } from './record-batch';
import { Encoder } from './wire';

const INIT_PRODUCER_ID: Api = { key: 22, version: 1, name: 'InitProducerId' };
const ADD_PARTITIONS: Api = { key: 24, version: 1, name: 'AddPartitionsToTxn' };
const ADD_OFFSETS: Api = { key: 25, version: 1, name: 'AddOffsetsToTxn' };
const END_TRANSACTION: Api = { key: 26, version: 1, name: 'EndTxn' };
const TXN_OFFSET_COMMIT: Api = { key: 28, version: 2, name: 'TxnOffsetCommit' };
const OFFSET_FETCH: Api = { key: 9, version: 5, name: 'OffsetFetch' };
const DELETE_GROUPS: Api = { key: 42, version: 1, name: 'DeleteGroups' };

export interface TopicOffset extends TopicPartition {
  readonly offset: number;
}

/** A new epoch for the transactional id: fences the producer before and aborts what it left open. */
export async function requestProducerId(
  connection: KafkaConnection,
  transactionalId: string,
  timeoutMs: number,
): Promise<ProducerIdentity> {
  const answer = await connection.request(
    INIT_PRODUCER_ID,
    new Encoder().string(transactionalId).int32(timeoutMs).finish(),
  );
  answer.int32();
  check(answer.int16(), `start the transactional producer "${transactionalId}"`);
  return { producerId: answer.bigint64(), epoch: answer.int16() };
}

function identified(transactionalId: string, producer: ProducerIdentity): Encoder {
  return new Encoder().string(transactionalId).int64(producer.producerId).int16(producer.epoch);
}

export async function requestAddPartitions(
  connection: KafkaConnection,
  transactionalId: string,
  producer: ProducerIdentity,
  partitions: readonly TopicPartition[],
): Promise<void> {
  const body = identified(transactionalId, producer);
  body.array(byTopic(partitions), ([topic, parts]) => {
    body.string(topic).array(parts, ({ partition }) => body.int32(partition));
  });
  const answer = await connection.request(ADD_PARTITIONS, body.finish());
  answer.int32();
  const codes = readPartitions(answer, (place) => ({ ...place, code: answer.int16() }));
  // OPERATION_NOT_ATTEMPTED (55) only says that another partition failed: that one is told.
  const failed = codes
    .sort((a, b) => Number(a.code === 55) - Number(b.code === 55))
    .find(({ code }) => code !== 0);
  if (failed)
    check(
      failed.code,
      `add topic "${failed.topic}", partition ${failed.partition} to the transaction`,
      null,
      {
        topic: failed.topic,
      },
    );
}

export async function requestAddOffsets(
  connection: KafkaConnection,
  transactionalId: string,
  producer: ProducerIdentity,
  group: string,
): Promise<void> {
  const answer = await connection.request(
    ADD_OFFSETS,
    identified(transactionalId, producer).string(group).finish(),
  );
  answer.int32();
  check(answer.int16(), `add the offsets of group "${group}" to the transaction`, null, { group });
}

export async function requestOffsetCommit(
  connection: KafkaConnection,
  transactionalId: string,
  producer: ProducerIdentity,
  group: string,
  offsets: readonly TopicOffset[],
): Promise<void> {
  const body = new Encoder()
    .string(transactionalId)
    .string(group)
    .int64(producer.producerId)
    .int16(producer.epoch);
  body.array(byTopic(offsets), ([topic, parts]) => {
    body
      .string(topic)
      .array(parts, ({ partition, offset }) => body.int32(partition).int64(offset).int32(-1).string(''));
  });
  const answer = await connection.request(TXN_OFFSET_COMMIT, body.finish());
  answer.int32();
  readPartitions(answer, ({ topic, partition }) =>
    check(
      answer.int16(),
      `commit the offset of group "${group}" in topic "${topic}", partition ${partition}`,
      null,
      { group },
    ),
  );
}

export async function requestEndTransaction(
  connection: KafkaConnection,
  transactionalId: string,
  producer: ProducerIdentity,
  commit: boolean,
): Promise<void> {
  const answer = await connection.request(
    END_TRANSACTION,
    identified(transactionalId, producer).boolean(commit).finish(),
  );
  answer.int32();
  check(answer.int16(), `${commit ? 'commit' : 'abort'} the transaction of "${transactionalId}"`);
}

/** Committed offsets of a group, keyed `topic/partition`; partitions without one are absent. */
export async function requestCommittedOffsets(
  connection: KafkaConnection,
  group: string,
): Promise<Map<string, number>> {
  const answer = await connection.request(
    OFFSET_FETCH,
    new Encoder()
      .string(group)
      .array(null, () => undefined)
      .finish(),
  );
  answer.int32();
  const offsets = new Map<string, number>();
  readPartitions(answer, ({ topic, partition }) => {
    const offset = answer.int64();
    answer.int32();
    answer.nullableString();
    check(answer.int16(), `read the offset of group "${group}" in topic "${topic}", partition ${partition}`);
    if (offset >= 0) offsets.set(`${topic}/${partition}`, offset);
  });
  check(answer.int16(), `read the offsets of group "${group}"`);
  return offsets;
}

/** A group that does not exist is not an error. */
export async function requestDeleteGroup(connection: KafkaConnection, group: string): Promise<void> {
  const body = new Encoder();
  body.array([group], (name) => body.string(name));
  const answer = await connection.request(DELETE_GROUPS, body.finish());
  answer.int32();
  answer.array(() => {
    const name = answer.string();
    const code = answer.int16();
    if (code !== 69) check(code, `delete group "${name}"`);
  });
}
