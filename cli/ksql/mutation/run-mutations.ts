import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { formatSchema, formatStatement, KsqlError, parseStatement } from '../../../engine/index';
import type { CompiledQuery } from '../../../engine/testing/case-world';
import type { PlannedQuery, PlannedSql } from '../planned-sql';
import { readSqlTests, runSqlTest } from '../sql-test-file';
import type { SqlTestCase } from '../sql-test-file';
import { Pipeline } from '../virtual-pipeline';
import { hasQuery, mutate, mutationsOf } from './mutate-statement';
import type { Mutation } from './mutate-statement';
import { Reach } from './reach';
import { Witness } from './witness';

/** A mutation of one file, in every window that the file is expanded for. */
export interface FileMutation extends Mutation {
  readonly file: string;
  /** 1-based, in the file. */
  readonly line: number;
  readonly index: number;
}
export type Outcome =
  /** A case failed with it: its file and name. */
  | { readonly kind: 'noticed'; readonly by: string }
  | { readonly kind: 'survived' }
  /** No server would take it: there is nothing to notice. */
  | { readonly kind: 'refused'; readonly why: string };

/** Every mutation of the objects' files, in their order. */
export function fileMutations(planned: PlannedSql, texts: ReadonlyMap<string, string>): FileMutation[] {
  return [...queriesByFile(planned)].flatMap(([file, [first]]) => {
    const statement = queryOf(first!);
    if (statement === undefined) return [];
    const start = firstLineOf(texts.get(file) ?? '');
    return mutationsOf(statement).map((mutation, index) => ({
      ...mutation,
      file,
      line: start + mutation.at.line - 1,
      index,
    }));
  });
}

/** Runs the cases beside the file, those of the files that read from it, then traffic over all behind it, until one notices. */
export class MutationRunner {
  private readonly byFile: ReadonlyMap<string, readonly PlannedQuery[]>;
  private readonly cases = new Map<string, readonly SqlTestCase[]>();
  private readonly reach: Reach;
  private witness: Promise<Witness> | undefined;

  /** `root`: where the paths of the objects begin. */
  constructor(
    private readonly planned: PlannedSql,
    private readonly root: string,
  ) {
    this.byFile = queriesByFile(planned);
    this.reach = new Reach(planned);
  }

  async run(mutation: FileMutation): Promise<Outcome> {
    const replaced = this.compile(mutation);
    if (replaced instanceof Error) return { kind: 'refused', why: replaced.message };
    for (const file of this.testedBy(mutation.file)) {
      for (const test of this.casesOf(file)) {
        if (!(await this.holds(test, file, replaced)))
          return { kind: 'noticed', by: `${path.posix.basename(file, '.sql')}: ${test.name}` };
      }
    }
    this.witness ??= Witness.of(this.planned, this.reach);
    const noticed = await (await this.witness).notices(mutation.file, replaced);
    return noticed ? { kind: 'noticed', by: 'tests/sql, by the second calculation' } : { kind: 'survived' };
  }

  /** What runs in place of the file's queries; an Error where it is refused or makes other columns. */
  private compile({ file, index }: FileMutation): ReadonlyMap<PlannedQuery, CompiledQuery> | Error {
    const replaced = new Map<PlannedQuery, CompiledQuery>();
    for (const query of this.byFile.get(file)!) {
      const broken = formatStatement(mutate(queryOf(query)!, index));
      try {
        const compiled = this.planned.world.compile(broken, query.statement.properties, query.catalogBefore);
        if (schemaText(compiled) !== schemaText(query.query)) return new Error('makes other columns');
        replaced.set(query, compiled);
      } catch (error) {
        if (error instanceof KsqlError) return error;
        throw error;
      }
    }
    return replaced;
  }

  /** The file itself, then those behind it, nearest first. */
  private testedBy(file: string): string[] {
    const reads = (other: string): boolean =>
      this.planned.closureOf(other).some(({ object }) => object.file === file);
    const others = [...this.byFile.keys()].filter((other) => other !== file && reads(other));
    return [file, ...others];
  }

  private casesOf(file: string): readonly SqlTestCase[] {
    let cases = this.cases.get(file);
    if (cases === undefined) {
      const test = path.join(this.root, file.replace(/\.sql$/, '.test.yaml'));
      this.cases.set(file, (cases = existsSync(test) ? readSqlTests(test) : []));
    }
    return cases;
  }

  private async holds(
    test: SqlTestCase,
    file: string,
    replaced: ReadonlyMap<PlannedQuery, CompiledQuery>,
  ): Promise<boolean> {
    const topics = test.inputs.map(({ topic }) => topic);
    const reached = this.reach.from(topics, this.planned.closureOf(file));
    // What the case sends does not come by what is broken.
    if (test.inputs.length > 0 && !reached.some((query) => replaced.has(query))) return true;
    const queries = reached.map((query) => replaced.get(query) ?? query.query);
    try {
      const { expected, got, log } = await runSqlTest(test, await Pipeline.run(this.planned.world, queries));
      return log.length === 0 && isDeepStrictEqual(got, expected);
    } catch {
      // A query that dies of its rows is noticed as well.
      return false;
    }
  }
}

function queriesByFile({ queries }: PlannedSql): Map<string, PlannedQuery[]> {
  const byFile = new Map<string, PlannedQuery[]>();
  for (const query of queries) {
    const known = byFile.get(query.object.file);
    if (known) known.push(query);
    else byFile.set(query.object.file, [query]);
  }
  return byFile;
}

function queryOf({ statement }: PlannedQuery): Parameters<typeof mutate>[0] | undefined {
  const parsed = parseStatement(statement.text);
  return parsed && hasQuery(parsed.statement) ? parsed.statement : undefined;
}

function schemaText({ sink }: CompiledQuery): string {
  return sink === undefined ? '' : formatSchema(sink.schema);
}

/** 1-based line of the file on which its statement begins. */
function firstLineOf(text: string): number {
  return text.split('\n').findIndex((line) => /^(CREATE|INSERT)\b/i.test(line)) + 1;
}
