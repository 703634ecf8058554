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
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  CERT_HAS_EXPIRED: 'tls',
  ETIMEDOUT: 'timeout',
};

/** Sorts what Node's sockets report into the kinds above. */
export function asScrapeError(error: unknown): ScrapeError {
  if (error instanceof ScrapeError) return error;
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const kind = CONNECTION_CODES[code] ?? (/^ERR_(TLS|SSL)/.test(code) ? 'tls' : 'connection');
  return new ScrapeError(kind, message);
}
