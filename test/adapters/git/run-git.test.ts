import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { runGit } from '../../../adapters/git/run-git';
import { folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

/** A repository whose file `slow` goes through a filter that never ends; the filter writes its process id to `pid`. */
function withEndlessFilter(): { readonly folder: string; readonly pid: string } {
  const repository = TestRepository.create();
  const pid = join(folderWith({}), 'pid');
  repository.commit({ slow: 'x', '.gitattributes': 'slow filter=endless\n' });
  repository.git('config', 'filter.endless.smudge', `echo $$ > '${pid}'; exec sleep 600`);
  return { folder: repository.folder, pid };
}

/** A process that nobody has asked about yet counts as gone. */
function runs(pid: string): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

test('ends git, and the filter that it waits for, when it does not come to an end', async () => {
  const { folder, pid } = withEndlessFilter();
  const target = `--prefix=${folderWith({})}/`;
  await expect(runGit(folder, ['checkout-index', '--all', target], { patience: 3000 })).rejects.toMatchObject(
    {
      code: 'GIT_FAILED',
      message: expect.stringMatching(
        /^git checkout-index in .* had not come to an end after 3 seconds, and was ended; a filter such as Git LFS/,
      ) as unknown,
    },
  );
  expect(existsSync(pid)).toBe(true);
  const filter = readFileSync(pid, 'utf8').trim();
  expect(filter).toMatch(/^\d+$/);
  while (runs(filter)) await after(50);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends git and its filter too',
  async (signal) => {
    const { folder, pid } = withEndlessFilter();
    const script = join(folderWith({}), 'run.ts');
    const target = `--prefix=${folderWith({})}/`;
    writeFileSync(
      script,
      `import { runGit } from ${JSON.stringify(join(__dirname, '../../../adapters/git/run-git'))};
void runGit(${JSON.stringify(folder)}, ['checkout-index', '--all', ${JSON.stringify(target)}]);`,
    );
    const jiti = join(__dirname, '../../../node_modules/jiti/lib/jiti-cli.mjs');
    const child = spawn(process.execPath, [jiti, script], { stdio: 'ignore' });
    const over = new Promise((done) => void child.on('close', (_, by) => done(by)));
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '') await after(50);
    child.kill(signal);
    expect(await over).toBe(signal);
    const filter = readFileSync(pid, 'utf8').trim();
    while (runs(filter)) await after(50);
  },
  60_000,
);

test('says which command failed, not the settings before it', async () => {
  const { folder } = withEndlessFilter();
  await expect(runGit(folder, ['-c', 'a.b=c', 'cat-file', '-p', 'nothing'])).rejects.toMatchObject({
    code: 'GIT_FAILED',
    message: expect.stringMatching(/^git cat-file in .* ended with 128: /) as unknown,
  });
});
