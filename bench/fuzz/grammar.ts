import { builtinFunctions } from '../../engine/index';
import type { Random } from './random';
import { COLUMNS, COLUMNS_OF, LITERALS, SOURCES, TYPES } from './world';

const FUNCTIONS = builtinFunctions.list();
const AGGREGATES = FUNCTIONS.filter(({ type }) => type === 'AGGREGATE').map(({ name }) => name);
const EXAMPLES = FUNCTIONS.flatMap(({ examples }) => examples.map(({ sql }) => sql));
const OPERATORS = [
  ...'+-*/%',
  '=',
  '<>',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'AND',
  'OR',
  'IS DISTINCT FROM',
  '||',
  'LIKE',
];
const UNITS = ['MILLISECONDS', 'SECONDS', 'MINUTE', 'HOURS', 'DAYS'];
const FORMATS = ['JSON', 'AVRO', 'DELIMITED', 'KAFKA', 'PROTOBUF', 'JSON_SR', 'NONE', 'PROTOBUF_NOSR', 'XML'];
const JOINS = ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL OUTER JOIN', 'INNER JOIN'];

/** Random SQL: grammatical, and now and then even valid. */
export class Grammar {
  constructor(private readonly random: Random) {}

  statement(): string {
    const { random } = this;
    return random.pick([
      () => this.query(),
      () => this.query(),
      () => this.query(),
      () => `CREATE ${this.kind()} ${this.fresh()} AS ${this.query()}`,
      () => `CREATE OR REPLACE ${this.kind()} ${this.fresh()} WITH (${this.properties()}) AS ${this.query()}`,
      () => `INSERT INTO ${random.pick(SOURCES)} ${this.query()}`,
      () =>
        `CREATE ${random.pick(['', 'OR REPLACE ', 'SOURCE '])}${this.kind()} ${random.pick(['', 'IF NOT EXISTS '])}${this.fresh()} (${this.elements()}) WITH (${this.properties()});`,
      () =>
        `INSERT INTO ${random.pick(SOURCES)} (${this.list(() => random.pick(COLUMNS))}) VALUES (${this.list(() => this.expression(2))});`,
      () => `INSERT INTO ${random.pick(SOURCES)} VALUES (${this.list(() => this.expression(1))});`,
      () => `EXPLAIN ${this.query()}`,
      () => this.admin(),
    ])();
  }

  query(): string {
    const { random } = this;
    if (random.chance(0.6)) return this.tameQuery();
    const grouped = random.chance(0.3);
    const select = random.chance(0.2)
      ? '*'
      : random
          .times(1, 4, () => (grouped ? this.aggregate() : this.expression(3)))
          .map((text) => (random.chance(0.4) ? `${text} AS ${random.pick(COLUMNS)}` : text))
          .join(', ');
    const clauses = [
      random.chance(0.3) ? ` ${this.window()}` : '',
      random.chance(0.4) ? ` WHERE ${this.condition()}` : '',
      grouped ? ` GROUP BY ${this.list(() => this.expression(1), 2)}` : '',
      random.chance(0.1) ? ` PARTITION BY ${this.expression(1)}` : '',
      grouped && random.chance(0.3) ? ` HAVING ${this.aggregate()} > ${random.pick(LITERALS)}` : '',
      random.pick(['', ' EMIT CHANGES', ' EMIT CHANGES', ' EMIT FINAL']),
      random.pick(['', ' LIMIT 1', ' LIMIT 2', ' LIMIT 0', ' LIMIT 99999999999']),
    ];
    return `SELECT ${select} FROM ${this.from()}${clauses.join('')};`;
  }

  /** A query of one source with columns that it has: planned and run more often than refused. */
  private tameQuery(): string {
    const { random } = this;
    const source = random.pick(Object.keys(COLUMNS_OF));
    const columns = COLUMNS_OF[source]!;
    const column = () => random.pick(columns);
    const key = columns[0]!;
    const value = (): string =>
      random.pick([
        column,
        column,
        () => random.pick(LITERALS),
        () => this.example(column),
        () => `CAST(${column()} AS ${random.pick(TYPES)})`,
        () => `${random.pick(FUNCTIONS).name}(${random.times(1, 2, column).join(', ')})`,
        () => `${column()} ${random.pick(OPERATORS)} ${random.pick([column(), random.pick(LITERALS)])}`,
      ])();
    const named = random.times(1, 3, value).map((text, i) => `${text} AS c${i}`);
    const end = random.pick([';', ' LIMIT 1;', ' EMIT CHANGES LIMIT 1;', ' EMIT CHANGES;']);
    return random.pick([
      () => `SELECT ${[key, ...named].join(', ')} FROM ${source}${end}`,
      () =>
        `SELECT ${[key, ...named].join(', ')} FROM ${source} WHERE ${value()} ${random.pick(OPERATORS)} ${value()}${end}`,
      () =>
        `SELECT * FROM ${source} WHERE ${key} ${random.pick(['=', '>', '<=', 'IN'])} ${random.pick(["'a'", '1', "('a', 'b')", '(1)'])}${end}`,
      () =>
        `SELECT ${key}, ${random.pick(AGGREGATES)}(${column()}) AS x, COUNT(*) AS n FROM ${source} ${random.pick(['', '', this.window()])} GROUP BY ${key}${random.pick(['', ' HAVING COUNT(*) > 0'])} EMIT CHANGES${random.pick(['', ' LIMIT 1'])};`,
    ])();
  }

