import path from 'node:path';
import { copyProject, readRunbook, runDrill, runbookNames } from '../../lab';
import type { ProjectCopy } from '../../lab';
import { startDeclaredPlatform } from '../faults/declared-platform';
import type { DeclaredPlatform } from '../faults/declared-platform';

const ROOT = path.resolve(__dirname, '../..');
const LONGEST_DRILL_MS = 600_000;
/** The short ones with one broker, one after the other on one platform; `./naap drill NAME` does the others. */
const RUNBOOKS = runbookNames(ROOT)
  .map((name) => readRunbook(ROOT, name))
  .filter(({ drill }) => drill.ci && drill.brokers === 1);

describe('runbooks, carried out as they stand while events come in', () => {
  let platform: DeclaredPlatform;
  let project: ProjectCopy;

  beforeAll(async () => {
    project = copyProject(ROOT);
    platform = await startDeclaredPlatform({ slot: 8 });
  }, 180_000);
  afterAll(async () => {
    project?.remove();
    await platform?.stop();
  }, 60_000);

  test.each(RUNBOOKS.map((runbook) => [runbook.title, runbook] as const))(
    '%s: every command does what the page says, and nothing is lost',
    async (_title, runbook) => {
      const result = await runDrill(runbook, {
        settings: { ...platform.settings, root: project.folder },
        endpoints: platform.endpoints,
        folder: project.folder,
      });
      expect(result).toMatchObject({ lost: 0, refused: {} });
      expect(result.steps).toHaveLength(runbook.steps.length);
      expect(result.acknowledged).toBeGreaterThan(0);
    },
    LONGEST_DRILL_MS,
  );
});
