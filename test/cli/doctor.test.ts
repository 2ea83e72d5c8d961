import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { K3stackError } from '../../lib/errors';
import { cli, folderWith } from '../support/cli';
import { FakeHosts } from '../support/fake-hosts';

const program = `import { environments, K3sCluster } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' } },
    agents: { delta: { nodeIp: '10.0.0.4' } },
  });
});
`;
const text = '\n=== systemctl status k3s\nactive\n\n=== journal of k3s\nK3S_TOKEN=hunter2\n';

function hosts(): FakeHosts {
  return new FakeHosts({
    doctor: (_, on) => {
      if (on === 'delta') throw new K3stackError('SSH_UNREACHABLE', 'delta does not answer');
      return { bundle: Buffer.from(text).toString('base64') };
    },
  });
}

test('writes a file from each host, masked once more, for its owner only, and says what is in them', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  const { code, stdout } = await cli(['doctor'], { cwd, reachHosts: hosts().reach });
  expect(code).toBe(1);
  expect(stdout).toBe(`doctor-production-k3s
  alfa.txt   67 B  systemctl status k3s, journal of k3s           1 more place covered here
  delta.txt  38 B  could not be asked: the reason is in the file
Read the files before you pass them on: nobody knows what looks like a secret to you.
`);
  const file = join(cwd, 'doctor-production-k3s', 'alfa.txt');
  expect(readFileSync(file, 'utf8')).toBe(text.replace('hunter2', '***'));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(cwd, 'doctor-production-k3s', 'delta.txt'), 'utf8')).toContain(
    'delta does not answer',
  );
});

test('--out and --json', async () => {
  const cwd = folderWith({ 'environments.ts': program });
  const { stdout } = await cli(['doctor', '--out', 'bundle', '--json'], { cwd, reachHosts: hosts().reach });
  expect(JSON.parse(stdout)).toMatchObject({
    folder: join(cwd, 'bundle'),
    hosts: [
      { host: 'alfa', covered: 1, failed: false },
      { host: 'delta', failed: true },
    ],
  });
});

test('a file where the folder is to be, or a folder where a file is to be, is named', async () => {
  const cwd = folderWith({ 'environments.ts': program, taken: '', 'bundle/alfa.txt/x': '' });
  const { reach } = hosts();
  expect(await cli(['doctor', '--out', 'taken/in'], { cwd, reachHosts: reach })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: cannot write .*\/taken\/in: EEXIST.*\n.*CANNOT_WRITE/),
  });
  expect(await cli(['doctor', '--out', 'bundle'], { cwd, reachHosts: reach })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: cannot write .*\/bundle\/alfa\.txt: .*\n.*CANNOT_WRITE/),
  });
});
