import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { addFiles, folderWith } from './cli';

/** A real repository in a folder of its own; removed after the tests of the file. */
export class TestRepository {
  /** @param folder Absolute path. */
  constructor(readonly folder: string) {}

  /** An empty one, with `main` checked out. */
  static create(): TestRepository {
    const repository = new TestRepository(folderWith({}));
    repository.git('init', '--quiet', '--initial-branch=main');
    return repository;
  }

  /** Runs git in it, apart from the configuration of whoever runs the tests. */
  git(...args: readonly string[]): string {
    return execFileSync('git', [...IDENTITY, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...APART },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Writes files, commits everything, and returns the name of the commit; a file without text is removed. */
  commit(files: Readonly<Record<string, string | undefined>>, message = 'A change'): string {
    for (const [path, text] of Object.entries(files))
      if (text === undefined) rmSync(join(this.folder, path));
      else addFiles(this.folder, { [path]: text });
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', `--message=${message}`);
    return this.git('rev-parse', 'HEAD');
  }
}

const IDENTITY = [
  '-c',
  'user.name=Test',
  '-c',
  'user.email=test@example.com',
  '-c',
  'protocol.file.allow=always',
];
const APART = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
