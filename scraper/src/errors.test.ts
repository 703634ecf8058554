import { asScrapeError } from './errors';

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe('errors of a poll', () => {
  test.each([
    ['CERT_HAS_EXPIRED', 'tls'], ['CERT_NOT_YET_VALID', 'tls'], ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'], ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'], ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'], ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'], ['EPROTO', 'tls'],
    ['ECONNREFUSED', 'refused'], ['ENOTFOUND', 'dns'], ['EAI_AGAIN', 'dns'], ['ETIMEDOUT', 'timeout'],
    ['HPE_INVALID_CONSTANT', 'parse'], ['HPE_HEADER_OVERFLOW', 'too_large'],
    ['ECONNRESET', 'connection'], ['EHOSTUNREACH', 'connection'], ['SOMETHING_NEW', 'connection'],
  ])('%s is %s', (code, kind) => expect(asScrapeError(coded(code)).kind).toBe(kind)); // prettier-ignore

  test('of several addresses is the last one’s; a wrapped one is what is inside', () => {
    expect(asScrapeError(new AggregateError([coded('ETIMEDOUT'), coded('ECONNREFUSED')])).kind).toBe(
      'refused',
    );
    expect(asScrapeError(new Error('outer', { cause: coded('CERT_HAS_EXPIRED') })).kind).toBe('tls');
    expect(asScrapeError('text')).toMatchObject({ kind: 'connection', message: 'text' });
  });
});
