import { parse } from 'yaml';
import { z } from 'zod';
import { sqlDuration } from './duration';
import type { DataSettings, WindowSettings } from './environment-schema';

const value = z.union([z.string(), z.number()]);
const declaredSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected a name of a-z, 0-9 and "_"'),
  z.object({ description: z.string().min(1), default: value }).catchall(value),
);

/** `ksql/variables.yaml`: by name, its description, its default and the value of each environment that differs. */
export type DeclaredVariables = z.infer<typeof declaredSchema>;

/** Reads `ksql/variables.yaml`; a value may name variables above it. Throws with every problem and its path. */
export function parseVariables(text: string, file: string): DeclaredVariables {
  const result = declaredSchema.safeParse(parse(text) ?? {});
  if (result.success) return withNamedValues(result.data, file);
  throw new Error(
    result.error.issues
      .map(({ path, message }) => `${file}: ${path.join('.') || '(top)'}: ${message}`)
      .join('\n'),
  );
}

/** Replaces `${other}` in values by the value of a variable that is declared above. */
function withNamedValues(declared: DeclaredVariables, file: string): DeclaredVariables {
  const done: DeclaredVariables = {};
  for (const [name, values] of Object.entries(declared)) {
    const replaced = Object.entries(values).map(([key, text]) => [
      key,
      key === 'description'
        ? text
        : String(text).replace(/\$\{(\w+)\}/g, (_, other: string) =>
            fixedValue(other, `${file}: ${name}.${key}`, done),
          ),
    ]);
    done[name] = Object.fromEntries(replaced) as DeclaredVariables[string];
  }
  return done;
}

function fixedValue(other: string, place: string, above: DeclaredVariables): string {
  const values = above[other];
  if (!values) throw new Error(`${place}: \${${other}} is no variable declared above it`);
  const { default: value, description: _, ...own } = values;
  if (Object.keys(own).length === 0) return String(value);
  throw new Error(
    `${place}: \${${other}} differs by environment (${Object.keys(own).join(', ')}), so no other variable can be made of it`,
  );
}

/** Values of `${name}` that every SQL file of an environment may use. */
export function sqlVariables(environment: DataSettings, declared: DeclaredVariables): Record<string, string> {
  const { rollups, topics } = environment;
  const { retention } = rollups;
  return {
    ...ownValues(environment, declared),
    environment: environment.name,
    partitions: String(rollups.partitions),
    replicas: String(topics.replicationFactor),
    retention_bronze_ms: String(retention.bronze),
    retention_silver_ms: String(retention.silver),
    retention_gold_ms: String(retention.gold),
    retention_alerts_ms: String(retention.alerts),
    retention_ignored_ms: String(retention.ignored),
    retention_dead_letter_ms: String(retention.deadLetter),
  };
}

function ownValues({ name }: DataSettings, declared: DeclaredVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(declared).map(([variable, { default: value, ...own }]) => [
      variable,
      String(own[name] ?? value),
    ]),
  );
}

/** What each window adds: `window` is its name, the others are durations as ksqlDB writes them. */
export function windowVariables({ rollups }: DataSettings): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rollups.windows).map(([name, window]) => [name, variablesOf(window)]),
  );
}

function variablesOf({ size, grace, retention, topic = retention }: WindowSettings): Record<string, string> {
  return {
    window_ms: String(size),
    window_size: sqlDuration(size),
    window_grace: sqlDuration(grace),
    window_retention: sqlDuration(retention),
    window_retention_ms: String(topic),
  };
}
