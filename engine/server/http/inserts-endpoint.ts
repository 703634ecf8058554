import type { DataSource } from '../../catalog/catalog';
import { planInsertValues } from '../../planner/insert-values';
import type { InsertValues } from '../../ast/statements';
import { NOWHERE } from '../../source/source';
import type { KsqlEngine } from '../statements/ksql-engine';
import { writeInsert } from '../statements/insert-values';
import { effectiveConfig } from '../statements/session-config';
import type { Exchange } from './exchange';
import { jsonToExpression } from './json-expression';
import { parseJsonObject, textMember } from './json-body';
import { ERROR_CODES, toWireError, WireError } from './wire-error';

const DELIMITED = 'application/vnd.ksqlapi.delimited.v1';
const JSON_TYPE = 'application/json';

/** Acknowledgements, one a line, or as the elements of one array for those who ask for JSON. */
class Acknowledgements {
  private readonly asArray: boolean;
  private count = 0;

  constructor(private readonly exchange: Exchange) {
    this.asArray = (exchange.header('accept') ?? '').toLowerCase().startsWith(JSON_TYPE);
  }
  begin(): void {
    this.exchange.begin(200, this.asArray ? JSON_TYPE : DELIMITED);
    if (this.asArray) this.exchange.write('[');
  }
  /** False: the client reads slowly. */
  write(acknowledgement: object): boolean {
    const text = JSON.stringify(acknowledgement);
    if (!this.asArray) return this.exchange.write(`${text}\n`);
    return this.exchange.write(`${this.count++ === 0 ? '' : ',\n'}${text}`);
  }
  end(): void {
    if (this.asArray) this.exchange.write(']');
    this.exchange.end();
  }
}

/** `POST /inserts-stream`: the target, then one row a line; one acknowledgement a row, in order, over one HTTP/2 stream. */
export async function insertsStream(engine: KsqlEngine, exchange: Exchange): Promise<void> {
  if (!exchange.isHttp2)
    throw new WireError(ERROR_CODES.http2Only, 'This endpoint is only available when using HTTP2');
  const acknowledgements = new Acknowledgements(exchange);
  let target: DataSource | undefined;
  let sequence = 0;
  for await (const line of exchange.lines()) {
    if (line.trim() === '') continue;
    const body = parseJsonObject(line);
    if (!target) {
      target = findTarget(engine, textMember(body, 'target', ''));
      acknowledgements.begin();
      continue;
    }
    const error = await insertRow(engine, target, body);
    if (error) {
      acknowledgements.write({ status: 'error', seq: sequence, ...error.body() });
      break;
    }
    if (!acknowledgements.write({ status: 'ok', seq: sequence })) await exchange.drained();
    sequence++;
  }
  if (!target) throw new WireError(ERROR_CODES.badRequest, 'No target in arguments');
  acknowledgements.end();
}

function findTarget(engine: KsqlEngine, name: string): DataSource {
  const quoted = /^`(.*)`$/.exec(name)?.[1];
  const target = engine.catalog.getSource(quoted ?? name.toUpperCase());
  if (target) return target;
  throw new WireError(
    ERROR_CODES.badStatement,
    `Cannot insert values into an unknown stream/table: ${quoted ?? name.toUpperCase()}`,
  );
}

/** A row's members are columns: `NAME` without regard to case, `` `name` `` with. */
async function insertRow(
  engine: KsqlEngine,
  target: DataSource,
  row: Readonly<Record<string, unknown>>,
): Promise<WireError | undefined> {
  try {
    const columns = Object.keys(row).map((name) => /^[`"](.*)[`"]$/.exec(name)?.[1] ?? name.toUpperCase());
    const all = [...target.schema.key, ...target.schema.value];
    const values = Object.values(row).map((value, i) =>
      jsonToExpression(value, all.find(({ name }) => name === columns[i])?.type),
    );
    const statement: InsertValues = {
      kind: 'InsertValues',
      target: target.name,
      columns,
      values,
      loc: NOWHERE,
    };
    const context = engine.context(
      engine.state,
      engine.emptyWorld(),
      effectiveConfig(engine.deps.config, {}),
    );
    await writeInsert(planInsertValues(statement, context), engine.deps);
    return undefined;
  } catch (error) {
    return toWireError(error);
  }
}
