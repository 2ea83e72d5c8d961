import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { optionNames } from '../../../../lib/distributions/k3s/options';
import { optionReference } from '../../../../lib/distributions/k3s/reference';

const page = join(__dirname, '../../../../docs/k3s-options.md');

test('docs/k3s-options.md is what the table gives; write it with `npx jiti scripts/update-option-reference.ts`', () => {
  expect(readFileSync(page, 'utf8')).toBe(optionReference());
});

test('the page has a row for every option', () => {
  const rows = [...optionReference().matchAll(/^\| `([a-z0-9-]+)` \|.*\| (server|agent|both) \|/gm)].map(
    ([, name]) => name,
  );
  expect(rows).toEqual(optionNames);
});
