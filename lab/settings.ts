import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { naapHome, projectRoot, runDirectory } from './paths';
import type { Environment } from './paths';
import { DEFAULT_PORT_BASE, PORT_OFFSETS, portVariable, resolvePorts } from './ports';
import type { PortName, Ports } from './ports';

/** Everything that one machine may want otherwise, read once. */
export interface LabSettings {
  /** The checkout. */
  readonly root: string;
  /** Cache of installed parts. */
  readonly home: string;
  /** Folder of the running platform. */
  readonly runDir: string;
  readonly ports: Ports;
  readonly env: Environment;
}

const portNames = Object.keys(PORT_OFFSETS) as [PortName, ...PortName[]];
const fileSchema = z.strictObject({
  portBase: z.number().int().optional(),
  ports: z.partialRecord(z.enum(portNames), z.number().int()).optional(),
});
type SettingsFile = z.infer<typeof fileSchema>;

/**
 * Reads `NAAP_*` variables and the optional file `NAAP_CONFIG` (YAML: `portBase`, `ports: {kafka: 9092}`); a variable
 * wins over the file. Throws with every problem and its path.
 */
export function readSettings(env: Environment = process.env): LabSettings {
  const file = readSettingsFile(env.NAAP_CONFIG);
  const base = wholeNumber('NAAP_PORT_BASE', env.NAAP_PORT_BASE) ?? file.portBase ?? DEFAULT_PORT_BASE;
  const ports = resolvePorts(base, { ...file.ports, ...portVariables(env) });
  return { root: projectRoot(env), home: naapHome(env), runDir: runDirectory(env), ports, env };
}

function portVariables(env: Environment): Partial<Ports> {
  const entries = portNames.flatMap((name) => {
    const port = wholeNumber(portVariable(name), env[portVariable(name)]);
    return port === undefined ? [] : [[name, port] as const];
  });
  return Object.fromEntries(entries);
}

function wholeNumber(variable: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${variable} is "${text}", expected a port number, e.g. 19000`);
  return Number(text);
}

function readSettingsFile(name: string | undefined): SettingsFile {
  if (!name) return {};
  const file = path.resolve(name);
  if (!existsSync(file)) throw new Error(`NAAP_CONFIG names "${file}", which does not exist`);
  const result = fileSchema.safeParse(parse(readFileSync(file, 'utf8')) ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${file}: ${issue.path.join('.') || '(top)'}: ${issue.message}`,
  );
  throw new Error(problems.join('\n'));
}
