import { withLock } from '../process/lock';
import { stopProcess } from '../process/supervisor';
import type { LabSettings } from '../settings';
import { kafkaPart } from './kafka';
import { brokerIds } from './kafka-settings';
import { runLayout } from './layout';
import { writePlainUsers } from './plain-users';
import type { PlainUsers } from './plain-users';
import { runningContext } from './start';
import { startPart } from './start-part';

const STOP_TIMEOUT_MS = 30_000;

/**
 * Makes `users` the users of the ingest listener, all of them. Returns whether anything changed.
 *
 * Kafka reads a PLAIN listener's users when the listener starts. Changing
 * `listener.name.ingest.plain.sasl.jaas.config` while it runs is accepted and has no effect (measured with 4.3.1), and a
 * listener cannot be taken away and put back, as `advertised.listeners` is fixed in KRaft mode. So a changed set restarts
 * the brokers one after the other (2 to 3 s each); an unchanged one touches nothing.
 */
export async function setPlainUsers(settings: LabSettings, users: PlainUsers): Promise<boolean> {
  return withLock(runLayout(settings.runDir).lock, async () => {
    if (!writePlainUsers(settings.runDir, users)) return false;
    const context = runningContext(settings);
    for (const id of brokerIds(context.brokers)) {
      const part = kafkaPart(id);
      await stopProcess(context.settings.runDir, part.name, STOP_TIMEOUT_MS);
      await startPart(context, part);
    }
    return true;
  });
}
