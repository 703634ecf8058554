import { projectRoot } from '../../lab/paths';
import { readDocumented } from './documented';
import { stalePages } from './pages';

jest.setTimeout(60_000);

it('the committed pages are what ./naap docs writes', async () => {
  expect((await stalePages(projectRoot())).map(({ file }) => file)).toEqual([]);
});

it('every topic that was asked for stands for topics that exist', async () => {
  const { asked, topics } = await readDocumented(projectRoot());
  const known = new Set(topics.map(({ name }) => name));
  expect(asked.flatMap(({ ours }) => ours.filter((name) => !known.has(name)))).toEqual([]);
});
