import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findUpwards } from '../../adapters/find-upwards';
import { folderWith } from '../support/cli';

test('finds the nearest, from the folder itself up to the root', () => {
  const folder = folderWith({ 'x.json': '', 'a/x.json': '', 'a/b/y.json': '' });
  expect(findUpwards(join(folder, 'a/b'), 'x.json')).toBe(join(folder, 'a/x.json'));
  expect(findUpwards(join(folder, 'a'), 'x.json')).toBe(join(folder, 'a/x.json'));
  expect(findUpwards(join(folder, 'a/c/d'), 'x.json')).toBe(join(folder, 'a/x.json'));
  expect(findUpwards(folder, join('a', 'b'))).toBe(join(folder, 'a/b'));
  expect(findUpwards(folder, 'nowhere.k3stack-test')).toBeUndefined();
});
