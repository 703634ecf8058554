import type { PlanAction } from '../plan/entry';
import type { Adoption } from './adopt';
import type { ImportList, NotImported } from './import-list';
import type { NotAdopted } from './proposal';

/** What an adoption did, or would do. */
export interface AdoptionReport {
  readonly dryRun: boolean;
  readonly adopted: readonly {
    readonly kind: string;
    readonly name: string;
    /** Where it is declared now. */
    readonly where: string;
    /** What a plan says of it. */
    readonly plan: PlanAction;
    readonly reason: string;
    readonly notes: readonly string[];
  }[];
  readonly left: readonly NotAdopted[];
  readonly notChecked: readonly string[];
  readonly imports: ImportList;
  readonly notImported: readonly NotImported[];
}

interface Imports {
  readonly list: ImportList;
  readonly notImported: readonly NotImported[];
}

export function adoptionReport(
  { proposals, entries, left, notChecked }: Adoption,
  { list, notImported }: Imports,
  { stack, dryRun = false }: { readonly stack: string; readonly dryRun?: boolean },
): AdoptionReport {
  const adopted = proposals.flatMap(({ objects, files, notes }) =>
    objects.map(({ kind, name }, index) => {
      const entry = entries.find((one) => one.kind === kind && one.name === name);
      return {
        kind,
        name,
        where: files[0]?.path ?? `Pulumi.${stack}.yaml`,
        plan: entry?.action ?? 'unchanged',
        reason: entry?.reason ?? '',
        notes: index === 0 ? notes : [],
      };
    }),
  );
  return { dryRun, adopted, left, notChecked, imports: list, notImported };
}

/** For people. */
export function adoptionText(report: AdoptionReport): string {
  const { dryRun, adopted, left, notChecked, imports, notImported } = report;
  if (adopted.length + left.length + notChecked.length === 0)
    return 'Nothing is there that this stack owns and nobody declares.';
  const verb = dryRun ? 'would be declared' : 'is declared';
  return [
    ...adopted.flatMap(({ kind, name, where, plan, reason, notes }) => [
      `${kind} ${name}: ${verb} in ${where}; plan: ${plan}${reason ? ` (${reason})` : ''}`,
      ...notes.map((note) => `  ${note}`),
    ]),
    ...left.flatMap(({ kind, name, reason, remedy }) => [
      `${kind} ${name}: left as it is: ${reason}`,
      `  ${remedy}`,
    ]),
    ...notChecked.map((reason) => `not checked: ${reason}`),
    `${imports.resources.length} to import with pulumi import --file (--imports FILE writes the list)`,
    ...notImported.map(({ type, name, reason }) => `not imported: ${type} ${name}: ${reason}`),
  ].join('\n');
}
