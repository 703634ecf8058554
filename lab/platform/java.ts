import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import type { LabSettings } from '../settings';
import { runLayout } from './layout';

/**
 * The first compiler tier only: it starts in half the time, and one machine's load never earns back the second tier's cost.
 */
const STARTUP_FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseG1GC', '-Djava.awt.headless=true'];

/** Jars of a folder, as a class path entry. A stock distribution calls the folder `libs`. */
export function jarFolder(folder: string): string {
  const stock = path.join(folder, 'libs');
  return existsSync(stock) ? stock : path.join(folder, 'lib');
}

/**
 * JVM flags for a fast start. A class archive (CDS) is written when the part ends for the first time and used from then on;
 * it holds for one JVM and one set of jars, so both are part of its name. `write: false`: another process of the same sort writes it.
 */
export function fastStartFlags(
  settings: LabSettings,
  part: string,
  jars: string,
  { write = true }: { readonly write?: boolean } = {},
): string[] {
  const archive = archiveFile(settings, part, jars);
  if (existsSync(archive)) return [...STARTUP_FLAGS, `-XX:SharedArchiveFile=${archive}`, '-Xshare:auto'];
  if (!write) return STARTUP_FLAGS;
  mkdirSync(path.dirname(archive), { recursive: true });
  return [...STARTUP_FLAGS, `-XX:ArchiveClassesAtExit=${archive}${draftEnding(settings.runDir)}`];
}

/** Takes the archives that the parts of this run directory wrote when they ended. To be called once they have. */
export function adoptClassArchives(settings: LabSettings): void {
  const folder = archiveFolder(settings);
  const ending = draftEnding(settings.runDir);
  const drafts = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : [];
  for (const draft of drafts)
    renameSync(path.join(folder, draft), path.join(folder, draft.slice(0, -ending.length)));
}

/** Each run directory writes drafts of its own: two platforms may end at the same time. */
function draftEnding(runDir: string): string {
  return `.${createHash('sha256').update(runDir).digest('hex').slice(0, 8)}.draft`;
}

function archiveFolder(settings: LabSettings): string {
  return path.join(settings.home, 'class-archives');
}

function archiveFile(settings: LabSettings, part: string, jars: string): string {
  const listing = existsSync(jars) ? readdirSync(jars).sort().join('\n') : jars;
  const key = createHash('sha256').update(`${javaVersion()}\n${jars}\n${listing}`).digest('hex').slice(0, 12);
  return path.join(archiveFolder(settings), `${part}-${key}.jsa`);
}

let version: string | undefined;

/** What `java -version` prints. */
export function javaVersion(): string {
  version ??= execFileSync('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', '--version'], {
    encoding: 'utf8',
  });
  return version;
}

/** A log4j2 configuration that writes to standard output, which the supervisor keeps. Returns its file. */
export function writeLogConfiguration(runDir: string): string {
  const file = path.join(runLayout(runDir).config, 'log4j2.properties');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, LOG_CONFIGURATION);
  return file;
}

const LOG_CONFIGURATION = `status=error
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %-5p %m (%c)%n
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=OUT
# A printed configuration is hundreds of lines for each client.
logger.config.name=org.apache.kafka.common.config.AbstractConfig
logger.config.level=WARN
logger.clients.name=org.apache.kafka.clients
logger.clients.level=WARN
`;
