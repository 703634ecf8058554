import { KsqlError, parseStatement } from '../../engine/index';
import { namedVersion } from '../../resources/query/named-version';
import { statementFacts } from '../../resources/query/statement-facts';
import type { StatementFacts } from '../../resources/query/statement-facts';
import { UNDECLARED } from '../undeclared';
import type { UndeclaredQuery } from '../undeclared';
import { sorted } from './proposal';
import type { AdoptInput, NotAdopted, Outcome, Proposals } from './proposal';

const LAYERS = ['bronze', 'silver', 'gold', 'alerts'];
const FILE_NAME = /^[a-z][a-z0-9_]*$/;

/** Streams, tables and INSERT INTO: one file each, in the layer that its topic names. */
export async function proposeQueries(input: AdoptInput): Promise<Proposals> {
  const queries = await UNDECLARED.query(input);
  return sorted(queries.map((query) => propose(input, query)));
}

function propose(input: AdoptInput, query: UndeclaredQuery): Outcome {
  const { name, statement } = query;
  const left = (reason: string, remedy: string): NotAdopted => ({ kind: 'query', name, reason, remedy });
  const retired = namedVersion(name.toLowerCase(), Object.keys(input.versions));
  if (retired)
    return left(
      `it is version ${retired.version} of ${retired.object}, which is no longer declared`,
      'take it away (./naap up), or declare that version in ksql/versions.yaml',
    );
  if (statement === '') return left('the server does not tell its statement', 'write its file by hand');
  if (statement.includes('${'))
    return left('its text holds "${", which a file would take for a variable', 'write its file by hand');
  const facts = factsOf(statement);
  if (!facts) return left('its statement is not understood here', 'write its file by hand');
  const base = fileName(query, facts);
  if (!FILE_NAME.test(base))
    return left(`"${base}" is no name of a file: a-z, 0-9 and "_"`, 'make it again under another name');
  const path = `ksql/${layerOf(facts, input)}/${base}.sql`;
  if (LAYERS.some((layer) => input.exists(`ksql/${layer}/${base}.sql`)))
    return left(`a file ${base}.sql is there already`, 'look at that file: it is declared otherwise');
  return {
    objects: [{ kind: 'query', name: query.query ? base.toUpperCase() : name }],
    files: [{ path, text: textOf(statement, input.stack) }],
    notes: [
      'its file holds for every environment',
      'session properties of its statement are not told by the server',
    ],
  };
}

function textOf(statement: string, stack: string): string {
  const text = statement.trim().replace(/;$/, '');
  return `-- description: Found running in ${stack}; say here what it is for.\n\n${text};\n`;
}

/** INSERT INTO has no name of its own. */
function fileName({ name, query }: UndeclaredQuery, { insertsInto, needs }: StatementFacts): string {
  if (!query || insertsInto === undefined) return name.toLowerCase();
  const sources = needs.filter((one) => one !== insertsInto);
  return [insertsInto, 'from', ...sources].join('_').toLowerCase();
}

/** Of the topic that it writes or reads, or of the object that it writes into; what reads from outside is bronze. */
function layerOf({ writesTopic, readsTopic, insertsInto }: StatementFacts, { declared }: AdoptInput): string {
  const target = declared.query.find(({ name }) => name === insertsInto);
  const fromTarget = LAYERS.find((layer) => target?.file.startsWith(`ksql/${layer}/`));
  const topic = writesTopic ?? readsTopic ?? '';
  const own = LAYERS.find((layer) => topic.startsWith(`${layer}.`));
  return fromTarget ?? own ?? (readsTopic ? 'bronze' : 'silver');
}

function factsOf(statement: string): StatementFacts | undefined {
  try {
    const parsed = parseStatement(statement);
    return parsed && statementFacts(parsed.statement);
  } catch (error) {
    if (error instanceof KsqlError) return undefined;
    throw error;
  }
}
