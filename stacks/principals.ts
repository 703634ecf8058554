import type { SqlObject } from '../resources/query/sql-files';
import { adoptedNeeds } from './adopted';
import { literal, prefixed } from './acls';
import type { PrincipalNeeds } from './acls';
import type { ConnectorDefinition } from './connector-definition';
import type { Environment } from './environment-schema';
import { usersOf } from './identities';
import {
  PRINCIPAL,
  TELEMETRY_TOPIC,
  connectorGroup,
  connectorPrincipal,
  controlGroupPrefix,
  transactionalPrefix,
} from './names';
import { readerNeeds } from './reader-needs';

/** What the rights of every identity are derived from. */
export interface FlowSources {
  readonly environment: Environment;
  readonly connectors: readonly ConnectorDefinition[];
  readonly queries: readonly SqlObject[];
}

/** Layers whose topics the query user may read. */
const SERVED_LAYERS = new Set(['gold', 'alerts']);

/** Every identity with what it does: who reads and writes what follows from topics, connectors and SQL. */
export function principalNeeds(sources: FlowSources): PrincipalNeeds[] {
  const gateways = sources.environment.gateways.map(({ name }) => ({
    principal: name,
    produces: [TELEMETRY_TOPIC.gateway],
  }));
  return [
    ...gateways,
    ...scramNeeds(sources).flatMap(ofBothUsers),
    ...adoptedNeeds(sources.environment.adopted),
  ];
}

function scramNeeds(sources: FlowSources): PrincipalNeeds[] {
  return [
    { principal: PRINCIPAL.scraper, produces: [TELEMETRY_TOPIC.scrape] },
    ...workerNeeds(sources.environment),
    ...sources.connectors.map(connectorNeeds),
    ksqldbNeeds(sources),
    queryNeeds(sources),
    readerNeeds(sources),
  ];
}

/** Both users of an identity have its rights, so that one can take over from the other at any moment. */
function ofBothUsers(needs: PrincipalNeeds): PrincipalNeeds[] {
  return usersOf(needs.principal).map((principal) => ({ ...needs, principal }));
}

/** Identities that log in with SCRAM, each once; gateways log in with PLAIN. */
export function scramPrincipals({ environment, connectors }: FlowSources): string[] {
  const workers = Object.values(environment.connect.clusters).map(({ worker }) => worker.principal);
  return [
    ...new Set([...Object.values(PRINCIPAL), ...workers, ...connectors.map(connectorPrincipal)]),
  ].sort();
}

/**
 * The users of these identities: two each, with a secret of its own each.
 * @throws Error for a line of `naap:identities` that names nobody
 */
export function scramUsers(sources: FlowSources): string[] {
  const principals = scramPrincipals(sources);
  const unknown = Object.keys(sources.environment.identities).filter((name) => !principals.includes(name));
  if (unknown.length > 0) {
    const known = principals.join(', ');
    throw new Error(
      `naap:identities names "${unknown.join('", "')}"; the identities with two users are ${known}`,
    );
  }
  return principals.flatMap(usersOf);
}

/** The workers' own state; what connectors read and write is the connectors' right. */
function workerNeeds({ connect }: Environment): PrincipalNeeds[] {
  return Object.values(connect.clusters).map(({ worker }) => ({
    principal: worker.principal,
    owns: [prefixed(worker.topicPrefix)],
    groups: [literal(worker.group)],
  }));
}

/** A sink reads its topics; its tasks agree about commits in transactions over a control topic. */
function connectorNeeds(connector: ConnectorDefinition): PrincipalNeeds {
  const group = connectorGroup(connector);
  return {
    principal: connectorPrincipal(connector),
    consumes: [...connector.topics, connector.controlTopic],
    produces: [connector.deadLetterTopic, connector.controlTopic],
    groups: [literal(group), literal(`${group}-coord`), prefixed(controlGroupPrefix(connector))],
    // Connect does so under the connector's identity when it is asked to begin anew.
    resetsGroups: [literal(group)],
    transactionalIds: [prefixed(transactionalPrefix(connector))],
  };
}

// Internals: https://docs.confluent.io/platform/7.9/ksqldb/operate-and-deploy/installation/security.html
function ksqldbNeeds({ environment, queries }: FlowSources): PrincipalNeeds {
  const { serviceId } = environment.ksqldb;
  const internal = prefixed(`_confluent-ksql-${serviceId}`);
  const facts = queries.flatMap(({ statements }) => statements.map((statement) => statement.facts));
  const sinks = facts.flatMap(({ writesTopic }) => writesTopic ?? []);
  const sources = facts
    .flatMap(({ readsTopic }) => readsTopic ?? [])
    .filter((topic) => !sinks.includes(topic));
  // INSERT INTO a stream that is only declared writes a topic of the stack's.
  const targets = facts.flatMap(({ insertsInto }) => insertsInto ?? []);
  const inserted = facts.flatMap(({ makes, readsTopic }) =>
    makes && readsTopic && targets.includes(makes) ? readsTopic : [],
  );
  return {
    principal: PRINCIPAL.ksqldb,
    consumes: sources,
    produces: inserted,
    describesConfigsOf: sources,
    owns: sinks.map(literal),
    controls: [internal, literal(`${serviceId}ksql_processing_log`)],
    controlsGroups: [internal],
    transactionalIds: [internal, prefixed(serviceId)],
    describes: ['__consumer_offsets', '__transaction_state'],
    cluster: ['DescribeConfigs'],
  };
}

/** Reads what is served as topics; pull queries go to ksqlDB and need no right in Kafka. */
function queryNeeds({ queries }: FlowSources): PrincipalNeeds {
  const served = queries.filter(({ layer }) => SERVED_LAYERS.has(layer));
  const topics = served.flatMap(({ statements }) =>
    statements.flatMap(({ facts }) => facts.writesTopic ?? []),
  );
  return { principal: PRINCIPAL.query, consumes: topics, groups: [prefixed(`${PRINCIPAL.query}-`)] };
}
