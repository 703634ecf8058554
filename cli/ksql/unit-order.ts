import type { Diagnostic } from '../../engine/index';
import { statementFacts } from '../../resources/query/statement-facts';
import type { StatementFacts } from '../../resources/query/statement-facts';
import type { SqlUnit } from './sql-unit';
import { fileError } from './sql-unit';

export interface OrderedUnits {
  readonly units: readonly SqlUnit[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Each unit after those that make what it reads, independent ones by path. A name that nothing makes is left to the
 * check of types; a cycle and a name that two units make are reported, and the order then follows the paths.
 */
export function orderUnits(units: readonly SqlUnit[]): OrderedUnits {
  const makers = new Map<string, SqlUnit>();
  const writers = new Map<string, SqlUnit>();
  const diagnostics: Diagnostic[] = [];
  for (const unit of units) {
    for (const { makes, writesTopic } of factsOf(unit)) {
      const other = makes === undefined ? undefined : makers.get(makes);
      if (other && other !== unit) diagnostics.push(madeTwice(unit, other, makes!));
      if (makes !== undefined) makers.set(makes, other ?? unit);
      if (writesTopic !== undefined) writers.set(writesTopic, unit);
    }
  }
  return visitAll(units, (unit) => neededUnits(unit, makers, writers), diagnostics);
}

export function factsOf({ statements }: SqlUnit): readonly StatementFacts[] {
  return statements.map(({ statement }) => statementFacts(statement)).filter((facts) => facts !== undefined);
}

function madeTwice(unit: SqlUnit, other: SqlUnit, name: string): Diagnostic {
  const message = `"${name}" is made here and in ${other.file.path}`;
  return fileError('KE2202', unit.file, message, 'Give each object a name of its own.');
}

function neededUnits(unit: SqlUnit, makers: ReadonlyMap<string, SqlUnit>, writers: ReadonlyMap<string, SqlUnit>): SqlUnit[] {
  const needed = factsOf(unit).flatMap(({ needs, readsTopic }) => [
    ...needs.map((name) => makers.get(name)),
    ...(readsTopic === undefined ? [] : [writers.get(readsTopic)]),
  ]);
  return [...new Set(needed.filter((one) => one !== undefined && one !== unit))] as SqlUnit[];
}

function visitAll(units: readonly SqlUnit[], needs: (unit: SqlUnit) => readonly SqlUnit[], diagnostics: Diagnostic[]): OrderedUnits {
  const ordered = new Set<SqlUnit>();
  const open: SqlUnit[] = [];
  const visit = (unit: SqlUnit): void => {
    if (ordered.has(unit)) return;
    if (open.includes(unit)) return void diagnostics.push(cycle([...open.slice(open.indexOf(unit)), unit]));
    open.push(unit);
    needs(unit).forEach(visit);
    open.pop();
    ordered.add(unit);
  };
  units.forEach(visit);
  return { units: [...ordered], diagnostics };
}

function cycle(units: readonly SqlUnit[]): Diagnostic {
  const message = `reads itself: ${units.map(({ file }) => file.path).join(' <- ')}`;
  return fileError('KE2201', units[0]!.file, message, 'Read what comes before the cycle instead.');
}
