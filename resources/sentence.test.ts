import { sentence } from './sentence';

describe('the sentence of a change', () => {
  test.each([
    [{ action: 'create', desired: 0 } as const, 'create topic "a"'],
    [
      {
        action: 'update',
        desired: 0,
        properties: [
          { path: 'config.retention.ms', before: '1', after: '2' },
          { path: 'x', after: true },
        ],
      } as const,
      'update topic "a": config.retention.ms 1 -> 2, x (not set) -> true',
    ],
    [
      {
        action: 'replace',
        desired: 0,
        properties: [{ path: 'p', before: 1 }],
        reason: 'its records are lost',
      } as const,
      'replace topic "a": p 1 -> (not set) (its records are lost)',
    ],
    [
      { action: 'refused', desired: 0, properties: [], reason: 'it cannot', remedy: 'do this' } as const,
      'refused topic "a": it cannot; do this',
    ],
  ])('%j', (change, expected) => expect(sentence('topic', 'a', change)).toBe(expected));

  it('shortens a long value', () => {
    const change = {
      action: 'update',
      desired: 0,
      properties: [{ path: 'schema', before: 'x'.repeat(500), after: 'y' }],
    } as const;
    expect(sentence('subject', 'a', change).length).toBeLessThan(150);
  });
});
