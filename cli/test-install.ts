import { INSTALL_PARTS, install } from '../lab';
import type { LabSettings } from '../lab';

export interface BackgroundInstall {
  /** Resolves when every part is there; a failure is printed and left for the tests that need the part. */
  readonly ready: Promise<void>;
  /** Stops what still runs. */
  readonly abandon: () => void;
}

/** Installs the platform's parts while other checks run: building the object store takes minutes the first time. */
export function installInBackground(settings: LabSettings, isNeeded: boolean): BackgroundInstall {
  const abort = new AbortController();
  const parts = isNeeded ? INSTALL_PARTS : [];
  const installs = parts.map(async (part) => {
    try {
      const { source } = await install(settings, part, { signal: abort.signal });
      console.log(`${part.title} ${part.version}: there (${source})`);
    } catch (error) {
      if (!abort.signal.aborted) console.error(`${part.title}: ${(error as Error).message}`);
    }
  });
  return { ready: Promise.all(installs).then(() => undefined), abandon: () => abort.abort() };
}
