import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OwnedFolder } from '../../adapters/owned-folder';

const A = { path: 'production/k3s/00-a.yaml', content: 'a\n' };
const B = { path: 'production/k3s/01-b.yaml', content: 'b\n' };

describe('a folder shared with others', () => {
  let folder = '';
  let owned: OwnedFolder;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'k3stack-owned-')), 'gitops');
    owned = new OwnedFolder(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  const list = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

  test('is made, and says which files are ours', () => {
    expect(owned.write([B, A])).toEqual({ written: [A.path, B.path], removed: [] });
    expect(readFileSync(join(folder, B.path), 'utf8')).toBe('b\n');
    expect(readFileSync(join(folder, '.k3stack'), 'utf8').split('\n').slice(1)).toEqual([A.path, B.path, '']);
  });

  test('is left alone where nothing differs, and by a comparison', () => {
    expect(owned.compare([A])).toEqual({ written: [A.path], removed: [] });
    expect(existsSync(folder)).toBe(false);
    owned.write([A]);
    expect(owned.write([A])).toEqual({ written: [], removed: [] });
  });

  test('loses what is no longer ours, with folders that are empty then, and keeps what others have', () => {
    owned.write([A, B]);
    writeFileSync(join(folder, 'production', 'README.md'), 'theirs');
    expect(owned.write([{ ...A, content: 'new\n' }])).toEqual({ written: [A.path], removed: [B.path] });
    expect(owned.write([])).toEqual({ written: [], removed: [A.path] });
    expect(list()).toEqual(['.k3stack', 'production', 'production/README.md']);
  });

  test('fails for a file that somebody else wrote', () => {
    mkdirSync(join(folder, 'production/k3s'), { recursive: true });
    writeFileSync(join(folder, A.path), 'theirs');
    expect(() => owned.write([A])).toThrow(/00-a.yaml was not written by k3stack; choose another folder/);
    expect(readFileSync(join(folder, A.path), 'utf8')).toBe('theirs');
  });

  test('fails for a marker that leads out of it', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, '..', 'victim'), 'theirs');
    writeFileSync(join(folder, '.k3stack'), '../victim\n');
    expect(() => owned.write([A])).toThrow(/names "\.\.\/victim", which k3stack does not write/);
    expect(existsSync(join(folder, '..', 'victim'))).toBe(true);
  });

  test('fails for a link where a folder of ours has to be', () => {
    mkdirSync(folder);
    symlinkSync(join(folder, '..'), join(folder, 'production'));
    expect(() => owned.write([A])).toThrow(/production is not a folder/);
  });
});
