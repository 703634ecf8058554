import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../paths';
import { INSTALL_PARTS } from './parts';

const POMS = path.join(projectRoot(), 'lab', 'poms');
const mavenParts = INSTALL_PARTS.flatMap((part) =>
  part.how.kind === 'maven' ? [{ ...part, pom: part.how.pom }] : [],
);
const PINNED = /^\d+(\.\d+)+(\.Final)?$/;

function pomOf(pom: string): string {
  return readFileSync(path.join(POMS, pom, 'pom.xml'), 'utf8');
}

describe('installed parts', () => {
  it.each(mavenParts)('$name: every dependency and plugin has an exact version', ({ pom }) => {
    const text = pomOf(pom);
    const artifacts = [...text.matchAll(/<(dependency|plugin)>([\s\S]*?)<\/\1>/g)].map((match) => match[2]!);
    expect(artifacts.length).toBeGreaterThan(1);
    for (const artifact of artifacts) expect(/<version>(.*?)<\/version>/.exec(artifact)?.[1]).toMatch(PINNED);
  });

  it.each(mavenParts)('$name: the version it is known by is the one in its pom', ({ pom, version }) => {
    expect(pomOf(pom)).toContain(`<version>${version}</version>`);
  });

  it.each(mavenParts)('$name: goals use plugins whose version is pinned', ({ pom, how }) => {
    const goals = how.kind === 'maven' ? how.goals.filter((goal) => !goal.startsWith('-')) : [];
    const plugins = goals.map((goal) => `maven-${goal.split(':')[0]}-plugin`);
    expect(plugins.length).toBeGreaterThan(0);
    for (const plugin of plugins) expect(pomOf(pom)).toContain(`<artifactId>${plugin}</artifactId>`);
  });

  it('pins Go modules to one commit', () => {
    const versions = INSTALL_PARTS.filter((part) => part.how.kind === 'go').map((part) => part.version);
    for (const version of versions) expect(version).toMatch(/^v\d+\.\d+\.\d+(-\d{14}-[0-9a-f]{12})?$/);
  });

  it('gives each part a variable of its own', () => {
    expect(new Set(INSTALL_PARTS.map((part) => part.variable)).size).toBe(INSTALL_PARTS.length);
  });
});
