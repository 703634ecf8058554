import { loadSqlFiles } from '../resources/query/sql-files';
import type { SqlObject } from '../resources/query/sql-files';
import { forEnvironment } from './connector-definition';
import type { Declaration } from './declaration';
import type { Environment } from './environment-schema';
import { sinkDefinitions } from './sinks';
import type { SinkDefinition } from './sinks';
import { sqlVariables, windowVariables } from './sql-variables';
import { rawTopicNames } from './topics';

/** What is declared, and for which environment. */
export interface DeclarationInput {
  readonly environment: Environment;
  readonly declaration: Declaration;
}

/** What an environment makes of the declaration: connectors with their overrides, SQL expanded and ordered. */
export interface EffectiveDeclaration {
  readonly connectors: readonly SinkDefinition[];
  readonly queries: readonly SqlObject[];
}

/** What is declared never changes: the program and whoever asks beside it share one. */
const known = new WeakMap<Declaration, WeakMap<Environment, EffectiveDeclaration>>();

/** The declaration with what its environment changes. */
export function effectiveDeclaration(input: DeclarationInput): EffectiveDeclaration {
  const { environment, declaration } = input;
  const ofDeclaration = known.get(declaration) ?? new WeakMap<Environment, EffectiveDeclaration>();
  known.set(declaration, ofDeclaration);
  const effective = ofDeclaration.get(environment) ?? expand(input);
  ofDeclaration.set(environment, effective);
  return effective;
}

function expand({ environment, declaration }: DeclarationInput): EffectiveDeclaration {
  const { versions } = declaration;
  const queries = loadSqlFiles(declaration.sqlFiles, {
    variables: sqlVariables(environment, declaration.variables),
    windows: windowVariables(environment),
    versions,
  });
  const connectors = declaration.connectors.map((connector) => forEnvironment(connector, environment.name));
  const rawTopics = rawTopicNames(environment);
  return { connectors: sinkDefinitions({ connectors, queries, versions, rawTopics }), queries };
}
