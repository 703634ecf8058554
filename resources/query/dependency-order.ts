interface Dependent {
  readonly name: string;
  readonly file: string;
  readonly dependsOn: readonly string[];
}

/**
 * Each object after those that it depends on; independent ones by file, so that the order never changes by chance.
 * @throws Error for two objects of one name, for a name that nothing makes and for a cycle (with its members).
 */
export function dependencyOrder<T extends Dependent>(objects: readonly T[]): T[] {
  const byName = indexByName(objects);
  const ordered: T[] = [];
  const done = new Set<string>();
  const visit = (object: T, path: readonly T[]): void => {
    if (done.has(object.name)) return;
    if (path.includes(object)) throw cycleError([...path.slice(path.indexOf(object)), object]);
    for (const name of object.dependsOn) {
      const needed = byName.get(name);
      if (!needed) throw new Error(`${object.file}: reads "${name}", which no file of ksql/ makes`);
      visit(needed, [...path, object]);
    }
    done.add(object.name);
    ordered.push(object);
  };
  [...objects].sort((a, b) => compareText(a.file, b.file)).forEach((object) => visit(object, []));
  return ordered;
}

function indexByName<T extends Dependent>(objects: readonly T[]): Map<string, T> {
  const byName = new Map<string, T>();
  for (const object of objects) {
    const other = byName.get(object.name);
    if (other) throw new Error(`${object.file}: makes "${object.name}", which ${other.file} makes already`);
    byName.set(object.name, object);
  }
  return byName;
}

function cycleError(cycle: readonly Dependent[]): Error {
  return new Error(`${cycle[0]!.file}: reads itself: ${cycle.map(({ name }) => name).join(' <- ')}`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
