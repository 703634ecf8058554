import { createSource, parseStatements } from '../../engine/index';
import type { HttpRequest } from '../../resources/http/http-client';
import type { KafkaSession, SessionGuard } from '../../resources/kafka/kafka-admin';
import type { AllowedCalls, HttpCall } from './allowed-calls';
import { isDryRun } from './dry-run';

/** A call that only looking must never make: a mistake of ours, so it ends the command. */
export class ForbiddenCallError extends Error {
  constructor(call: string) {
    super(`"${call}" is not among the calls that only read: it was not sent`);
    this.name = 'ForbiddenCallError';
  }
}

/** Lets the calls of the list through, and throws for any other. */
export function httpGuard(server: string, allowed: readonly HttpCall[]) {
  return ({ method, path }: { readonly method: string; readonly path: string }): void => {
    if (!allowed.some((call) => call.method === method && call.path.test(path)))
      throw new ForbiddenCallError(`${server}: ${method} ${path}`);
  };
}

/** Lets only statements through that read, or a request that cannot run. */
export function ksqldbGuard({
  ksqldb,
  ksqldbDryRun,
  ksqldbPull,
}: Pick<AllowedCalls, 'ksqldb' | 'ksqldbDryRun' | 'ksqldbPull'>) {
  return ({ method, path, body }: HttpRequest): void => {
    if (method === 'GET' && /^\/(info|healthcheck|status)\b/.test(path)) return;
    const text = (body as { ksql?: string } | undefined)?.ksql ?? '';
    if (ksqldbPull && method === 'POST' && path === '/query' && isPull(text)) return;
    if (method !== 'POST' || path !== '/ksql' || text === '')
      throw new ForbiddenCallError(`ksqlDB: ${method} ${path}`);
    if (ksqldbDryRun && isDryRun(text)) return;
    for (const statement of statementTexts(text)) {
      if (!ksqldb.some((pattern) => pattern.test(statement)))
        throw new ForbiddenCallError(`ksqlDB: ${statement.slice(0, 60)}`);
    }
  };
}

/** One SELECT that answers and ends. */
function isPull(text: string): boolean {
  const statements = statementTexts(text);
  return statements.length === 1 && /^SELECT\b/i.test(statements[0]!) && !/\bEMIT\b/i.test(text);
}

function statementTexts(text: string): string[] {
  return parseStatements(createSource(text)).map((parsed) => parsed.text.trim());
}

/** Takes every request and method from a session that is not in the list. */
export function kafkaGuard(allowed: Pick<AllowedCalls, 'kafka' | 'kafkaValidateOnly'>): SessionGuard {
  return (session) => ({
    ...session,
    kafka: guardModule(session.kafka, allowed),
    admin: guardAdmin(session.admin, allowed),
  });
}

type Api = { readonly api: { async(...args: unknown[]): Promise<unknown> } };

function guardModule(
  kafka: KafkaSession['kafka'],
  { kafka: reads, kafkaValidateOnly }: Pick<AllowedCalls, 'kafka' | 'kafkaValidateOnly'>,
): KafkaSession['kafka'] {
  const guarded = (name: string, value: Api): unknown => {
    const request = name.replace(/V\d+$/, '');
    if (reads.includes(request)) return value;
    if (!kafkaValidateOnly.includes(request)) throw new ForbiddenCallError(`Kafka: ${name}`);
    const async = (...args: unknown[]): Promise<unknown> => {
      if (args.at(-1) !== true) throw new ForbiddenCallError(`Kafka: ${name} without validateOnly`);
      return value.api.async(...args);
    };
    return { api: { async } };
  };
  return new Proxy(kafka, {
    get: (target, name: string) => {
      const value: unknown = Reflect.get(target, name);
      return /V\d+$/.test(name) ? guarded(name, value as Api) : value;
    },
  });
}

function guardAdmin(
  admin: KafkaSession['admin'],
  { kafka: reads }: Pick<AllowedCalls, 'kafka'>,
): KafkaSession['admin'] {
  return new Proxy(admin, {
    get: (target, name: string) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (!reads.includes(`admin.${name}`)) throw new ForbiddenCallError(`Kafka: admin.${name}`);
      return (value as (...args: unknown[]) => unknown).bind(target);
    },
  });
}
