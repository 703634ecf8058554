import path from 'node:path';
import type { Credentials } from '../../resources/endpoints';
import { ensureSecret } from '../secrets';

/** Where things lie in a run directory. */
export interface RunLayout {
  readonly config: string;
  readonly data: string;
  readonly secrets: string;
  /** SQLite files of the Iceberg catalogs, one a connector. */
  readonly catalogs: string;
  readonly endpoints: string;
  readonly lock: string;
}

export function runLayout(runDir: string): RunLayout {
  return {
    config: path.join(runDir, 'config'),
    data: path.join(runDir, 'data'),
    secrets: path.join(runDir, 'secrets'),
    catalogs: path.join(runDir, 'data', 'catalogs'),
    endpoints: path.join(runDir, 'platform.json'),
    lock: path.join(runDir, '.lock'),
  };
}

/**
 * Identities that the platform itself needs, one a component. Everybody else is declared in the stack.
 * `admin` and `controller` are super users; the others can do what their ACLs say.
 */
export const PRINCIPALS = {
  admin: 'admin',
  controller: 'controller',
  connectCritical: 'connect-worker-critical',
  connectCurated: 'connect-worker-curated',
  ksqldb: 'ksqldb',
} as const;
export type Principal = keyof typeof PRINCIPALS;

/** Name and password file of a Kafka identity of the platform. The password is made when it is first asked for. */
export function kafkaCredentials(runDir: string, principal: Principal): Credentials {
  return credentials(runDir, `kafka-${PRINCIPALS[principal]}`, PRINCIPALS[principal]);
}

/** The administrator of the object store. */
export function minioCredentials(runDir: string): Credentials {
  return credentials(runDir, 'minio-admin', 'naap-admin');
}

function credentials(runDir: string, file: string, username: string): Credentials {
  const passwordFile = path.join(runLayout(runDir).secrets, file);
  ensureSecret(passwordFile);
  return { username, passwordFile };
}
