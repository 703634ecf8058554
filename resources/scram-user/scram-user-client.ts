import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { PlatformEndpoints } from '../endpoints';
import { canLogIn } from '../kafka/kafka-admin';
import type { KafkaAdmin } from '../kafka/kafka-admin';
import { kafkaErrorNames } from '../kafka/kafka-error';
import { heldSecret } from '../secret';
import type { SecretReader } from '../secret';
import type { LiveScramUser, ScramUser } from './scram-user';

const SALT_BYTES = 24;
const HASH = {
  'SCRAM-SHA-256': { digest: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { digest: 'sha512', bytes: 64 },
} as const;
const pbkdf2Async = promisify(pbkdf2);

export interface ScramUserClientOptions {
  readonly kafka: KafkaAdmin;
  readonly endpoint: Pick<PlatformEndpoints['kafka'], 'bootstrap' | 'caFile'>;
  readonly readSecret: SecretReader;
}

/** Reads and sets SCRAM credentials. */
export class ScramUserClient {
  constructor(private readonly options: ScramUserClientOptions) {}

  async read(users: readonly ScramUser[]): Promise<ReadonlyMap<string, LiveScramUser>> {
    const stored = await this.stored(users.map(({ username }) => username));
    const live = await Promise.all(
      users.map(async (user) => {
        const iterations = stored.get(user.username);
        if (!iterations) return [];
        return [
          [user.username, { iterations, passwordLogsIn: await this.tryLogin(user, iterations) }] as const,
        ];
      }),
    );
    return new Map(live.flat());
  }

  /** Salts and hashes here: the password itself never leaves this process. */
  async set(users: readonly ScramUser[]): Promise<void> {
    const upsertions = await Promise.all(users.map((user) => this.salted(user)));
    await this.options.kafka.run('setting SCRAM users', async ({ kafka, connection }) => {
      const wire = upsertions.map((user) => ({
        ...user,
        mechanism: mechanismCode(kafka.ScramMechanisms, user.mechanism),
      }));
      await kafka.alterUserScramCredentialsV0.api.async(connection, [], wire);
    });
    for (const user of users) await this.waitForLogin(user);
  }

  /** Names of all users that have a credential. */
  async names(): Promise<string[]> {
    return this.options.kafka.run('reading SCRAM users', async ({ kafka, connection }) => {
      const { results } = await kafka.describeUserScramCredentialsV0.api.async(connection, []);
      return results.map(({ user }) => user).sort();
    });
  }

  private async salted({ username, mechanism, iterations, password }: ScramUser) {
    const salt = randomBytes(SALT_BYTES);
    const { digest, bytes } = HASH[mechanism];
    // RFC 5802: SaltedPassword := Hi(Normalize(password), salt, i)
    const normalized = this.options.readSecret(password).normalize('NFKC');
    const saltedPassword = await pbkdf2Async(normalized, salt, iterations, bytes, digest);
    return { name: username, mechanism, iterations, salt, saltedPassword };
  }

  private async stored(names: readonly string[]): Promise<Map<string, Record<string, number>>> {
    return this.options.kafka.run('reading SCRAM users', async ({ kafka, connection }) => {
      const request = names.map((name) => ({ name }));
      const { results } = await kafka.describeUserScramCredentialsV0.api
        .async(connection, request)
        .catch((error: unknown) => partialAnswer(error));
      const known = results.filter(({ errorCode }) => errorCode === 0);
      return new Map(
        known.map(({ user, credentialInfos }) => [
          user,
          Object.fromEntries(
            credentialInfos.map((info) => [
              mechanismName(kafka.ScramMechanisms, info.mechanism),
              info.iterations,
            ]),
          ),
        ]),
      );
    });
  }

  private async tryLogin(user: ScramUser, iterations: Record<string, number>): Promise<boolean | undefined> {
    if (user.mechanism !== 'SCRAM-SHA-512' || iterations[user.mechanism] === undefined) return undefined;
    const password = heldSecret(this.options.readSecret, user.password);
    if (password === undefined) return undefined;
    return canLogIn(this.options.endpoint, { username: user.username, password });
  }

  private async waitForLogin(user: ScramUser): Promise<void> {
    // Brokers learn of a credential from the metadata log, a moment after the controller has it.
    for (let attempt = 0; attempt < 50; attempt++) {
      if ((await this.tryLogin(user, { [user.mechanism]: user.iterations })) !== false) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`user "${user.username}" cannot log in with the password that was just set`);
  }
}

type Answer = {
  readonly results: readonly {
    user: string;
    errorCode: number;
    credentialInfos: readonly { mechanism: number; iterations: number }[];
  }[];
};

/** A user that does not exist makes the whole answer an error; the others' results are in it all the same. */
function partialAnswer(error: unknown): Answer {
  const response = (error as { response?: Answer }).response;
  if (response && kafkaErrorNames(error).every((name) => name === 'RESOURCE_NOT_FOUND')) return response;
  throw error;
}

type Mechanisms = Readonly<Record<string, number>>;

function mechanismCode(mechanisms: Mechanisms, name: string): number {
  return mechanisms[name.replace(/-/g, '_')]!;
}

function mechanismName(mechanisms: Mechanisms, code: number): string {
  const found = Object.entries(mechanisms).find(([, value]) => value === code);
  return (found?.[0] ?? String(code)).replace(/_/g, '-');
}
