/** Why a poll gave no payload: the `error_kind` of its event. */
export type FailureKind =
  | 'timeout' | 'refused' | 'dns' | 'tls' | 'forbidden_address' | 'redirect' | 'http_4xx' | 'http_5xx'
  | 'too_large' | 'parse' | 'connection'; // prettier-ignore

export class ScrapeError extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    /** HTTP status where an answer came. */
    readonly status?: number,
  ) {
    super(message);
    this.name = 'ScrapeError';
  }
}

const CONNECTION_CODES: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ENODATA: 'dns',
  EPROTO: 'tls',
  ETIMEDOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'too_large',
};
/** OpenSSL's names of what is wrong with a certificate, Node's own of TLS, and what is no HTTP. */
const PATTERNS: readonly (readonly [RegExp, FailureKind])[] = [
  [/^ERR_(TLS|SSL)/, 'tls'],
  [/CERT|_ISSUER|_LEAF_|_CRL|HOSTNAME_MISMATCH/, 'tls'],
  [/^HPE_/, 'parse'],
];

/** Sorts what Node's sockets report into the kinds above. */
export function asScrapeError(error: unknown): ScrapeError {
  if (error instanceof ScrapeError) return error;
  // Several addresses were tried: the last one is as good as any.
  if (error instanceof AggregateError && error.errors.length > 0) return asScrapeError(error.errors.at(-1));
  const { code = '', message = String(error), cause } = error as NodeJS.ErrnoException;
  if (code === '' && cause instanceof Error) return asScrapeError(cause);
  const kind = CONNECTION_CODES[code] ?? PATTERNS.find(([pattern]) => pattern.test(code))?.[1];
  return new ScrapeError(kind ?? 'connection', message);
}
