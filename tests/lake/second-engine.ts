import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSource, lex } from '../../engine/index';
import { startEngine } from '../../engine/server/bootstrap';
import { runLayout } from '../../lab';
import type { SqlObject } from '../../resources/query/sql-files';
import type { DeclaredPlatform } from '../faults/declared-platform';
import { ksql } from '../engine/support/http-client';

/** The same SQL once more, beside what runs: other topics, another service id, nothing shared but broker and registry. */
export interface SecondEngine {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an engine of its own and gives it every object of the declaration, in order; `topicOf` says which topic stands for one that
 * the SQL names.
 */
export async function startSecondEngine(
  { settings, endpoints }: DeclaredPlatform,
  objects: readonly SqlObject[],
  topicOf: (topic: string) => string,
): Promise<SecondEngine> {
  const state = mkdtempSync(path.join(tmpdir(), 'naap-rebuild-'));
  const { username, passwordFile } = endpoints.kafka.admin;
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${readFileSync(passwordFile, 'utf8')}";`;
  const running = await startEngine({
    text: readFileSync(path.join(runLayout(settings.runDir).config, 'ksql-server.properties'), 'utf8'),
    overrides: {
      // A broker may have seen a rebuild before.
      'ksql.service.id': `rebuild_${Date.now()}_`,
      'sasl.jaas.config': login,
      listeners: 'http://127.0.0.1:0',
      'ksql.streams.state.dir': state,
    },
    memory: false,
    log: () => undefined,
  });
  const url = running.urls[0]!;
  const stop = async (): Promise<void> => {
    await running.stop();
    rmSync(state, { recursive: true });
  };
  try {
    for (const { statements } of objects) {
      for (const { text, properties } of statements)
        await ksql(url, onTopics(text, topicOf), { 'auto.offset.reset': 'earliest', ...properties });
    }
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The statement with another topic in its `KAFKA_TOPIC = '…'`. */
export function onTopics(text: string, topicOf: (topic: string) => string): string {
  const { tokens } = lex(createSource(text));
  let changed = text;
  for (let index = tokens.length - 3; index >= 0; index--) {
    const [name, equals, topic] = tokens.slice(index, index + 3);
    if (name!.value !== 'KAFKA_TOPIC' || equals!.text !== '=' || topic!.kind !== 'String') continue;
    const literal = `'${topicOf(topic!.value)}'`;
    changed = changed.slice(0, topic!.start) + literal + changed.slice(topic!.end);
  }
  return changed;
}
