import { PRINCIPAL, secretFile } from '../../stacks/names';
import { adminLogin } from '../../stacks/admin-login';
import type { Credentials, Environment } from '../../stacks/environment-schema';
import { currentUser } from '../../stacks/identities';
import { LAKE_DRIFT_USER } from '../../stacks/lake-policy';
import type { SecretReader } from '../../resources/secret';

/** Who looks: the one who applies the stack, or the declared identity that can do nothing but look. */
export type Looker = 'deployer' | 'reader';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Logins of one environment; each throws a MissingSecretError when its secret is not at hand. */
export interface Logins {
  readonly kafka: () => Login;
  readonly store: () => Login;
  /** Undefined where a server asks for none. */
  readonly registry: () => Login | undefined;
  readonly ksqldb: () => Login | undefined;
  /** By the REST root of a cluster. */
  readonly connect: (url: string) => Login | undefined;
}

export function loginsOf(environment: Environment, looker: Looker, readSecret: SecretReader): Logins {
  const isReader = looker === 'reader';
  const file = (name: string): string => `file:${environment.secretsDirectory}/${name}`;
  /** Where no reader is declared, a server knows one login only. */
  const http = ({ credentials, reader }: HttpLogins, name: string): Login | undefined => {
    const [found, own] = isReader && reader ? [reader, `${name}-reader`] : [credentials, name];
    if (!found) return undefined;
    return { username: found.username, password: readSecret(found.password ?? file(own)) };
  };
  const own = (username: string, name: string): Login => ({ username, password: readSecret(file(name)) });
  const { admin } = environment.lake;
  const reader = currentUser(environment, PRINCIPAL.drift);
  return {
    kafka: () => (isReader ? own(reader, secretFile.kafka(reader)) : adminLogin(environment, readSecret)),
    store: () =>
      isReader
        ? own(LAKE_DRIFT_USER, secretFile.lake(LAKE_DRIFT_USER))
        : { username: admin.username, password: readSecret(admin.password ?? file(secretFile.minioAdmin)) },
    registry: () => http(environment.registry, 'registry'),
    ksqldb: () => http(environment.ksqldb, 'ksqldb'),
    connect: (url) => {
      const [name, cluster] =
        Object.entries(environment.connect.clusters).find(([, one]) => one.url === url) ?? [];
      return cluster && http(cluster, `connect-rest-${name}`);
    },
  };
}

interface HttpLogins {
  readonly credentials?: Credentials;
  readonly reader?: Credentials;
}
