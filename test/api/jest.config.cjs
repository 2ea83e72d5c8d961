/** @type {import('jest').Config} */
const unit = require('../../jest.config.cjs');

module.exports = {
  ...unit,
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  transform: {
    ...unit.transform,
    // The list of modules with custom resources is a script's.
    '^.+/scripts/.+\\.mjs$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    '^k3stack$': '<rootDir>/../../constructs/index.ts',
    '^k3stack/pulumi$': '<rootDir>/../../stacks/pulumi.ts',
    '^k3stack/testing$': '<rootDir>/../../adapters/testing/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/../../build/', '<rootDir>/../../dist/'],
  cacheDirectory: '<rootDir>/../../.cache/jest-api',
  testTimeout: 120_000,
};
