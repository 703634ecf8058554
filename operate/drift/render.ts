import Table from 'cli-table3';
import { DRIFT_CLASSES } from './finding';
import type { DriftClass, DriftReport, Finding } from './finding';

/** The report as a table for a terminal. */
export function driftText(report: DriftReport): string {
  const lines: string[] = [];
  if (report.findings.length > 0) {
    const table = new Table({
      head: ['class', 'what', 'how it differs'],
      style: { head: [], border: [] },
      wordWrap: true,
      colWidths: [24, 50, 70],
    });
    for (const finding of ordered(report.findings))
      table.push([finding.class, `${finding.kind} ${finding.name}`, finding.text]);
    lines.push(table.toString());
  }
  for (const { kind, name, reason } of report.notChecked)
    lines.push(`not checked: ${kind} ${name}: ${reason}`);
  for (const { kind, reason } of report.failures) lines.push(`failed: ${kind}: ${reason}`);
  return [...lines, summary(report)].join('\n');
}

/** The report for an issue or a pull request. */
export function driftMarkdown(report: DriftReport): string {
  const lines = [`## Drift of \`${report.stack}\``, '', summary(report), ''];
  for (const [name, findings] of byClass(report.findings)) {
    lines.push(`### ${name}`, '', `${DRIFT_CLASSES[name]}.`, '', '| what | how it differs |', '|---|---|');
    lines.push(
      ...findings.map(({ kind, name: object, text }) => `| ${kind} \`${cell(object)}\` | ${cell(text)} |`),
      '',
    );
  }
  if (report.notChecked.length > 0)
    lines.push(
      '### Not checked',
      '',
      ...report.notChecked.map(({ kind, name, reason }) => `- ${kind} ${name}: ${cell(reason)}`),
      '',
    );
  if (report.failures.length > 0)
    lines.push(
      '### Failed',
      '',
      ...report.failures.map(({ kind, reason }) => `- ${kind}: ${cell(reason)}`),
      '',
    );
  return lines.join('\n');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
}

function summary({ stack, compared, findings, notChecked, failures, durationMs }: DriftReport): string {
  const seconds = (durationMs / 1000).toFixed(1);
  const parts = [
    findings.length === 0
      ? 'no drift'
      : `${findings.length} ${findings.length === 1 ? 'difference' : 'differences'}`,
    ...(notChecked.length > 0 ? [`${notChecked.length} not checked`] : []),
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
  ];
  return `${stack}: ${compared} resources compared in ${seconds} s: ${parts.join(', ')}`;
}

function ordered(findings: readonly Finding[]): Finding[] {
  return [...byClass(findings).values()].flat();
}

function byClass(findings: readonly Finding[]): Map<DriftClass, Finding[]> {
  const names = Object.keys(DRIFT_CLASSES) as DriftClass[];
  const groups = names.map((name) => [name, findings.filter((finding) => finding.class === name)] as const);
  return new Map(groups.filter(([, group]) => group.length > 0));
}
