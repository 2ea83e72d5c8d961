import { expect, test } from '@jest/globals';
import { cli, existingProgram, folderWith, k3sProgram, type CliResult } from '../support/cli';
import { strictXml } from '../support/xml';

const cwd = folderWith({ 'environments.ts': k3sProgram(['staging', 'production']) });
const graph = (...args: string[]): Promise<CliResult> => cli(['graph', ...args], { cwd });

test('shows steps by the moment they can start, and the longest chain', async () => {
  const { code, stdout } = await graph('--env', 'staging');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^staging\n {2}1 +alfa\/prepare +stage K3s .*\n {2}2 +k3s\/bootstrap/);
  expect(stdout).toMatch(/longest chain \(\d+ steps\)\n {4}alfa\/prepare -> k3s\/bootstrap/);
});

test('--format dot has every step and edge', async () => {
  const { stdout } = await graph('--format', 'dot');
  expect(stdout).toMatch(/^digraph k3stack \{\n/);
  expect(stdout).toContain('"staging/alfa/prepare" -> "staging/k3s/bootstrap";');
  expect(stdout.match(/[{}]/g)).toHaveLength(6);
});

test('--format mermaid has every step and edge', async () => {
  const { stdout } = await graph('--format', 'mermaid', '--env', 'staging');
  expect(stdout).toMatch(/^flowchart LR\n {2}subgraph e0\["staging"\]\n {4}e0s0\["alfa\/prepare"\]\n/);
  expect(stdout).toContain('    e0s0 --> e0s1\n');
});

test('--format json, and --json, have the graph as it is', async () => {
  const { stdout } = await graph('--format', 'json');
  expect(JSON.parse(stdout).environments[0]).toMatchObject({
    environment: 'staging',
    graph: { steps: [{ id: 'alfa/prepare' }, {}, {}, {}, {}, {}, {}, {}] },
  });
  expect((await graph('--json')).stdout).toBe(stdout);
});

test('--format svg is a picture', async () => {
  const { stdout } = await graph('--format', 'svg');
  expect(stdout).toMatch(/^<svg xmlns/);
  expect(() => strictXml(stdout)).not.toThrow();
  expect(stdout.match(/<rect x=/g)).toHaveLength(16);
});

test('refuses another format, naming those there are', async () => {
  expect(await graph('--format', 'pdf')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/Allowed choices are text, dot, mermaid, json, svg/),
  });
});

test('draws nothing for an environment without hosts, and fails for one that cannot be synthesized', async () => {
  const empty = folderWith({ 'environments.ts': existingProgram(['a']) });
  expect(await cli(['graph'], { cwd: empty })).toMatchObject({ code: 0, stdout: 'a\n' });
  const broken = folderWith({ 'environments.ts': existingProgram(['a'], "throw new Error('no');") });
  expect(await cli(['graph', '--format', 'svg'], { cwd: broken })).toMatchObject({ code: 1, stdout: '' });
});
