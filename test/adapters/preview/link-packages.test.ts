import { readdirSync, readlinkSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { linkPackages } from '../../../adapters/preview/link-packages';
import { folderWith } from '../../support/cli';

const installed = (): string =>
  folderWith({ 'node_modules/a/package.json': '{}', 'node_modules/@own/b/package.json': '{}' });

test('gives a tree the packages of another one', () => {
  const [from, to] = [installed(), folderWith({})];
  linkPackages(from, to, ['.']);
  expect(realpathSync(join(to, 'node_modules/@own/b'))).toBe(realpathSync(join(from, 'node_modules/@own/b')));
});

test('leaves packages as they are that a tree has itself, because they are committed', () => {
  const to = folderWith({ 'node_modules/a/own.js': '' });
  linkPackages(installed(), to, ['.']);
  expect(readdirSync(join(to, 'node_modules/a'))).toEqual(['own.js']);
  expect(readdirSync(join(to, 'node_modules')).sort()).toEqual(['@own', 'a']);
});

test.each(['node_modules', 'node_modules/@own'])('writes nothing through a committed link %s', (path) => {
  const [outside, to] = [folderWith({}), folderWith({ 'node_modules/keep/x': '' })];
  const link = path === 'node_modules' ? folderWith({}) : to;
  symlinkSync(outside, join(link, path));
  linkPackages(installed(), link, ['.']);
  expect(readdirSync(outside)).toEqual([]);
  expect(readlinkSync(join(link, path))).toBe(outside);
});
