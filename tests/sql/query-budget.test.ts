import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../lab/paths';
import { loadSqlFiles } from '../../resources/query/sql-files';
import { readDeclaration } from '../../stacks/declaration';
import { parseDuration } from '../../stacks/duration';
import type { DataSettings } from '../../stacks/environment-schema';
import { sqlVariables, windowVariables } from '../../stacks/sql-variables';

/** What the ksqlDB of one environment may have to run: each persistent query costs it threads, topics and state. */
const MOST_QUERIES = 40;

const environments = readdirSync(projectRoot()).flatMap(
  (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
);

test.each(environments)('%s runs at most 40 persistent queries, each window one', (name) => {
  const { sqlFiles, variables, versions } = readDeclaration(projectRoot());
  const settings = dataSettings(name);
  const objects = loadSqlFiles(sqlFiles, {
    variables: sqlVariables(settings, variables),
    windows: windowVariables(settings),
    versions,
  });
  const queries = objects.flatMap(({ name, statements }) =>
    statements.some(({ facts }) => facts.writesTopic ?? facts.insertsInto) ? [name] : [],
  );
  expect(queries).toContain('SERVICE_ROLLUP_5S_V1');
  expect(queries.length).toBeGreaterThan(20);
  expect(queries.slice(MOST_QUERIES)).toEqual([]);
});

/** What SQL needs of an environment's file, its durations in ms. */
function dataSettings(name: string): DataSettings {
  const text = readFileSync(path.join(projectRoot(), `Pulumi.${name}.yaml`), 'utf8');
  const { config } = parse(text) as { config: Record<string, unknown> };
  const inMs = (value: unknown): unknown => {
    if (typeof value === 'string') return parseDuration(value) ?? value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inMs(inner)]));
  };
  return { name, topics: inMs(config['naap:topics']), rollups: inMs(config['naap:rollups']) } as DataSettings;
}
