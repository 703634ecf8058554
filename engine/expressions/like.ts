/**
 * LIKE: `%` is any run of characters, `_` any one character; the escape character, where one is given, takes the next
 * one literally. Patterns that are constant are prepared once.
 */
export function likeMatcher(
  constantPattern: unknown,
  escape: string | undefined,
): (value: string, pattern: string) => boolean {
  if (typeof constantPattern === 'string') {
    const regex = likeToRegExp(constantPattern, escape);
    return (value) => regex.test(value);
  }
  const prepared = new Map<string, RegExp>();
  return (value, pattern) => {
    let regex = prepared.get(pattern);
    if (regex === undefined) {
      if (prepared.size > 1000) prepared.clear();
      prepared.set(pattern, (regex = likeToRegExp(pattern, escape)));
    }
    return regex.test(value);
  };
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/;

function likeToRegExp(pattern: string, escape: string | undefined): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    let char = pattern[i]!;
    if (char === escape && i + 1 < pattern.length) char = pattern[++i]!;
    else if (char === '%') {
      source += '.*';
      continue;
    } else if (char === '_') {
      source += '.';
      continue;
    }
    source += SPECIAL.test(char) ? `\\${char}` : char;
  }
  return new RegExp(`^${source}$`, 's');
}
