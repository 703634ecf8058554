import { versionEnding } from '../resources/query/versions';
import type { Versions } from '../resources/query/versions';

const TOKEN = /'(?:[^']|'')*'|`[^`]*`|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\b(FROM|JOIN)(\s+)(\w+)/gi;
const WINDOW_ENDING = /_\d+[smhd]$/;
const VERSION_ENDING = /_v\d+$/;

/**
 * Replaces the names of declared objects in FROM and JOIN by the version that answers: `sla_1m` becomes `sla_1m_v1`.
 * Names with a version, unknown names, quoted names, texts and comments stay as they are.
 */
export function withRunningVersions(sql: string, versions: Versions): string {
  return sql.replace(TOKEN, (whole: string, keyword?: string, space?: string, name?: string) =>
    keyword === undefined || name === undefined
      ? whole
      : `${keyword}${space}${versionedName(name, versions)}`,
  );
}

/** What is said to one who names a version that will go: its end, and the name that stays. */
export function retirementNotes(sql: string, versions: Versions): string[] {
  const names = [...sql.matchAll(TOKEN)].flatMap((match) => match[3]?.toLowerCase() ?? []);
  return [...new Set(names)].flatMap((name) => {
    const version = Number(VERSION_ENDING.exec(name)?.[0].slice('_v'.length));
    const plain = name.replace(VERSION_ENDING, '');
    const entry = versions[plain] ?? versions[plain.replace(WINDOW_ENDING, '')];
    const retiring = entry?.retiring?.find((one) => one.version === version);
    if (!retiring) return [];
    const end = retiring.until ? `ends ${retiring.until}` : 'is about to end';
    return [`${name} ${end}: ${plain} is answered by version ${entry!.running}`];
  });
}

function versionedName(name: string, versions: Versions): string {
  const lower = name.toLowerCase();
  if (VERSION_ENDING.test(lower)) return name;
  const entry = versions[lower] ?? versions[lower.replace(WINDOW_ENDING, '')];
  return entry ? `${name}${versionEnding(entry, entry.running)}` : name;
}
