import type { Installed } from '../install/locate';
import type { InstallName } from '../install/parts';
import type { LaunchSpec } from '../process/supervisor';
import type { LabSettings } from '../settings';

/** The parts of the platform that are one process each. */
export type PartName =
  'kafka' | 'kafka-2' | 'kafka-3' | 'registry' | 'connect' | 'connect-curated' | 'minio' | 'ksqldb';

/** What every part gets to prepare, check and start itself. */
export interface PlatformContext {
  readonly settings: LabSettings;
  readonly brokers: BrokerCount;
  /** A part that must have been installed before this is called. */
  readonly installed: (name: InstallName) => Installed;
}

export type BrokerCount = 1 | 3;

/** One process of the platform. */
export interface PlatformPart {
  readonly name: PartName;
  readonly title: string;
  readonly installs: readonly InstallName[];
  /** Parts that must be ready before this one is started. */
  readonly needs: readonly PartName[];
  /** Ports it listens on; the first is the one that status shows. */
  readonly ports: (context: PlatformContext) => readonly number[];
  /** Writes configuration and secrets, returns how to start. Called before every start. */
  readonly prepare: (context: PlatformContext) => Promise<LaunchSpec>;
  /** Whether it must be started again, as it runs with what is no longer declared. */
  readonly isOutdated?: (context: PlatformContext) => boolean;
  /** Whether it answers as it should. Never throws for "not yet". */
  readonly isReady: (context: PlatformContext) => Promise<boolean>;
  /** What has to be set through its API; runs after every start and changes nothing the second time. */
  readonly afterStart?: (context: PlatformContext) => Promise<void>;
}
