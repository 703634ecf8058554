import fc from 'fast-check';
import { withoutLocations } from '../ast/without-locations';
import { parseExpression, parseStatements, parseType } from '../parser';
import { createSource } from '../source/source';
import { formatExpression, formatStatement, formatType } from './index';
import { anyExpression, anyStatement, anyType } from './test-support';

/** Other seeds with FUZZ_SEED, as in the parser's tests. */
const runs = { numRuns: 400, seed: Number(process.env.FUZZ_SEED ?? 1) };

describe('what is printed parses back to the same tree', () => {
  it('expressions', () => {
    fc.assert(
      fc.property(anyExpression, (tree) => {
        expect(withoutLocations(parseExpression(formatExpression(tree)))).toEqual(withoutLocations(tree));
      }),
      runs,
    );
  });

  it('types', () => {
    fc.assert(
      fc.property(anyType, (type) => {
        const back = parseType(formatType(type, { quoteFields: 'always' }));
        expect(withoutLocations(back)).toEqual({ kind: 'BuiltIn', type });
      }),
      runs,
    );
  });

  it('statements, and printing that gives the same text', () => {
    fc.assert(
      fc.property(anyStatement, (tree) => {
        const text = formatStatement(tree);
        const [again] = parseStatements(createSource(text));
        expect(withoutLocations(again!.statement)).toEqual(withoutLocations(tree));
        expect(formatStatement(again!.statement)).toBe(text);
      }),
      runs,
    );
  });
});
