/** @type {import('jest').Config} */
const unit = require('../../jest.config.cjs');

module.exports = {
  ...unit,
  rootDir: __dirname,
  testMatch: ['<rootDir>/**/*.test.ts'],
  moduleNameMapper: {
    '^k3stack$': '<rootDir>/../../constructs/index.ts',
    '^k3stack/pulumi$': '<rootDir>/../../stacks/pulumi.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/../../build/', '<rootDir>/../../dist/'],
  cacheDirectory: '<rootDir>/../../.cache/jest-lab',
  // A program that runs inside of the tests prints what an engine would show.
  silent: true,
  // The SDK keeps the listeners of a program that failed.
  forceExit: true,
  testTimeout: 600_000,
};
