import { scalar, variant } from '../function-row';
import type { FunctionRow } from '../function-row';

/** What each kind of character becomes; null leaves it as it is. */
type Masks = readonly [
  upper: string | null,
  lower: string | null,
  digit: string | null,
  other: string | null,
];

const DEFAULTS: Masks = ['X', 'x', 'n', '-'];
const MASK_PARAMETERS =
  'VARCHAR upper-case mask, or NULL to use default; VARCHAR lower-case mask, or NULL to use default; ' +
  'VARCHAR digit mask, or NULL to use default; VARCHAR mask for other characters, or NULL to use default';

function maskText(text: string, masks: Masks): string {
  const [upper, lower, digit, other] = masks;
  let result = '';
  for (const char of text) {
    const mask = /\p{Lu}/u.test(char)
      ? upper
      : /\p{Ll}/u.test(char)
        ? lower
        : /\p{Nd}/u.test(char)
          ? digit
          : other;
    result += mask ?? char;
  }
  return result;
}

function checkCount(count: number): number {
  if (count < 0) throw new RangeError(`number of characters cannot be negative, found ${count}`);
  return count;
}

/** Splits into what is masked and what is kept, by the number of characters given. */
type Split = (text: string, count: number) => readonly [before: string, masked: string, after: string];

const SPLITS = {
  MASK_LEFT: (text, n) => ['', text.slice(0, n), text.slice(n)],
  MASK_RIGHT: (text, n) => [
    text.slice(0, Math.max(text.length - n, 0)),
    text.slice(Math.max(text.length - n, 0)),
    '',
  ],
  MASK_KEEP_LEFT: (text, n) => [text.slice(0, n), text.slice(n), ''],
  MASK_KEEP_RIGHT: (text, n) => [
    '',
    text.slice(0, Math.max(text.length - n, 0)),
    text.slice(Math.max(text.length - n, 0)),
  ],
} as const satisfies Record<string, Split>;

const DETAILS: Record<
  keyof typeof SPLITS,
  { readonly count: string; readonly description: string; readonly example: readonly [string, string] }
> = {
  MASK_LEFT: {
    count: 'number of characters to mask from the start',
    description: 'Masks the first characters.',
    example: ["MASK_LEFT('My Test $123', 4)", 'Xx-Xest $123'],
  },
  MASK_RIGHT: {
    count: 'number of characters to mask before the end',
    description: 'Masks the last characters.',
    example: ["MASK_RIGHT('My Test $123', 4)", 'My Test -nnn'],
  },
  MASK_KEEP_LEFT: {
    count: 'number of characters to keep unmasked at the start',
    description: 'Masks all but the first characters.',
    example: ["MASK_KEEP_LEFT('My Test $123', 4)", 'My Txxx--nnn'],
  },
  MASK_KEEP_RIGHT: {
    count: 'number of characters to keep unmasked at the end',
    description: 'Masks all but the last characters.',
    example: ["MASK_KEEP_RIGHT('My Test $123', 4)", 'Xx-Xxxx-$123'],
  },
};

function partial(name: keyof typeof SPLITS): FunctionRow {
  const { count, description, example } = DETAILS[name];
  const split = SPLITS[name];
  const run = (text: string | null, n: number | null, masks: Masks) => {
    if (text === null || n === null) return null;
    const [before, masked, after] = split(text, checkCount(n));
    return before + maskText(masked, masks) + after;
  };
  const head = `VARCHAR input STRING to be masked; INT ${count}`;
  return scalar(
    name,
    'STRING',
    { description, nulls: 'handled', examples: [example] },
    variant(
      `${head}; ${MASK_PARAMETERS} -> VARCHAR`,
      (text: string | null, n: number | null, ...masks: (string | null)[]) =>
        run(text, n, masks as unknown as Masks),
    ),
    variant(`${head} -> VARCHAR`, (text: string | null, n: number | null) => run(text, n, DEFAULTS)),
  );
}

export const MASK_FUNCTIONS: readonly FunctionRow[] = [
  scalar(
    'MASK',
    'STRING',
    {
      description:
        'Replaces capital letters, small letters, digits and other characters; NULL as a mask leaves that kind alone.',
      nulls: 'handled',
      examples: [
        ["MASK('My Test $123')", 'Xx-Xxxx--nnn'],
        ["MASK('My Test $123', '*', NULL, '1', NULL)", '*y *est $111'],
      ],
    },
    variant('VARCHAR input STRING to be masked -> VARCHAR', (text: string | null) =>
      text === null ? null : maskText(text, DEFAULTS),
    ),
    variant(
      `VARCHAR input STRING to be masked; ${MASK_PARAMETERS} -> VARCHAR`,
      (text: string | null, ...masks: (string | null)[]) =>
        text === null ? null : maskText(text, masks as unknown as Masks),
    ),
  ),
  partial('MASK_KEEP_LEFT'),
  partial('MASK_KEEP_RIGHT'),
  partial('MASK_LEFT'),
  partial('MASK_RIGHT'),
];
