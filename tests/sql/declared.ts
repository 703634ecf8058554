import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../lab/paths';
import { readDeclaration } from '../../stacks/declaration';
import type { Declared } from '../reference/gold';
import type { Regions } from '../reference/inventory';

/** What is declared beside the SQL: the limits that `ksql/variables.yaml` gives an environment, and the table of regions. */
export function declaredFor(environment = 'default'): Declared {
  const { variables } = readDeclaration(projectRoot());
  const valueOf = (name: string): number => Number(variables[name]![environment] ?? variables[name]!.default);
  const regions = parse(readFileSync(path.join(projectRoot(), 'ksql/regions.yaml'), 'utf8')) as Regions;
  return {
    limits: { maxAgeMs: valueOf('max_event_age_ms'), maxAheadMs: valueOf('max_event_ahead_ms') },
    regions,
  };
}
