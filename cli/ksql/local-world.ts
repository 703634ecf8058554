import { createSchemaTranslator } from '../../engine/index';
import { builtinFunctions } from '../../engine/index';
import { KSQL_PROPERTIES, STREAMS_DEFAULTS } from '../../engine/server/config/known-properties';
import type { EngineWorld } from './type-check';

/** Functions, formats and settings of the local engine with its defaults. */
export function localWorld(): EngineWorld {
  const defaults = KSQL_PROPERTIES.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]));
  return {
    functions: builtinFunctions,
    translator: createSchemaTranslator(),
    config: { ...STREAMS_DEFAULTS, ...Object.fromEntries(defaults) },
  };
}
