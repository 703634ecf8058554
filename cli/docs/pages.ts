import { cataloguePage } from './catalogue-page';
import { committedPage, readDocumented } from './documented';
import { metricsPage } from './metrics-page';
import { topicsPage } from './topics-page';

export interface Page {
  /** Below the project. */
  readonly file: string;
  readonly text: string;
}

/** The generated pages as they ought to be. */
export async function generatedPages(root: string): Promise<Page[]> {
  const documented = await readDocumented(root);
  return [
    { file: 'docs/topics.md', text: topicsPage(documented) },
    { file: 'docs/metrics.md', text: metricsPage(documented) },
    { file: 'docs/catalogue.md', text: cataloguePage(documented) },
  ];
}

/** Those that differ from what is committed. */
export async function stalePages(root: string): Promise<Page[]> {
  return (await generatedPages(root)).filter(({ file, text }) => committedPage(root, file) !== text);
}
