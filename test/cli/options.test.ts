import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cli, folderWith, type CliResult } from '../support/cli';

const cwd = folderWith({ 'large.yaml': `debug: true${' '.repeat(1_048_576)}\n` });
const options = (...args: string[]): Promise<CliResult> => cli(['options', ...args], { cwd });

test('lists every option by subject', async () => {
  const { code, stdout } = await options();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Cluster and tokens\n {2}/);
  expect(stdout).toMatch(/\n {2}node-ip +both +Addresses the node is reached at/);
  expect(JSON.parse((await options('--json')).stdout)).toHaveProperty('Datastore.datastore-endpoint');
});

test('explains one, by its name, an alias or as a flag', async () => {
  const { stdout } = await options('flannel-backend');
  expect(stdout).toMatch(
    /^flannel-backend\n.*Must be the same on all servers.*\n {2}type +.*vxlan.*\n {2}role +server\n {2}default +`vxlan`\n/,
  );
  expect((await options('--', '--flannel-backend')).stdout).toBe(stdout);
  expect((await options('i')).stdout).toMatch(/^node-ip\n/);
  expect(JSON.parse((await options('node-ip', '--json')).stdout)).toMatchObject({
    name: 'node-ip',
    type: 'ip',
  });
});

test('fails at an option there is not, with the nearest or what came instead', async () => {
  expect(await options('flanel-backend')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      "flanel-backend: K3s has no such option; did you mean 'flannel-backend'?",
    ),
  });
  expect((await options('xyzzy-plugh-frobnicate')).stderr).toContain('k3stack options lists all');
  expect((await options('no-deploy')).stderr).toMatch(/K3s has no such option since .*; write /);
});

test('checks a config.yaml with the drop-ins beside it', async () => {
  const folder = folderWith({
    'config.yaml': 'write-kubeconfig-mode: 0644\nflanel-backend: vxlan\n',
    'config.yaml.d/10-a.yaml': 'node-ip: 10.0.0.1\n',
    'config.yaml.d/notes.txt': '',
  });
  const result = await cli(['options', '--check', 'config.yaml'], { cwd: folder });
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(
    /error {3}flanel-backend: K3s has no such option, so the server skips it \(config\.yaml\); write flannel-backend/,
  );
  expect(result.stdout).toMatch(/warning K3s does not read config\.yaml\.d\/notes\.txt/);
  expect(result.stdout).toMatch(/info {4}node-ip: /);
  expect(result.stdout).toMatch(/\d errors?, \d warnings?\n$/);
});

test('a drop-in that is a folder or a link to one is none, and drop-ins lie in a folder', async () => {
  const folder = folderWith({
    'config.yaml': 'debug: true\n',
    'config.yaml.d/10-a.yaml/x': '',
    'other.yaml': 'debug: true\n',
    'other.yaml.d': 'no folder',
    'large.yaml.d/10-a.yaml': ' '.repeat(1_048_577),
  });
  symlinkSync(folder, join(folder, 'config.yaml.d/20-b.yaml'));
  expect((await cli(['options', '--check', 'config.yaml'], { cwd: folder })).code).toBe(0);
  expect((await cli(['options', '--check', 'other.yaml'], { cwd: folder })).code).toBe(0);
  expect((await cli(['options', '--check', 'large.yaml'], { cwd: folder })).stderr).toContain(
    'large.yaml.d/10-a.yaml is larger than 1 MiB',
  );
});

test('checks what comes on standard input, for a role and a release', async () => {
  const stdin = 'cluster-init: true\n';
  expect((await cli(['options', '--check', '-'], { cwd, stdin })).code).toBe(0);
  const agent = await cli(['options', '--check', '-', '--role', 'agent', '--version', 'v1.33.1+k3s1'], {
    cwd,
    stdin,
  });
  expect(agent).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/option of servers only, so the agent does not start/),
  });
});

test('checks a command line, whose role it takes', async () => {
  const line =
    'curl -sfL https://get.k3s.io | K3S_URL=https://a:6443 K3S_TOKEN=x sh -s - agent --node-lable a=b';
  const result = await options('--command', line, '--quiet');
  expect(result.code).toBe(1);
  expect(result.stdout).toMatch(/node-lable: K3s has no such option, so the agent does not start/);
  expect(result.stdout).not.toMatch(/info/);
  const json = JSON.parse(
    (await cli(['options', '--command', '-', '--json'], { cwd, stdin: 'k3s server --disable traefik' }))
      .stdout,
  );
  expect(json).toMatchObject({
    role: 'server',
    findings: expect.arrayContaining([expect.objectContaining({ key: 'disable' })]),
  });
});

test.each([
  [['--check', 'nowhere.yaml'], /there is no .*nowhere\.yaml; name a config\.yaml, or - for standard input/],
  [['--check', '.'], /error: \S+ is a folder; name the config\.yaml in it/],
  [['--check', 'large.yaml'], /large\.yaml is larger than 1 MiB, which no configuration of a node is/],
  [['--check', '-', '--command', '-'], /only one of --check and --command can read standard input/],
  [['--check', '-', '--version', '1.34'], /--version must be a K3s release, got '1\.34'/],
  [['--role', 'worker'], /Allowed choices are server, agent/],
])('refuses %j', async (args, problem) => {
  expect(await options(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(problem) });
});
