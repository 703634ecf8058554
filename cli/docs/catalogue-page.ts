import type { Documented, DocumentedColumn, DocumentedObject } from './documented';
import { code, page, table } from './markdown';

const LAYERS = ['bronze', 'silver', 'gold', 'alerts'] as const;

/** `docs/catalogue.md`: every ksqlDB object with its columns, lineage and examples; a file in several windows once. */
export function cataloguePage({ objects }: Documented): string {
  const sections = LAYERS.flatMap((layer) => {
    const files = [
      ...new Set(objects.filter(({ object }) => object.layer === layer).map(({ object }) => object.file)),
    ];
    return files.length === 0
      ? []
      : [`## ${layer}`, ...files.map((file) => fileSection(objects.filter((it) => it.object.file === file)))];
  });
  return page(
    '# Catalogue of ksqlDB objects',
    'One section a file of `ksql/`. Types are those of production. The picture of it all: `./naap ksql graph --format svg --out lineage.svg`.',
    ...sections,
  );
}

function fileSection(objects: readonly DocumentedObject[]): string {
  const [first] = objects;
  const { header, file } = first!.object;
  const facts = [
    `${kindText(first!)} ${objects.map(({ object }) => code(object.name)).join(', ')}`,
    header.entries.grain ? `one row: ${header.entries.grain}` : '',
    header.entries.owner ? `owner: ${header.entries.owner}` : '',
    first!.topic
      ? `topic ${code(first!.topic)}, key ${first!.keyFormat ?? ''}, value ${first!.valueFormat ?? ''}`
      : '',
    listText('reads', first!.reads),
    listText('read by', first!.readBy),
  ];
  const examples = header.examples.length === 0 ? '' : `\`\`\`sql\n${header.examples.join('\n')}\n\`\`\``;
  return [
    `### ${file.replace(/^ksql\//, '').replace(/\.sql$/, '')}`,
    header.description ?? '',
    facts
      .filter((fact) => fact !== '')
      .map((fact) => `- ${fact}`)
      .join('\n'),
    examples,
    columnTable(first!.columns),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function kindText({ kind }: DocumentedObject): string {
  return kind === 'INSERT' ? 'INSERT INTO:' : kind.toLowerCase();
}

function listText(label: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${label} ${names.map(code).join(', ')}`;
}

function columnTable(columns: readonly DocumentedColumn[]): string {
  if (columns.length === 0) return '';
  const withDocs = columns.some(({ doc }) => doc !== undefined);
  const rows = columns.map(({ name, type, isKey, doc }) => [
    `${code(name)}${isKey ? ' (key)' : ''}`,
    code(type),
    ...(withDocs ? [doc ?? ''] : []),
  ]);
  return table(['column', 'type', ...(withDocs ? ['means'] : [])], rows);
}
