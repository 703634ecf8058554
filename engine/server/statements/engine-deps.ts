import type { SerdeFactory } from '../../formats/contracts';
import type { FunctionRegistry } from '../../functions/registry';
import type { SchemaTranslator } from '../../planner/context';
import type { SchemaRegistry } from '../../runtime/contracts';
import type { Broker } from '../broker/broker';
import type { ServerConfig } from '../config/server-config';
import type { ProcessingLog } from './processing-log';

/** What an engine stands on. */
export interface EngineDeps {
  readonly broker: Broker;
  readonly registry: SchemaRegistry;
  readonly serdes: SerdeFactory;
  readonly translator: SchemaTranslator;
  readonly functions: FunctionRegistry;
  readonly config: ServerConfig;
  readonly processingLog: ProcessingLog;
  readonly clock: () => number;
  readonly log: (message: string) => void;
}
