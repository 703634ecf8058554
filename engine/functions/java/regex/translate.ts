import { readRegex } from './reader';
import type { RegexNode, RegexTree } from './syntax';

/** Regular expressions of java.util.regex, run by JavaScript's. */
export interface JavaRegex {
  /** All matches from the start on, each with the groups by Java's numbers: 0 is the whole match. */
  matches(text: string): Iterable<JavaMatch>;
}

export interface JavaMatch {
  readonly index: number;
  readonly groups: readonly (string | undefined)[];
  readonly named: Readonly<Record<string, string | undefined>>;
}

const cache = new Map<string, JavaRegex>();

/** Throws RangeError where the pattern is none, or uses what JavaScript cannot do. */
export function javaRegex(pattern: string): JavaRegex {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    if (cache.size > 1000) cache.clear();
    cache.set(pattern, (regex = translate(pattern)));
  }
  return regex;
}

function translate(pattern: string): JavaRegex {
  const writer = new RegexWriter(readRegex(pattern));
  const regex = writer.compile(pattern);
  return {
    *matches(text) {
      for (const match of text.matchAll(regex))
        yield {
          index: match.index,
          groups: writer.places.map((place) => match[place]),
          named: match.groups ?? {},
        };
    },
  };
}

/** Writes JavaScript. Atomic groups become a look-ahead that captures, and a reference to it: numbers of groups shift. */
class RegexWriter {
  /** JavaScript's number of each of Java's groups. */
  readonly places: number[] = [0];
  private count = 0;

  constructor(private readonly tree: RegexTree) {}

  compile(pattern: string): RegExp {
    this.number(this.tree.root);
    this.count = 0;
    const source = this.write(this.tree.root);
    try {
      return new RegExp(source, `gv${this.tree.flags}`);
    } catch (error) {
      const { message } = error as Error;
      throw new RangeError(`Invalid regular expression pattern: ${pattern}: ${message}`, { cause: error });
    }
  }

  /** In the order in which {@link write} opens groups. */
  private number(node: RegexNode): void {
    if (node.kind === 'capture') this.places[node.index] = ++this.count;
    if (node.kind === 'atomic') this.count++;
    if (node.kind === 'sequence') node.nodes.forEach((inner) => this.number(inner));
    else if ('body' in node) this.number(node.body);
  }

  private write(node: RegexNode): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'sequence':
        return node.nodes.map((inner) => this.write(inner)).join('');
      case 'group':
        return `${node.open}${this.write(node.body)})`;
      case 'capture':
        this.count++;
        return `(${node.name === undefined ? '' : `?<${node.name}>`}${this.write(node.body)})`;
      case 'atomic': {
        const own = ++this.count;
        return `(?:(?=(${this.write(node.body)}))\\${own}(?:))`;
      }
      case 'reference':
        return typeof node.group === 'string'
          ? `\\k<${node.group}>`
          : `\\${this.places[node.group] ?? node.group}(?:)`;
    }
  }
}

/** Java's replacement text: `$1` and `${name}` are groups, a backslash takes the next character as it is. */
export function javaReplacement(template: string): (match: JavaMatch) => string {
  return ({ groups, named }) =>
    template.replace(
      /\\(.)|\$(\d+)|\$\{(\w+)\}|[\\$]/gs,
      (all, literal?: string, digits?: string, name?: string) => {
        if (literal !== undefined) return literal;
        if (digits !== undefined) return numberedGroup(digits, groups);
        if (name === undefined) throw new RangeError(`Illegal group reference: ${all}`);
        if (!(name in named)) throw new RangeError(`No group with name {${name}}`);
        return named[name] ?? '';
      },
    );
}

/** As many digits as make the number of a group; the rest is text. */
function numberedGroup(digits: string, groups: JavaMatch['groups']): string {
  let used = 1;
  while (used < digits.length && Number(digits.slice(0, used + 1)) < groups.length) used++;
  const group = Number(digits.slice(0, used));
  if (group >= groups.length) throw new RangeError(`No group ${group}`);
  return (groups[group] ?? '') + digits.slice(used);
}
