import { ConfigError } from './config/server-config';
import { startEngine } from './bootstrap';
import type { RunningEngine, StartOptions } from './bootstrap';

/** Why a server cannot start, in words for whoever started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * Runs a server until SIGINT or SIGTERM; resolves with the exit code once everything is closed. A second signal ends it at once.
 * @throws StartError when it cannot start
 */
export async function serveUntilSignal(
  options: StartOptions,
  onReady: (running: RunningEngine) => void,
): Promise<number> {
  guardProcess(options.log);
  const interrupted = nextSignal();
  const starting = startEngine(options);
  // Whoever interrupts while a broker is waited for does not want to know how that would have ended.
  starting.catch(() => undefined);
  const first = await Promise.race([starting, interrupted]).catch((error: unknown) => {
    throw explain(error, options);
  });
  if (typeof first === 'number') return first;
  onReady(first);
  const code = await interrupted;
  process.once('SIGINT', () => process.exit(code)).once('SIGTERM', () => process.exit(code));
  await first.stop();
  return code;
}

/** 0 for SIGTERM and SIGINT alike: both are the ordinary way to end a server. */
function nextSignal(): Promise<number> {
  return new Promise((resolve) => {
    const onSignal = (): void => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      resolve(0);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}

/** A promise that nobody waits for, or a throw in a callback, is our bug: it is told, and the server goes on serving. */
function guardProcess(log: (message: string) => void): void {
  process.on('unhandledRejection', (reason) =>
    log(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`),
  );
  process.on('uncaughtException', (error) => log(`uncaught exception: ${error.stack ?? error.message}`));
}

const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken: stop what listens there, or choose another address for "listeners"',
  EACCES: 'this user may not listen there: choose a port above 1023',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the host name is not known',
};

function explain(error: unknown, options: StartOptions): Error {
  if (error instanceof ConfigError) return error;
  const { code, syscall, message, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    const place = address === undefined ? '' : ` on ${address}:${port}`;
    return new StartError(`cannot listen${place}: ${LISTEN_HINTS[code ?? ''] ?? message}`);
  }
  if (!options.memory && (error as Error).name === 'KafkaConnectionError')
    return new StartError(
      `no broker answers: ${message}\n  Start it, or check bootstrap.servers and the security settings (security.protocol, sasl.*, ssl.*).`,
    );
  return new StartError(`cannot start: ${message}`);
}
