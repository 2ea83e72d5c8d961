import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { findRepository } from '../../../adapters/git/repository';
import { reason } from '../../../adapters/preview/reason';
import { renderHead } from '../../../adapters/preview/render-head';
import { renderSides } from '../../../adapters/preview/render-sides';
import type { Rendered } from '../../../adapters/preview/rendered';
import '../../support/built-cli';
import { addFiles, existingProgram, folderWith } from '../../support/cli';
import { TestRepository } from '../../support/git-repository';

beforeAll(
  () => void Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }),
);

const SHOP = existingProgram(['production', 'staging']);

async function headOf({ folder }: TestRepository, environments?: readonly string[]): Promise<Rendered> {
  const repository = await findRepository(folder);
  const program = join(folder, 'environments.ts');
  return renderHead({ repository, program, ...(environments && { environments }) });
}

test('shows the working tree with what is not committed, and where its objects were made', async () => {
  const repository = TestRepository.create();
  const commit = repository.commit({ 'environments.ts': SHOP });
  addFiles(repository.folder, { 'environments.ts': `\n${SHOP.replaceAll("'shop'", "'store'")}` });
  const head = await headOf(repository);
  expect(head).toMatchObject({ commit, dirty: true });
  const side = head.environments.get('production');
  expect(side !== undefined && 'origins' in side && side.origins.get('laptop/store')).toEqual({
    file: 'environments.ts',
    line: 5,
    column: 3,
  });
});

test('shows a repository without a commit', async () => {
  const repository = TestRepository.create();
  addFiles(repository.folder, { 'environments.ts': SHOP });
  const head = await headOf(repository);
  expect(head.commit).toBeUndefined();
  expect([...head.environments.keys()]).toEqual(['production', 'staging']);
});

test('shows only the environments that were asked for', async () => {
  const repository = TestRepository.create();
  repository.commit({ 'environments.ts': SHOP });
  expect([...(await headOf(repository, ['staging', 'gone'])).environments.keys()]).toEqual(['staging']);
});

test('is a value with a reason where the program cannot be loaded, or one environment cannot be built', async () => {
  const broken = TestRepository.create();
  broken.commit({ 'environments.ts': 'export default {\n  a: : 1 };\n' });
  const whole = await headOf(broken);
  expect(whole.failed).toMatch(/^environments\.ts:2:6: /);
  expect(whole.environments.size).toBe(0);
  const half = TestRepository.create();
  half.commit({
    'environments.ts': SHOP.replace(
      'const cluster',
      "if (env.name === 'staging') throw new Error('not yet');\n  const cluster",
    ),
  });
  const { failed, environments } = await headOf(half);
  expect(failed).toBeUndefined();
  expect(environments.get('production')).toHaveProperty('synthesis');
  expect(environments.get('staging')).toEqual({
    failed: expect.stringContaining('environments.ts threw Error: not yet\n    at environments.ts:3:'),
  });
});

test('shows both sides at once, and the head also where the base fails', async () => {
  const repository = TestRepository.create();
  repository.commit({ 'environments.ts': SHOP });
  repository.git('checkout', '--quiet', '-b', 'change');
  repository.commit({ 'environments.ts': SHOP.replaceAll("'shop'", "'store'") });
  const request = {
    repository: await findRepository(repository.folder),
    ref: 'main',
    program: join(repository.folder, 'environments.ts'),
    cache: folderWith({}),
  };
  const failing = await renderSides({
    ...request,
    command: [process.execPath, '-e', 'console.error("no");process.exit(1)'],
  });
  expect(failing.base.failed).toBe('k3stack synth of the base ended with 1:\nno');
  expect(failing.head.environments.get('production')).toHaveProperty('synthesis');
  const cannotStart = await renderSides({ ...request, command: [join(repository.folder, 'nothing')] });
  expect(cannotStart.base.failed).toMatch(/ENOENT/);
  const { base, head } = await renderSides(request);
  expect([...base.environments.keys()]).toEqual([...head.environments.keys()]);
  await expect(renderSides({ ...request, ref: 'mian' })).rejects.toThrow('"mian"');
});

test('words of a failure hold no control characters, no folders of this machine and not too many lines', () => {
  const text = `\u001b[31m/srv/work/a.ts\u001b[0m broke\r\n\u202e\u0007at /srv/work/b.ts in /srv/work\nfile:///srv/work/c.ts`;
  expect(reason(text, ['/srv/work'])).toBe('a.ts broke\nat b.ts in .\nc.ts');
  const long = reason(Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n'), []);
  expect(long.split('\n')).toHaveLength(20);
  expect(long).toMatch(/line 19 …$/);
  expect(reason('x'.repeat(10_000), []).length).toBeLessThan(2100);
});
