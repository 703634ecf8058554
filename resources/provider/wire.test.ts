import { unwrapSecrets } from './wire';

const secret = (value: unknown) => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});

describe('secret marks in serialised inputs', () => {
  it('are taken out, wherever they stand, and the input that held one is named', () => {
    const { value, secrets } = unwrapSecrets({
      a: secret('x'),
      b: { c: [secret({ d: 1 })] },
      e: ['plain', null, 2],
    });
    expect(value).toEqual({ a: 'x', b: { c: [{ d: 1 }] }, e: ['plain', null, 2] });
    expect(secrets).toEqual(['a', 'b']);
  });
});
