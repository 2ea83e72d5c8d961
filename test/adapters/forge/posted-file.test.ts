import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readPostedFile } from '../../../adapters/forge/posted-file';
import { folderWith } from '../../support/cli';

const folder = folderWith({ 'preview.json': '{}', 'large.json': 'x'.repeat(11), 'secret.txt': 'hunter2' });
const read = (name: string) => readPostedFile(folder, name, 10);

test('a file of an artifact is read, up to its limit', () => {
  expect(read('preview.json')).toEqual({ text: '{}' });
  expect(read('large.json')).toEqual({ refused: 'too large' });
  expect(read('none.json')).toEqual({ missing: true });
});

test('what is no file of its own is not read: a link to one, another name of one, a folder, a pipe, a device', () => {
  symlinkSync('secret.txt', join(folder, 'link'));
  symlinkSync('/proc/self/environ', join(folder, 'variables'));
  writeFileSync(join(folder, 'own.txt'), 'hunter2');
  linkSync(join(folder, 'own.txt'), join(folder, 'second-name'));
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('/dev/zero', join(folder, 'zero'));
  for (const name of ['link', 'variables', 'second-name', 'folder', 'pipe', 'zero'])
    expect([name, read(name)]).toEqual([name, { refused: 'no file' }]);
});
