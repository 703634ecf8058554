import path from 'node:path';
import { realise, runLayout } from '../../lab';
import type { RealiseReport } from '../../lab';
import type { KindName } from '../../resources/kind';
import type { Credentials } from '../../resources/endpoints';
import { readDeclaration } from '../../stacks/declaration';
import type { Declaration } from '../../stacks/declaration';
import type { Declared } from '../reference/gold';
import { declaredFor } from '../sql/declared';
import { startTestPlatform } from '../support/platform';
import type { TestPlatform, TestPlatformOptions } from '../support/platform';

const ROOT = path.resolve(__dirname, '../..');

/** The bucket of the stack `dev`. */
export const LAKE_BUCKET = 'lake';

/** A platform on which the stack `dev` has been realised. */
export interface DeclaredPlatform extends TestPlatform {
  readonly declaration: Declaration;
  readonly gateways: readonly Credentials[];
  /** What is declared beside the SQL of `dev`. */
  readonly declared: Declared;
  /** As `./naap up`: starts what is missing, then makes the platform as declared. */
  readonly up: () => Promise<RealiseReport>;
}

export interface DeclaredPlatformOptions extends TestPlatformOptions {
  /** Kinds that need a part which is left out. */
  readonly skip?: readonly KindName[];
}

/** Starts a platform and realises `dev` on it. */
export async function startDeclaredPlatform(options: DeclaredPlatformOptions): Promise<DeclaredPlatform> {
  const platform = await startTestPlatform(options);
  const { settings, endpoints } = platform;
  const declaration = readDeclaration(ROOT);
  const make = (): Promise<RealiseReport> => realise(endpoints, { settings, skip: options.skip });
  try {
    await make();
  } catch (error) {
    await platform.stop();
    throw error;
  }
  const { secrets } = runLayout(settings.runDir);
  const gateways = ['gateway-1', 'gateway-2'].map((username) => ({
    username,
    passwordFile: path.join(secrets, `plain-${username}`),
  }));
  const up = async (): Promise<RealiseReport> => {
    await platform.start();
    return make();
  };
  return { ...platform, declaration, gateways, declared: declaredFor('dev'), up };
}