  expression(depth: number): string {
    const { random } = this;
    const leaf = () =>
      random.pick([() => random.pick(COLUMNS), () => random.pick(COLUMNS), () => random.pick(LITERALS)])();
    if (depth <= 0) return leaf();
    const part = () => this.expression(depth - 1);
    return random.pick<() => string>([
      leaf,
      leaf,
      () => `(${part()} ${random.pick(OPERATORS)} ${part()})`,
      () => `${random.pick(FUNCTIONS).name}(${random.times(0, 4, part).join(', ')})`,
      () => this.example(part),
      () => `CAST(${part()} AS ${random.pick(TYPES)})`,
      () => `CASE WHEN ${part()} THEN ${part()} ELSE ${part()} END`,
      () => `CASE ${part()} WHEN ${part()} THEN ${part()} END`,
      () => `${part()} IN (${random.times(1, 3, part).join(', ')})`,
      () => `${part()} ${random.pick(['', 'NOT '])}BETWEEN ${part()} AND ${part()}`,
      () => `${part()} IS ${random.pick(['', 'NOT '])}NULL`,
      () => `${part()}[${part()}]`,
      () => `${part()}->${random.pick([...COLUMNS, '*', '`x`'])}`,
      () =>
        `${random.pick(['TRANSFORM', 'FILTER', 'REDUCE'])}(${part()}, ${random.pick(['x => x', '(x, y) => x + y', `x => ${part()}`, `(k, v) => ${part()}`])})`,
      () => `${random.pick(['-', 'NOT ', '+'])}${part()}`,
      () => `${random.pick(SOURCES)}.${random.pick(COLUMNS)}`,
    ])();
  }

