import { missingLine, parseRunbook } from './runbook';

const PAGE = `---
brokers: 3
rate: 200
ci: false
---
# A part is lost

## Symptom

\`\`\`console
$ ./naap lab kill connect
connect: killed
\`\`\`

\`\`\`sh
not run
\`\`\`

## Do

\`\`\`console
$ for part in a b; do
> echo $part
> done
a
b
$ false
[1]
\`\`\`
`;

describe('a page', () => {
  const runbook = parseRunbook('lost', 'lost.md', PAGE);

  it('says on what it is tried', () =>
    expect(runbook).toMatchObject({
      title: 'A part is lost',
      drill: { brokers: 3, rate: 200, ci: false },
      sections: ['Symptom', 'Do'],
    }));

  it('gives its commands with what they say and end with', () =>
    expect(runbook.steps).toEqual([
      {
        command: './naap lab kill connect',
        expected: ['connect: killed'],
        exitCode: 0,
        section: 'Symptom',
        line: 11,
      },
      {
        command: 'for part in a b; do\necho $part\ndone',
        expected: ['a', 'b'],
        exitCode: 0,
        section: 'Do',
        line: 22,
      },
      { command: 'false', expected: [], exitCode: 1, section: 'Do', line: 27 },
    ]));

  it.each([
    ['no settings', '# Title\n', 'expected settings of the drill'],
    ['another number of brokers', PAGE.replace('brokers: 3', 'brokers: 2'), 'brokers'],
    ['an unknown setting', PAGE.replace('ci: false', 'ci: false\nfoo: 1'), 'foo'],
    [
      'output before any command',
      PAGE.replace('$ ./naap lab kill connect\n', ''),
      'lost.md:11: output without a command',
    ],
  ])('is refused with %s', (_name, text, message) => {
    expect(() => parseRunbook('lost', 'lost.md', text)).toThrow(message);
  });
});

describe('what a command says', () => {
  const output = '│ kafka-2  │ stopped │  21192 │\n209 partitions:   3 not writable, 0 without leader.\ndone';

  it.each([
    ['in order, with gaps', ['…kafka-2…stopped…', 'done'], undefined],
    ['with other spaces', ['209 partitions: … not writable, 0 without leader.'], undefined],
    ['anything', ['…', '…'], undefined],
    ['what is not there', ['…kafka-3…'], '…kafka-3…'],
    ['in another order', ['done', '…kafka-2…'], '…kafka-2…'],
    ['a full stop that is no wildcard', ['don.'], 'don.'],
  ])('is compared: %s', (_name, expected, missing) => {
    expect(missingLine(expected, output)).toBe(missing);
  });
});
