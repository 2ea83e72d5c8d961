import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { PreviewReport } from '../../lib/diff/report';
import { addFiles, cli, existingProgram, folderWith, type CliResult } from '../support/cli';
import { commit, EXAMPLE_BASE, git, writeExamplePullRequest } from '../support/example-pull-request';
import { previewExampleText } from '../support/preview-example';

const worker = (release: string): string =>
  `new Worker(new Namespace(cluster, 'work', { podSecurity: 'restricted' }), 'worker', { image: 'ghcr.io/acme/worker:1.0.${release}' });`;
const program = (environments: readonly string[], rest: string): string =>
  existingProgram(environments, rest).replace('import {', 'import { PostgresDatabase, Worker,');

/** A repository whose `main` has one program, and whose working tree another one. */
function repository(before: string, after: string): string {
  const cwd = folderWith({ 'environments.ts': before, '.gitignore': 'out\n' });
  git(cwd, 'init', '--quiet', '--initial-branch', 'main');
  commit(cwd, 'before');
  git(cwd, 'switch', '--quiet', '--create', 'next');
  addFiles(cwd, { 'environments.ts': after });
  return cwd;
}

const preview = (
  cwd: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<CliResult> => cli(['preview', '--base', 'main', '--on', '2026-11-21', ...args], { cwd, env });

test('the example of the documentation is what the example pull request gives', async () => {
  const cwd = folderWith({});
  writeExamplePullRequest(cwd);
  const result = await cli(['preview', '--base', EXAMPLE_BASE, '--on', '2026-11-02', '--format', 'md'], {
    cwd,
  });
  expect(result.code).toBe(3);
  const shown = readFileSync(join(__dirname, '../../docs/preview-example/README.md'), 'utf8');
  expect(previewExampleText(result.stdout)).toBe(shown);
});

test('exits with 0 when nothing differs, and with 2 for changes, each with the line that made it', async () => {
  const same = program(['staging', 'production'], worker('1'));
  const cwd = repository(same, same);
  expect(await preview(cwd, ['--format', 'json'])).toMatchObject({ code: 0, stderr: '' });

  addFiles(cwd, { 'environments.ts': program(['staging', 'production'], worker('2')) });
  const { code, stdout } = await preview(cwd, ['--format', 'json']);
  expect(code).toBe(2);
  const report = JSON.parse(stdout) as PreviewReport;
  expect(report.base.commit).toBe(git(cwd, 'rev-parse', 'main').trim());
  expect(report).toMatchObject({
    head: { label: 'working tree' },
    verdict: { level: 'routine', environments: ['staging', 'production'] },
  });
  expect(report.objects).toMatchObject([
    {
      environments: ['staging', 'production'],
      fields: [
        {
          path: 'spec.template.spec.containers[name=worker].image',
          before: 'ghcr.io/acme/worker:1.0.1',
          after: 'ghcr.io/acme/worker:1.0.2',
        },
      ],
      origin: { path: 'laptop/work/worker/deployment', file: 'environments.ts', line: 5 },
    },
  ]);
});

test('the same inputs give the same bytes in every form', async () => {
  const cwd = folderWith({});
  writeExamplePullRequest(cwd);
  const formats = ['md', 'html', 'json', 'sarif', 'text'];
  const once = async (out: string): Promise<string[]> => {
    await preview(cwd, ['--format', formats.join(','), '--out', out]);
    return ['md', 'html', 'json', 'sarif', 'txt'].map((end) =>
      readFileSync(join(cwd, out, `preview.${end}`), 'utf8'),
    );
  };
  // The second run has its base from the cache. What it leaves in the folder makes the working tree dirty, which the report says.
  writeFileSync(join(cwd, '.git/info/exclude'), 'one\ntwo\nnode_modules\n');
  expect(await once('one')).toEqual(await once('two'));
});

test('an environment that comes, one that goes, and one that fails are told beside the others', async () => {
  const failing = "if (env.name === 'broken') throw new Error('no settings for it');";
  const cwd = repository(
    program(['kept', 'gone', 'broken'], worker('1')),
    program(['kept', 'fresh', 'broken'], failing + worker('2')),
  );
  const { code, stdout } = await preview(cwd, ['--format', 'json']);
  expect(code).toBe(1);
  const { environments, verdict } = JSON.parse(stdout) as PreviewReport;
  expect(environments.map(({ name, state }) => [name, state])).toEqual([
    ['kept', 'compared'],
    ['fresh', 'added'],
    ['broken', 'head-failed'],
    ['gone', 'removed'],
  ]);
  expect(environments[2]?.problem).toContain('no settings for it');
  expect(verdict.incomplete).toBe(true);
});

test('a base that does not build is said, and the head is shown', async () => {
  const cwd = repository('this is no program (', program(['staging'], worker('2')));
  const { code, stdout, stderr } = await preview(cwd, ['--format', 'json']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  const report = JSON.parse(stdout) as PreviewReport;
  expect(report.environments).toMatchObject([{ name: 'staging', state: 'base-failed' }]);
  expect(report.objects.map(({ id }) => id.name)).toContain('worker');
  expect(stdout).not.toContain(cwd);
});

test('a head that does not build is an error, and leaves word for the job that posts', async () => {
  const cwd = repository(program(['staging'], worker('1')), 'this is no program (');
  const { code, stdout, stderr } = await preview(cwd, ['--format', 'json', '--out', 'out']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: the working tree does not build: .*\nsee .*HEAD_FAILED\.md\n$/s);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(existsSync(join(cwd, 'out/preview.json'))).toBe(false);
  expect(readFileSync(join(cwd, 'out/preview-failed.txt'), 'utf8')).toMatch(
    /^the working tree does not build/,
  );
});

test('a waiver in a comment of the program opens the gate, and is in the report', async () => {
  const claim = (size: string): string =>
    `new PostgresDatabase(new Namespace(cluster, 'db', { podSecurity: 'restricted' }), 'data', { version: '17', size: '${size}' });`;
  const cwd = repository(program(['staging'], claim('20Gi')), program(['staging'], claim('10Gi')));
  expect(await preview(cwd)).toMatchObject({ code: 3 });

  const waiver = '// k3stack-waive claim-template until 2026-12-31: it is empty\n';
  addFiles(cwd, { 'environments.ts': program(['staging'], `\n${waiver}${claim('10Gi')}`) });
  const waived = await preview(cwd, ['--format', 'md']);
  expect(waived.code).toBe(2);
  expect(waived.stdout).toContain('it is empty');

  const late = await cli(['preview', '--base', 'main', '--on', '2027-01-01'], { cwd });
  expect(late.code).toBe(3);
});

test.each([
  [
    'outside of a repository',
    async () => preview(folderWith({ 'environments.ts': program(['a'], '') })),
    /not.*git repository|NOT_A_REPOSITORY/i,
  ],
  [
    'a ref that there is none of',
    async () =>
      cli(['preview', '--base', 'mian'], { cwd: repository(program(['a'], ''), program(['a'], '')) }),
    /mian.*main/s,
  ],
  [
    'a ref that is an option',
    async () =>
      cli(['preview', '--base=--output=x'], { cwd: repository(program(['a'], ''), program(['a'], '')) }),
    /UNKNOWN_REF|ref/,
  ],
  [
    'an environment that there is none of',
    async () => preview(repository(program(['a'], ''), program(['a'], '')), ['--env', 'b']),
    /'b'.*UNKNOWN_ENVIRONMENT/s,
  ],
  [
    'a form that there is none of',
    async () => preview(folderWith({}), ['--format', 'pdf']),
    /--format must be one of md, html, json, sarif, text, got 'pdf'/,
  ],
  ['several forms and no folder', async () => preview(folderWith({}), ['--format', 'md,json']), /--out/],
  [
    'a day that there is none of',
    async () =>
      cli(['preview', '--base', 'main', '--on', '2026-02-30'], {
        cwd: repository(program(['a'], ''), program(['a'], '')),
      }),
    /--on must be a day/,
  ],
  ['--post outside of CI', async () => preview(folderWith({}), ['--post']), /NO_FORGE/],
])('says what to do about %s', async (_case, use, message) => {
  const { code, stdout, stderr } = await use();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});
