import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';

const texts = readdirSync(__dirname).map((file) => readFileSync(join(__dirname, file), 'utf8'));

/** Rules whose findings carry ids of their own, or whose tests do not go by id. */
const testedOtherwise = [
  'k3s-option',
  'k3s-props-shape',
  'k3s-cluster-name',
  'k3s-manifest-name',
  'host-file',
  'host-file-owned',
  'host-file-twice',
];

test('every rule has a row with a hit and a near miss, or tests of its own', () => {
  const untested = k3sRules.filter(({ id }) => !texts.some((text) => text.includes(`rule: '${id}'`)));
  expect(untested.map(({ id }) => id).sort()).toEqual([...testedOtherwise].sort());
});

test('rules have ids of their own', () => {
  const ids = k3sRules.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