  /** An example of a function's documentation, one argument changed now and then. */
  private example(part: () => string): string {
    const text = this.random.pick(EXAMPLES);
    return this.random.chance(0.6)
      ? text.replace(/\([^(),]+|, ?[^(),]+/, (found) => `${found[0]!}${part()}`)
      : text;
  }
  private aggregate(): string {
    const { random } = this;
    const name = random.pick(AGGREGATES);
    return random.pick([
      () => random.pick(COLUMNS),
      () => 'COUNT(*)',
      () => `${name}(${random.times(1, 2, () => this.expression(1)).join(', ')})`,
      () => `${name}(${random.pick(COLUMNS)}, ${random.pick(LITERALS)})`,
      () => `${name}(${random.pick(COLUMNS)}) ${random.pick(OPERATORS)} ${random.pick(LITERALS)}`,
    ])();
  }
  private condition(): string {
    const { random } = this;
    return random.pick([
      () => this.expression(3),
      () => `${random.pick(COLUMNS)} = ${random.pick(LITERALS)}`,
      () =>
        `${random.pick(COLUMNS)} ${random.pick(OPERATORS)} ${this.expression(1)} ${random.pick(['AND', 'OR'])} ${random.pick(COLUMNS)} ${random.pick(OPERATORS)} ${random.pick(LITERALS)}`,
    ])();
  }
  private from(): string {
    const { random } = this;
    const source = () => `${random.pick(SOURCES)}${random.pick(['', '', ' x', ' AS y'])}`;
    if (random.chance(0.75)) return source();
    const join = () =>
      ` ${random.pick(JOINS)} ${source()}${random.chance(0.6) ? ` WITHIN ${this.duration()}${random.chance(0.3) ? ` GRACE PERIOD ${this.duration()}` : ''}` : ''} ON ${this.expression(1)} = ${this.expression(1)}`;
    return source() + random.times(1, 2, join).join('');
  }
  private window(): string {
    const { random } = this;
    const extra = () =>
      random
        .times(
          0,
          2,
          () => `, ${random.pick(['RETENTION', 'GRACE PERIOD', 'ADVANCE BY', 'SIZE'])} ${this.duration()}`,
        )
        .join('');
    return random.pick([
      () => `WINDOW TUMBLING (SIZE ${this.duration()}${extra()})`,
      () => `WINDOW HOPPING (SIZE ${this.duration()}, ADVANCE BY ${this.duration()}${extra()})`,
      () => `WINDOW SESSION (${this.duration()}${extra()})`,
    ])();
  }
  private duration(): string {
    return `${this.random.pick(['0', '1', '30', '-1', '99999999999'])} ${this.random.pick(UNITS)}`;
  }
  private kind(): string {
    return this.random.pick(['STREAM', 'TABLE']);
  }
  private fresh(): string {
    return this.random.pick([`n${this.random.below(8)}`, this.random.pick(SOURCES), '`q q`', '`x`']);
  }
  private elements(): string {
    const { random } = this;
    return this.list(
      () =>
        `${random.pick(COLUMNS)} ${random.pick(TYPES)}${random.pick(['', '', '', ' KEY', ' PRIMARY KEY', " HEADER('h')", ' HEADERS'])}`,
    );
  }
  private properties(): string {
    const { random } = this;
    const entry = () =>
      random.pick([
        () => `KAFKA_TOPIC='${random.pick([...SOURCES, 'fresh', '', '../x', 'a b'])}'`,
        () => `${random.pick(['FORMAT', 'KEY_FORMAT', 'VALUE_FORMAT'])}='${random.pick(FORMATS)}'`,
        () => `PARTITIONS=${random.pick(['1', '0', '-1', '2', "'x'"])}`,
        () => `REPLICAS=${random.pick(['1', '99'])}`,
        () => `TIMESTAMP='${random.pick(COLUMNS)}'`,
        () => `TIMESTAMP_FORMAT=${random.pick(LITERALS)}`,
        () =>
          `${random.pick(['WRAP_SINGLE_VALUE', 'VALUE_DELIMITER', 'WINDOW_TYPE', 'WINDOW_SIZE', 'KEY_SCHEMA_ID', 'VALUE_SCHEMA_ID', 'RETENTION_MS', 'NOPE'])}=${random.pick(LITERALS)}`,
      ])();
    return [
      ...(random.chance(0.8) ? ["KAFKA_TOPIC='s'", 'PARTITIONS=1', "VALUE_FORMAT='JSON'"] : []),
      ...random.times(0, 2, entry),
    ].join(', ');
  }
  private admin(): string {
    const { random } = this;
    const source = random.pick(SOURCES);
    const query = random.pick([`CTAS_COUNTS_${random.below(20)}`, 'ALL', 'nope']);
    return random.pick([
      `DESCRIBE ${source};`,
      `DESCRIBE ${source} EXTENDED;`,
      `DESCRIBE FUNCTION ${random.pick(FUNCTIONS).name};`,
      `EXPLAIN ${query};`,
      `SHOW ${random.pick(['STREAMS', 'TABLES', 'TOPICS', 'ALL TOPICS', 'QUERIES', 'TYPES', 'FUNCTIONS', 'PROPERTIES', 'VARIABLES', 'CONNECTORS'])}${random.pick(['', ' EXTENDED'])};`,
      `DROP ${this.kind()} ${random.pick(['', 'IF EXISTS '])}${this.fresh()}${random.pick(['', ' DELETE TOPIC'])};`,
      `TERMINATE ${query};`,
      `PAUSE ${query};`,
      `RESUME ${query};`,
      `DROP TYPE ${random.pick(['point', 'nope'])};`,
      `CREATE TYPE ty${random.below(3)} AS ${random.pick(TYPES)};`,
      `ALTER ${this.kind()} ${source} ADD COLUMN ${random.pick(COLUMNS)}z ${random.pick(TYPES)};`,
      `SET '${random.pick(['auto.offset.reset', 'nope', 'ksql.service.id'])}' = ${random.pick(LITERALS)};`,
      `UNSET 'auto.offset.reset';`,
      `DEFINE v = ${random.pick(LITERALS)}; SELECT \${v} FROM s;`,
      `UNDEFINE v;`,
      `PRINT ${source} FROM BEGINNING LIMIT 1;`,
      `ASSERT ${random.pick(['', 'NOT EXISTS '])}TOPIC ${source} WITH (PARTITIONS=1) TIMEOUT 1 MILLISECONDS;`,
      `ASSERT ${random.pick(['', 'NOT EXISTS '])}SCHEMA SUBJECT '${source}-value' TIMEOUT 1 MILLISECONDS;`,
      `RUN SCRIPT 'x.sql';`,
    ]);
  }
  private list(make: () => string, most = 4): string {
    return this.random.times(1, most, make).join(', ');
  }
}
