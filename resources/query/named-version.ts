import type { Versions } from './versions';

/** A version of an SQL file's object, as names of streams, tables and topics show it. */
export interface NamedVersion {
  /** Name of the SQL file. */
  readonly object: string;
  readonly window?: string;
  readonly version: number;
}

/** `sla_1m_v2` and `gold.sla_1m.v2`. */
const VERSIONED = /^(?:[a-z]+\.)?([a-z][a-z0-9_]*?)(?:_(\d+[smhd]))?[._]v(\d+)$/;

/** The version that a name of an object stands for: also the one that carries no number. */
export function versionNamed(name: string, versions: Versions): NamedVersion | undefined {
  const plain = versions[name]?.plain;
  return plain === undefined ? namedVersion(name, Object.keys(versions)) : { object: name, version: plain };
}

/** The version that a name stands for, where it is one with a number, of an SQL file that has versions. */
export function namedVersion(name: string, versioned: readonly string[]): NamedVersion | undefined {
  const match = VERSIONED.exec(name);
  if (!match) return undefined;
  const [, object, window, version] = match;
  return versioned.includes(object!) ? { object: object!, window, version: Number(version) } : undefined;
}
