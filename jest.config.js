/**
 * Unit tests lie beside their code; what crosses rooms lies in tests/.
 * `--selectProjects unit|sql|e2e` picks one.
 */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // These packages are published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(@platformatic|listr2|log-update)/)'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // Loaded late, by the name that Node itself would know it by.
  moduleNameMapper: { '^\\./under-mocks\\.js$': '<rootDir>/lab/realise/under-mocks.ts' },
};

module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/', '<rootDir>/dist/'],
    },
    {
      // What the SQL computes, in virtual time: no platform is needed.
      ...shared,
      displayName: 'sql',
      testMatch: ['<rootDir>/tests/{sql,reference,fixtures}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: [
        '/node_modules/',
        '<rootDir>/dist/',
        '<rootDir>/tests/(sql|reference|fixtures)/',
      ],
    },
  ],
};
