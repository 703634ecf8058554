import { stopPlatform } from '../lab';
import type { LabSettings } from '../lab';

type Track = (started: ReadonlySet<string>) => void;

/**
 * Runs `work`; on Ctrl-C (or SIGTERM) the processes that it has started so far are stopped again, and no other.
 * `work` gets a signal to stop early, and tells through `track` which processes it starts.
 */
export async function withInterrupt<T>(
  settings: LabSettings,
  work: (signal: AbortSignal, track: Track) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let started: ReadonlySet<string> = new Set();
  const onSignal = (): void => abort.abort(new Error('interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work(abort.signal, (names) => (started = names));
  } catch (error) {
    if (!abort.signal.aborted) {
      // Ends what still goes on beside the failure, such as a build.
      abort.abort(new Error('given up'));
      throw error;
    }
    await stopPlatform(settings, { only: started });
    throw new Error('interrupted: what it had started is stopped again');
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
