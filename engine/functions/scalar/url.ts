import { scalar, variant } from '../function-row';
import type { FunctionRow } from '../function-row';

const CATEGORY = 'URL';
/** The parts of a URI. Source: RFC 3986, appendix B. */
const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** What java.net.URI refuses. */
const ILLEGAL = /[\s<>"{}|\\^`]|%(?![0-9a-fA-F]{2})|^[A-Za-z][A-Za-z0-9+.-]*:$/;

interface UriParts {
  readonly protocol: string | null;
  readonly authority: string;
  /** null where the URI has none, such as `mailto:a@b`. */
  readonly path: string | null;
  readonly query: string | null;
  readonly fragment: string | null;
}

function parts(text: string): UriParts {
  const match = ILLEGAL.test(text) ? null : URI.exec(text);
  if (match === null) throw new RangeError(`URL input has invalid syntax: ${text}`);
  const [, protocol, authority, path = '', query, fragment] = match;
  const opaque = protocol !== undefined && authority === undefined && !path.startsWith('/');
  return {
    protocol: protocol ?? null,
    authority: authority ?? '',
    path: opaque ? null : path,
    query: (opaque ? undefined : query) ?? null,
    fragment: fragment ?? null,
  };
}

/** Undoes %XX; bytes that are no UTF-8 become U+FFFD, as in Java. */
function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
function decoded(text: string | null): string | null {
  return text === null ? null : percentDecoded(text);
}

/** A host as java.net.URI has it: a name whose last label starts with a letter, or an address; all else is no host. */
const NAME = '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.?';
const SERVER = new RegExp(`^(?:[^@]*@)?(\\[[^\\]]*\\]|\\d{1,3}(?:\\.\\d{1,3}){3}|${NAME})(?::(\\d*))?$`);

function host(text: string): string | null {
  return SERVER.exec(parts(text).authority)?.[1] ?? null;
}
function port(text: string): number | null {
  const digits = SERVER.exec(parts(text).authority)?.[2];
  return digits ? Number(digits) : null;
}
function parameter(text: string, name: string): string | null {
  const query = decoded(parts(text).query);
  for (const pair of query?.split('&') ?? []) {
    const at = pair.indexOf('=');
    if ((at < 0 ? pair : pair.slice(0, at)) === name) return at < 0 ? '' : pair.slice(at + 1);
  }
  return null;
}

/** Form encoding: blanks become `+`; letters, digits and `-_.*` stay. */
function encodeParam(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}
function decodeParam(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text))
    throw new RangeError(`Illegal hex characters in escape (%) pattern: ${text}`);
  return percentDecoded(text.replace(/\+/g, ' '));
}

function part(
  name: string,
  description: string,
  returns: string,
  read: (text: string) => unknown,
  example: readonly [string, string],
): FunctionRow {
  return scalar(
    name,
    CATEGORY,
    { description, examples: [example] },
    variant(`VARCHAR input -> ${returns}`, read),
  );
}

const URL = "'http://user@example.org:8080/a/b?x=1&y=2#end'";

export const URL_FUNCTIONS: readonly FunctionRow[] = [
  part('URL_DECODE_PARAM', 'Undoes the encoding of a URL parameter.', 'VARCHAR', decodeParam, [
    "URL_DECODE_PARAM('%3Ffoo+%24bar')",
    '?foo $bar',
  ]),
  part('URL_ENCODE_PARAM', 'Encodes a text as a URL parameter.', 'VARCHAR', encodeParam, [
    "URL_ENCODE_PARAM('?foo $bar')",
    '%3Ffoo+%24bar',
  ]),
  part('URL_EXTRACT_FRAGMENT', 'The part of a URL after #.', 'VARCHAR', (t) => decoded(parts(t).fragment), [
    `URL_EXTRACT_FRAGMENT(${URL})`,
    'end',
  ]),
  part('URL_EXTRACT_HOST', 'The host of a URL.', 'VARCHAR', host, [
    `URL_EXTRACT_HOST(${URL})`,
    'example.org',
  ]),
  scalar(
    'URL_EXTRACT_PARAMETER',
    CATEGORY,
    {
      description: 'A parameter of a URL by name; NULL when there is none.',
      examples: [[`URL_EXTRACT_PARAMETER(${URL}, 'y')`, '2']],
    },
    variant('VARCHAR input; VARCHAR paramToFind -> VARCHAR', parameter),
  ),
  part('URL_EXTRACT_PATH', 'The path of a URL.', 'VARCHAR', (t) => decoded(parts(t).path), [
    `URL_EXTRACT_PATH(${URL})`,
    '/a/b',
  ]),
  part('URL_EXTRACT_PORT', 'The port of a URL; NULL when it names none.', 'INT', port, [
    `URL_EXTRACT_PORT(${URL})`,
    '8080',
  ]),
  part('URL_EXTRACT_PROTOCOL', 'The protocol of a URL.', 'VARCHAR', (t) => parts(t).protocol, [
    `URL_EXTRACT_PROTOCOL(${URL})`,
    'http',
  ]),
  part('URL_EXTRACT_QUERY', 'The part of a URL after ?.', 'VARCHAR', (t) => decoded(parts(t).query), [
    `URL_EXTRACT_QUERY(${URL})`,
    'x=1&y=2',
  ]),
];
