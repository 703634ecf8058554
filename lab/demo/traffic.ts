import path from 'node:path';
import type { Credentials, PlatformEndpoints } from '../../resources/endpoints';
import { readPlainUsers } from '../platform/plain-users';
import { runLayout } from '../platform/layout';
import { startScraping } from '../scraping';
import type { LabSettings } from '../settings';
import { liveTraffic, playTraffic, readRecorded, simulatedNetwork } from '../traffic';
import type { Playing, TrafficRecord } from '../traffic';

export interface DemoTrafficOptions {
  /** Recorded messages to replay in place of generated ones. */
  readonly input?: string;
  /** Replay at the recorded times, not shifted to now. */
  readonly ownTime?: boolean;
  readonly eventsPerSecond?: number;
  /** UTC days of thinner traffic that are played first. */
  readonly historyDays?: number;
  readonly seed?: number;
}

/** Gateways that send, and nodes that are polled. */
export interface DemoTraffic {
  readonly playing: Playing;
  /** Polls that the simulated nodes have answered. */
  readonly polls: () => number;
  /** Ends everything; resolves when nothing sends, answers or polls any more. */
  readonly stop: () => Promise<void>;
}

/** Plays events over the gateways' listener, and starts simulated nodes with the scraper that polls them. */
export async function startDemoTraffic(
  settings: LabSettings,
  endpoints: PlatformEndpoints,
  options: DemoTrafficOptions,
): Promise<DemoTraffic> {
  const gateways = gatewayCredentials(settings.runDir);
  const records = demoRecords(options, gateways);
  const network = simulatedNetwork(options.seed ?? 1);
  const scraping = await startScraping(settings, endpoints, network);
  const playing = playTraffic(endpoints, { records, gateways, pace: 'arrival' });
  return {
    playing,
    polls: () => scraping.requests(),
    stop: async () => {
      await playing.stop();
      await scraping.stop();
    },
  };
}

/** The declared gateways, as the realisation made them. */
function gatewayCredentials(runDir: string): Credentials[] {
  const names = Object.keys(readPlainUsers(runDir));
  const { secrets } = runLayout(runDir);
  return names.map((username) => ({ username, passwordFile: path.join(secrets, `plain-${username}`) }));
}

function demoRecords(options: DemoTrafficOptions, gateways: readonly Credentials[]): Iterable<TrafficRecord> {
  const startMs = Date.now();
  if (options.input) {
    const shiftTo = options.ownTime ? 'own' : startMs;
    return readRecorded(options.input, { shiftTo, gateway: gateways[0]?.username ?? '' });
  }
  const { eventsPerSecond, historyDays } = options;
  const network = simulatedNetwork(options.seed ?? 1);
  const rate = eventsPerSecond === undefined ? {} : { eventsPerSecond };
  // The nodes stay who they are; another run on the same platform has other sessions, or all of it would be duplicates.
  const seed = options.seed ?? startMs % 0x1_0000_0000;
  return liveTraffic({ seed, network, startMs, durationMs: Infinity, historyDays, ...rate });
}
