import { optionalParts } from './parts';

it('takes connect for both clusters of it, and what it gave for what it is', () => {
  const left = optionalParts(['minio', 'connect']);
  expect(left).toEqual(['minio', 'connect', 'connect-curated']);
  expect(optionalParts(left)).toEqual(left);
  expect(optionalParts([])).toEqual([]);
});

it('names what it does not know, and the choice', () => {
  expect(() => optionalParts(['minio', 'kafka'])).toThrow(
    'unknown part "kafka", expected one of: registry, connect, minio, ksqldb',
  );
});
