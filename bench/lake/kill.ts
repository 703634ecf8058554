import { GATEWAY_TOPIC } from '../../lab/traffic';
import { killDrill } from '../../tests/lake/kill-drill';
import type { Measurement } from './main';

const TABLE = 'telemetry.gateway';
const VICTIMS = ['connect', 'minio'] as const;

/** Many rounds of kill -9; throws when the table is not what its topic is. */
export async function measureKills({ platform, setting, option }: Measurement) {
  const rounds = option('rounds', 20);
  const random = seededRandom(option('seed', 1));
  const { sent, checks, isClean, recoveryMs } = await killDrill({
    platform,
    setting,
    table: TABLE,
    topic: GATEWAY_TOPIC,
    victims: Array.from({ length: rounds }, () => VICTIMS[Math.floor(random() * VICTIMS.length)]!),
    random,
    onRound: ({ part, afterMs }) => console.log(`${part} killed after ${afterMs} ms`),
  });
  const rows = checks.reduce((sum, it) => sum + it.rows, 0);
  if (!isClean || rows !== sent)
    throw new Error(`${sent} sent, ${rows} rows: ${JSON.stringify(checks)}\n${await sinkStatus(platform)}`);
  return { rounds, sent, rows, missing: 0, twice: 0, recoverySeconds: recoveryMs / 1_000 };
}

/** Whether it is the sink that stands. */
async function sinkStatus({ endpoints }: Measurement['platform']): Promise<string> {
  const answer = await fetch(`${endpoints.connect.critical!.url}/connectors?expand=status`);
  return answer.text();
}

/** https://en.wikipedia.org/wiki/Linear_congruential_generator: the same moments for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
