import type { LabSettings } from '../settings';
import { compiledJar } from './compiled-jar';

/** The class that reads the gateways' users, as a jar for the brokers. */
export function plainUsersJar(settings: LabSettings, kafkaJars: string): Promise<string> {
  const source = 'resources/plain-user/broker/UsersFileCallbackHandler.java';
  return compiledJar(settings, { source, folder: 'plain-users', jars: kafkaJars });
}
