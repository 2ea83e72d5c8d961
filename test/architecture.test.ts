import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** Rules that the files under a folder break, by the same configuration that `npm run imports` uses. */
function brokenRules(cwd: string, targets: readonly string[]): string[] {
  const bin = join(process.cwd(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const { stdout } = spawnSync(
    process.execPath,
    [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...targets],
    {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

describe('the direction of imports', () => {
  mkdirSync('.cache', { recursive: true });
  const scratch = mkdtempSync(join(process.cwd(), '.cache', 'architecture-'));

  beforeAll(() => {
    for (const folder of ['lib', 'constructs']) mkdirSync(join(scratch, folder));
    writeFileSync(
      join(scratch, '.dependency-cruiser.cjs'),
      `module.exports = require('../../.dependency-cruiser.cjs');`,
    );
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('is kept, without cycles', () => {
    expect(
      brokenRules('.', ['lib', 'programs', 'constructs', 'stacks', 'adapters', 'cli', 'examples']),
    ).toEqual([]);
  });

  test.each([
    [
      'lib-imports-nothing-above-it',
      { 'lib/a.ts': `import '../constructs/b';`, 'constructs/b.ts': 'export {};' },
    ],
    ['no-cycles', { 'lib/a.ts': `import './b';`, 'lib/b.ts': `import './a';` }],
    ['pure-layers-do-no-io', { 'lib/a.ts': `import 'node:fs';` }],
    ['lib-is-plain', { 'lib/a.ts': `import 'cdk8s';` }],
  ])('is watched: %s fails where it should', (rule, files) => {
    for (const [file, content] of Object.entries(files)) writeFileSync(join(scratch, file), content);
    expect(brokenRules(scratch, ['lib', 'constructs'])).toContain(rule);
  });
});
