import { evolveDrill } from '../../tests/lake/evolve-drill';
import type { Measurement } from './main';

const BATCH = 100;

/** New versions of a schema under load; throws when a record is missing or twice, or a new column lacks a value. */
export async function measureEvolve({ setting, option }: Measurement) {
  const versions = option('rounds', 5);
  const records = option('records', 5_000);
  const startedAt = Date.now();
  const { sent, checks, isClean, filled } = await evolveDrill(setting, { versions, records, batch: BATCH });
  const rows = checks.reduce((sum, it) => sum + it.rows, 0);
  if (!isClean || rows !== sent || Object.values(filled).some((count) => count !== records))
    throw new Error(`${sent} sent, ${rows} rows, ${JSON.stringify(filled)}: ${JSON.stringify(checks)}`);
  return { versions, sent, rows, missing: 0, twice: 0, seconds: (Date.now() - startedAt) / 1_000 };
}
