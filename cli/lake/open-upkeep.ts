import path from 'node:path';
import { INSTALL_PARTS, install, openStack } from '../../lab';
import type { LabSettings } from '../../lab';
import { lakeAccess, upkeep } from '../../lake';
import type { LakeAccess, TableUpkeep } from '../../lake';
import type { UpkeepOptions } from '../../lake/upkeep/upkeep';
import type { Environment } from '../../stacks/environment-schema';
import { LAKE_UPKEEP_USER } from '../../stacks/lake-policy';
import { secretFile } from '../../stacks/names';
import { readSecret } from '../../stacks/secrets';

/** The lake of a stack, and what keeps or counts its tables. */
export interface OpenUpkeep {
  readonly environment: Environment;
  readonly access: LakeAccess;
  readonly run: (
    options: Pick<UpkeepOptions, 'rules' | 'dryRun' | 'countOnly' | 'onTable'>,
  ) => Promise<TableUpkeep[]>;
}

/** The jars of the sink are installed where they are missing. */
export async function openUpkeep(settings: LabSettings, stack: string): Promise<OpenUpkeep> {
  const { environment, declaration } = openStack(settings, stack);
  const password = readSecret(
    `file:${path.join(environment.secretsDirectory, secretFile.lake(LAKE_UPKEEP_USER))}`,
  );
  const sink = INSTALL_PARTS.find(({ name }) => name === 'iceberg-sink')!;
  const { folder } = await install(settings, sink);
  const access = lakeAccess(environment, declaration);
  const login = { username: LAKE_UPKEEP_USER, password };
  const place = { access, login, jars: path.join(folder, 'lib'), root: settings.root };
  return { environment, access, run: (options) => upkeep({ ...place, ...options }) };
}
