import type { SqlObject } from '../resources/query/sql-files';
import { literal, prefixed } from './acls';
import type { NamePattern, PrincipalNeeds } from './acls';
import type { ConnectorDefinition } from './connector-definition';
import type { Environment } from './environment-schema';
import { PRINCIPAL } from './names';
import { isOwned } from './owned';
import { declaredTopics } from './topics';

interface ReaderSources {
  readonly environment: Environment;
  readonly connectors: readonly ConnectorDefinition[];
  readonly queries: readonly SqlObject[];
}

/**
 * The identity of `./naap drift`: it sees names, settings, sizes, rights, limits and who has a login. It reads no record and
 * changes nothing. https://kafka.apache.org/documentation/#operations_resources_and_protocols
 */
export function readerNeeds(sources: ReaderSources): PrincipalNeeds {
  const topics = seenTopics(sources);
  return {
    principal: PRINCIPAL.drift,
    describes: topics,
    describesConfigsOf: topics,
    // Rights and users with a login; limits.
    cluster: ['Describe', 'DescribeConfigs'],
  };
}

/** All that is owned, as what nobody declares is reported too, and what is declared under other names. */
function seenTopics({ environment, connectors, queries }: ReaderSources): NamePattern[] {
  const { topics: owned } = environment.owned;
  if (owned.includes('')) return [literal('*')];
  const facts = queries.flatMap(({ statements }) => statements.map((statement) => statement.facts));
  const declared = [
    ...declaredTopics(environment, connectors).map(({ name }) => name),
    ...facts.flatMap(({ writesTopic, readsTopic }) => [writesTopic ?? [], readsTopic ?? []].flat()),
  ];
  const others = [...new Set(declared)].filter((name) => !isOwned(name, owned));
  return [...owned.map(prefixed), ...others.map(literal)];
}
