import type { PlatformEndpoints } from '../../resources/endpoints';
import { install } from '../install/install';
import { locate } from '../install/locate';
import type { Installed } from '../install/locate';
import { installPart } from '../install/parts';
import type { InstallName, InstallPart } from '../install/parts';
import { findProcess, listProcesses } from '../process/supervisor';
import type { LabSettings } from '../settings';
import type { BrokerCount, PartName, PlatformContext, PlatformPart } from './part';
import { optionalParts, platformParts } from './parts';
import { runsAsDeclared, startPart } from './start-part';
import { readState, writeState } from './state';
import type { PlatformState } from './state';

export interface StartOptions {
  readonly brokers?: BrokerCount;
  readonly without?: readonly PartName[];
  /** A ksqlDB server of one's own; the local engine is not started then. */
  readonly ksqldbUrl?: string;
  readonly signal?: AbortSignal;
  /** How far an installation is. */
  readonly onInstall?: (name: InstallName, text: string) => void;
}

/** A part that is being installed. */
export interface InstallRun {
  readonly part: InstallPart;
  readonly done: Promise<Installed>;
}

/** A platform that is being started. */
export interface PlatformStart {
  readonly endpoints: PlatformEndpoints;
  readonly parts: readonly PlatformPart[];
  /** What was missing in the cache. */
  readonly installs: readonly InstallRun[];
  /** Parts that did not run before. */
  readonly started: ReadonlySet<PartName>;
  /** Resolves when that part answers; rejects when it, or one that it needs, fails. */
  readonly ready: (name: PartName) => Promise<void>;
}

/**
 * Installs and starts all parts side by side, each as soon as what it needs is there. Returns at once: a caller waits
 * for the parts that it wants (the object store may take minutes the first time, as it is built from source).
 */
export function startPlatform(settings: LabSettings, options: StartOptions = {}): PlatformStart {
  const state = intendedState(settings, options);
  const endpoints = writeState(settings, state);
  const parts = platformParts(state.brokers).filter((part) => !state.without.includes(part.name));
  const run = new PlatformRun({ ...settings, ports: state.ports }, state.brokers, parts, options);
  return { endpoints, parts, installs: run.missing, started: run.started, ready: (name) => run.ready(name) };
}

class PlatformRun {
  readonly started = new Set<PartName>();
  readonly missing: InstallRun[] = [];
  private readonly installs = new Map<InstallName, Promise<Installed>>();
  private readonly installed = new Map<InstallName, Installed>();
  private readonly starts = new Map<PartName, Promise<void>>();
  private readonly context: PlatformContext;

  constructor(
    settings: LabSettings,
    brokers: BrokerCount,
    parts: readonly PlatformPart[],
    private readonly options: StartOptions,
  ) {
    this.context = { settings, brokers, installed: (name) => this.installed.get(name)! };
    for (const name of new Set(parts.flatMap((part) => part.installs)))
      this.installs.set(name, this.install(name));
    for (const part of parts) this.starts.set(part.name, handled(this.start(part)));
  }

  ready(name: PartName): Promise<void> {
    return this.starts.get(name) ?? Promise.reject(new Error(`part "${name}" is not part of this platform`));
  }

  private install(name: InstallName): Promise<Installed> {
    const part = installPart(name);
    const { settings } = this.context;
    const { signal, onInstall } = this.options;
    const isMissing = locate(settings, part) === undefined;
    const done = handled(install(settings, part, { signal, onProgress: (text) => onInstall?.(name, text) }));
    if (isMissing) this.missing.push({ part, done });
    return done;
  }

  private async start(part: PlatformPart): Promise<void> {
    // Lets the constructor register every part before one asks for another.
    await Promise.resolve();
    for (const name of part.installs) this.installed.set(name, await this.needed(name, this.installs));
    for (const name of part.needs) await this.needed(name, this.starts);
    this.options.signal?.throwIfAborted();
    if (!runsAsDeclared(this.context, part)) this.started.add(part.name);
    await startPart(this.context, part, this.options.signal);
  }

  /** Waits for what a part needs. Its own failure is reported where it happened. */
  private async needed<K, V>(name: K, all: ReadonlyMap<K, Promise<V>>): Promise<V> {
    try {
      return await all.get(name)!;
    } catch {
      throw new Error(`not started, as ${String(name)} failed`);
    }
  }
}

/** A caller may wait for this later, or never: a failure must not count as unhandled meanwhile. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** A context for parts that were started by an earlier command. */
export function runningContext(settings: LabSettings): PlatformContext {
  const state = readState(settings.runDir);
  const installed = (name: InstallName): Installed => {
    const found = locate(settings, installPart(name));
    if (!found) throw new Error(`${installPart(name).title} is not installed: run ./naap up`);
    return found;
  };
  return {
    settings: state ? { ...settings, ports: state.ports } : settings,
    brokers: state?.brokers ?? 1,
    installed,
  };
}

/** What is to run. Throws when a platform runs already in another shape. */
function intendedState(settings: LabSettings, options: StartOptions): PlatformState {
  const before = readState(settings.runDir);
  const isUp =
    before !== undefined &&
    listProcesses(settings.runDir).some((it) => findProcess(settings.runDir, it.name));
  const without = new Set(optionalParts(options.without ?? []));
  if (options.ksqldbUrl) without.add('ksqldb');
  const state: PlatformState = {
    brokers: options.brokers ?? before?.brokers ?? 1,
    without: [...without],
    ...(options.ksqldbUrl ? { ksqldbUrl: options.ksqldbUrl } : {}),
    ports: isUp ? before.ports : settings.ports,
  };
  if (before && before.brokers !== state.brokers)
    throw new Error(brokerChange(settings.runDir, before, state));
  return state;
}

function brokerChange(runDir: string, before: PlatformState, after: PlatformState): string {
  return (
    `the platform in "${runDir}" was made with ${before.brokers} broker(s), not ${after.brokers}: ` +
    'remove it with ./naap down --purge, or name another folder in NAAP_RUN_DIR'
  );
}
