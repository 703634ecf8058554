import { parseVariables } from './sql-variables';

const FILE = 'ksql/variables.yaml';
const variable = (text: string, own = ''): string => `{ description: d, default: "${text}"${own} }`;

describe('variables of SQL', () => {
  test('a value may name variables above it', () => {
    const text = `a: ${variable('1')}\nb: ${variable('${a} + ${a}')}\nc: ${variable('${b}')}`;
    expect(parseVariables(text, FILE).c!.default).toBe('1 + 1');
  });

  test.each([
    [
      `b: ${variable('${a}')}\na: ${variable('1')}`,
      'ksql/variables.yaml: b.default: ${a} is no variable declared above it',
    ],
    [`a: ${variable('1', ', dev: 2')}\nb: ${variable('${a}')}`, 'differs by environment (dev)'],
  ])('refuses %s', (text, message) => {
    expect(() => parseVariables(text, FILE)).toThrow(message);
  });
});
