import type { KsqlTopic } from '../../catalog/catalog';
import type { Serializer } from '../../formats/contracts';
import type { Row } from '../contracts';
import type { Next, TaskContext } from '../task-context';
import type { TimestampReader } from '../timestamp-column';
import { windowedKeyBytes } from '../windows';
import { invalidTime } from './source';

export interface SinkParts {
  readonly topic: KsqlTopic;
  readonly keySerializer: Serializer;
  readonly valueSerializer: Serializer;
  readonly timestampOf?: TimestampReader;
  readonly failsOnInvalidTime: boolean;
  readonly stepContext: string;
}

/** Writes the query's results. Rows that cannot be written go to the processing log. */
export function sink(parts: SinkParts, context: TaskContext): Next {
  const { topic, keySerializer, valueSerializer, timestampOf } = parts;
  const isSession = topic.window?.type === 'SESSION';
  return {
    ignoresOld: true,
    push(key, window, value, _old, timestamp) {
      const time =
        timestampOf === undefined || value === null
          ? timestamp
          : resultTime(timestampOf, key, value, context);
      if (time === undefined) {
        if (parts.failsOnInvalidTime) throw invalidTime(time, topic.name);
        return;
      }
      try {
        const keyBytes = keySerializer.serialize(key);
        const windowed =
          keyBytes !== null && window !== null ? windowedKeyBytes(keyBytes, window, isSession) : keyBytes;
        context.deps.emit({
          topic: topic.name,
          key: windowed,
          value: valueSerializer.serialize(value),
          timestamp: time,
          headers: context.headers,
        });
      } catch (cause) {
        const message = `Error serializing message to topic: ${topic.name}. ${(cause as Error).message}`;
        context.deps.logger.error({
          queryId: context.queryId,
          kind: 'SERIALIZATION',
          context: parts.stepContext,
          message,
          record: context.record,
          cause,
        });
      }
    },
  };
}

function resultTime(
  timestampOf: TimestampReader,
  key: Row | null,
  value: Row,
  context: TaskContext,
): number | undefined {
  const time = timestampOf(key, value, context.record);
  return time === undefined || time < 0 ? undefined : time;
}
