import { createCipheriv, createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { decryptFromAdmin, encryptForAdmin } from './encryption';
import { signedHeaders } from './signature';

describe('a signed request', () => {
  const key = {
    accessKey: 'AKIDEXAMPLE',
    secretKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
  };
  const request = {
    method: 'GET',
    url: new URL('http://127.0.0.1:9000/a?b=2&a=1'),
    body: Buffer.alloc(0),
    date: new Date('2013-05-24T00:00:00Z'),
  };

  it('names its date, the hash of its body and its scope', () => {
    const headers = signedHeaders(request, key);
    expect(headers['x-amz-date']).toBe('20130524T000000Z');
    expect(headers['x-amz-content-sha256']).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(headers.authorization).toContain('Credential=AKIDEXAMPLE/20130524/us-east-1/s3/aws4_request');
  });

  it('signs the same whatever the order of its parameters, and differently for another value', () => {
    const signature = (url: string): string =>
      signedHeaders({ ...request, url: new URL(url) }, key).authorization!;
    expect(signature('http://127.0.0.1:9000/a?a=1&b=2')).toBe(signature('http://127.0.0.1:9000/a?b=2&a=1'));
    expect(signature('http://127.0.0.1:9000/a?a=1&b=3')).not.toBe(
      signature('http://127.0.0.1:9000/a?a=1&b=2'),
    );
  });
});

describe('a secret for the admin API', () => {
  test.each([0, 1, 16_384, 16_385, 50_000])(
    'of %i bytes is read again by who knows the key, fragment by fragment',
    (length) => {
      const plain = Buffer.alloc(length, 'x');
      expect(decrypt('admin-secret', encryptForAdmin('admin-secret', plain))).toEqual(plain);
    },
  );

  it.each([0, 16_384, 50_000])('of %i bytes is read back by this side', async (length) => {
    const plain = Buffer.alloc(length, 'x');
    expect(await decryptFromAdmin('k', encryptForAdmin('k', plain))).toEqual(plain);
  });

  it('is not read by another, not when it was cut off, and not in a form that nobody knows', async () => {
    const sealed = encryptForAdmin('k', Buffer.alloc(40_000, 'x'));
    await expect(decryptFromAdmin('other', sealed)).rejects.toThrow();
    await expect(decryptFromAdmin('k', sealed.subarray(0, -7_000))).rejects.toThrow();
    sealed[32] = 9;
    await expect(decryptFromAdmin('k', sealed)).rejects.toThrow('in a form (9) that is not known here');
  });

  it('is never the same twice', () => {
    const plain = Buffer.from('same');
    expect(encryptForAdmin('k', plain)).not.toEqual(encryptForAdmin('k', plain));
  });
});

/** Written from the form's description, not from the code: salt 32, id 1, nonce 8, fragments of 16,384 and a tag of 16. */
function decrypt(secret: string, all: Buffer): Buffer {
  expect(all[32]).toBe(2);
  const key = pbkdf2Sync(secret, all.subarray(0, 32), 8192, 32, 'sha256');
  const nonce = (number: number): Buffer =>
    Buffer.concat([all.subarray(33, 41), Buffer.from(new Uint32Array([number]).buffer)]);
  const binding = tagOverNothing(key, nonce(0));
  const parts: Buffer[] = [];
  let rest = all.subarray(41);
  for (let number = 1; rest.length > 0; number++) {
    const fragment = rest.subarray(0, 16_384 + 16);
    rest = rest.subarray(fragment.length);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce(number));
    cipher.setAAD(Buffer.concat([Buffer.from([rest.length === 0 ? 0x80 : 0]), binding]));
    cipher.setAuthTag(fragment.subarray(-16));
    parts.push(cipher.update(fragment.subarray(0, -16)), cipher.final());
  }
  return Buffer.concat(parts);
}

/** The tag over nothing, which binds all fragments to the key. */
function tagOverNothing(key: Buffer, nonce: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.final();
  return cipher.getAuthTag();
}
