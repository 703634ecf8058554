import { readFileSync } from 'node:fs';
import type { PlatformEndpoints } from '../endpoints';
import { retry } from '../retry';
import { loadKafka } from './library';
import type { KafkaAdminClient, KafkaConnection, KafkaModule } from './library';
import { kafkaErrorText, isTransientKafkaError } from './kafka-error';

const CLIENT_ID = 'naap-admin';
const TIMEOUT_MS = 30_000;

export interface KafkaLogin {
  readonly username: string;
  readonly password: string;
}

/** What every call gets. */
export interface KafkaSession {
  readonly kafka: KafkaModule;
  readonly admin: KafkaAdminClient;
  readonly connection: KafkaConnection;
  readonly timeoutMs: number;
}

/** Looks at what a call gets before it gets it, e.g. to take away all that writes. */
export type SessionGuard = (session: KafkaSession) => KafkaSession;

/** One administrator's connection to a cluster, made when it is first needed. */
export class KafkaAdmin {
  private session: Promise<KafkaSession> | undefined;

  constructor(
    private readonly endpoint: Pick<PlatformEndpoints['kafka'], 'bootstrap' | 'caFile'>,
    private readonly login: KafkaLogin,
    private readonly guard: SessionGuard = (session) => session,
  ) {}

  /** Runs one request, again while it fails for a transient reason. Throws an Error with the broker's own reason. */
  async run<T>(what: string, work: (session: KafkaSession) => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => work(this.guard(await this.open()));
    try {
      return await retry(attempt, { isTransient: (error) => isTransientKafkaError(error) && this.forget() });
    } catch (error) {
      throw new Error(`${what}: ${kafkaErrorText(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const session = await this.session?.catch(() => undefined);
    this.session = undefined;
    await session?.admin.close();
  }

  private open(): Promise<KafkaSession> {
    return (this.session ??= this.connect());
  }

  /** The next attempt connects anew. */
  private forget(): true {
    void this.session?.then(({ admin }) => admin.close()).catch(() => undefined);
    this.session = undefined;
    return true;
  }

  private async connect(): Promise<KafkaSession> {
    const kafka = await loadKafka();
    const admin = new kafka.Admin(clientOptions(this.endpoint, this.login));
    try {
      const [connection] = [...(await admin.connectToBrokers(null)).values()];
      if (!connection) throw new Error('no broker answered');
      return { kafka, admin, connection, timeoutMs: TIMEOUT_MS };
    } catch (error) {
      await admin.close().catch(() => undefined);
      throw error;
    }
  }
}

/** Whether a user can log in with SCRAM-SHA-512. Throws when the brokers cannot be reached at all. */
export async function canLogIn(
  endpoint: Pick<PlatformEndpoints['kafka'], 'bootstrap' | 'caFile'>,
  login: KafkaLogin,
): Promise<boolean> {
  const kafka = await loadKafka();
  const admin = new kafka.Admin({ ...clientOptions(endpoint, login), retries: 0 });
  try {
    await admin.connectToBrokers(null);
    return true;
  } catch (error) {
    if (isRefusedLogin(error)) return false;
    throw new Error(`login of "${login.username}" could not be tried: ${kafkaErrorText(error)}`, {
      cause: error,
    });
  } finally {
    await admin.close().catch(() => undefined);
  }
}

function clientOptions(
  endpoint: Pick<PlatformEndpoints['kafka'], 'bootstrap' | 'caFile'>,
  login: KafkaLogin,
) {
  return {
    clientId: CLIENT_ID,
    bootstrapBrokers: [...endpoint.bootstrap],
    sasl: { mechanism: 'SCRAM-SHA-512' as const, username: login.username, password: login.password },
    ...(endpoint.caFile ? { tls: { ca: readFileSync(endpoint.caFile, 'utf8') } } : {}),
    timeout: TIMEOUT_MS,
    retries: 1,
  };
}

function isRefusedLogin(error: unknown): boolean {
  return /authentication/i.test(kafkaErrorText(error));
}
