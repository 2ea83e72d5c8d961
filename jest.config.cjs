/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The lab needs root, and the API server needs Go: each has its own configuration.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/lab/', '<rootDir>/test/api/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^k3stack$': '<rootDir>/constructs/index.ts',
    '^k3stack/pulumi$': '<rootDir>/stacks/pulumi.ts',
    '^k3stack/testing$': '<rootDir>/adapters/testing/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
  cacheDirectory: '<rootDir>/.cache/jest',
  // Whole programs are compiled and run, also on a busy Raspberry Pi.
  testTimeout: 60_000,
};
