import { expect, test } from '@jest/globals';
import { K3stackError } from '../../lib/errors';
import { cli, folderWith } from '../support/cli';
import { FakeHosts, type FakeScript } from '../support/fake-hosts';

const cwd = folderWith({
  'environments.ts': `import { environments, K3sCluster, secret } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' }, bravo: { nodeIp: '10.0.0.2' }, charlie: { nodeIp: '10.0.0.3' } },
    agents: { 'delta-1': { nodeIp: '10.0.0.4' } },
    registries: { configs: { 'r.example.org': { auth: { username: 'u', password: secret('r') } } } },
    reconcile: { bravo: 2, charlie: 1 },
  });
});
`,
});
const well = { running: 'yes', version: 'v1.34.1+k3s1', differs: [] };
async function drift(script: FakeScript, ...args: string[]) {
  const hosts = new FakeHosts({ 'read-back': script });
  return { ...(await cli(['drift', ...args], { cwd, reachHosts: hosts.reach })), hosts };
}

test('hosts that are what the program says are one line', async () => {
  const { code, stdout, hosts } = await drift(() => well);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ 4 hosts: what the program says\n' });
  expect(hosts.calls.sort()).toEqual(
    ['alfa', 'bravo', 'charlie', 'delta-1'].map((name) => `read-back on ${name}`),
  );
});

test('what differs is told host by host, with the line that brings back what was changed by hand', async () => {
  const differs: Record<string, object[]> = {
    bravo: [
      { name: '/etc/rancher/k3s/config.yaml', what: 'edited' },
      { name: 'option:node-ip', what: 'other' },
    ],
    'delta-1': [{ name: '/etc/systemd/system/k3s-agent.service', what: 'missing' }],
  };
  const { code, stdout } = await drift((_, on) => ({ ...well, differs: differs[on] ?? [] }));
  expect(code).toBe(2);
  expect(stdout).toBe(`~ bravo  2 differences
    /etc/rancher/k3s/config.yaml  was changed on the host
    option:node-ip                is not what the program says

~ delta-1  1 difference
    /etc/systemd/system/k3s-agent.service  is gone from the host

What was changed by hand is brought back by the next update with

    reconcile: { bravo: 3, charlie: 1, 'delta-1': 1 }

What the program says otherwise is brought there by the next update anyway.
`);
});

test('a service that does not run, and another release, are differences', async () => {
  const { code, stdout } = await drift(
    (_, on) => (on === 'alfa' ? { running: 'no', version: 'v1.33.5+k3s1', differs: [] } : well),
    '--json',
  );
  expect(code).toBe(2);
  expect(JSON.parse(stdout).hosts[0]).toEqual({
    host: 'alfa',
    parts: [
      { name: 'release v1.33.5+k3s1', what: 'other' },
      { name: 'service', what: 'missing' },
    ],
    reconcile: 1,
  });
});

test('a host that cannot be asked leaves the others to be, and is a failure', async () => {
  const { code, stdout, stderr } = await drift((_, on) => {
    if (on === 'bravo') throw new K3stackError('SSH_UNREACHABLE', 'bravo does not answer');
    return well;
  });
  expect(code).toBe(1);
  expect(stderr).toContain('bravo does not answer');
  expect(stdout).toContain('✓ 3 hosts');
});

test('hosts are told what the program says, but for what only a run knows', async () => {
  const { hosts } = await drift(() => well);
  const { records } = hosts.inputs.find(({ values }) => values['NODE'] === 'alfa') ?? { records: [] };
  const named = (kind: string) => records.filter(([first]) => first === kind).map((fields) => fields.at(-1));
  expect(named('kept').sort()).toEqual([
    '/etc/rancher/k3s/agent-token',
    '/etc/rancher/k3s/registries.yaml',
    '/etc/rancher/k3s/server-token',
    '/usr/local/bin/k3s',
  ]);
  expect(named('line')).toContain('option:node-ip');
  const file = records.find(([kind, path]) => kind === 'file' && path === '/etc/rancher/k3s/config.yaml');
  expect(file).toEqual([
    'file',
    '/etc/rancher/k3s/config.yaml',
    expect.stringMatching(/^[0-9a-f]{64}$/),
    '0600',
    'root:root',
  ]);
  expect(JSON.stringify(records)).not.toContain('«');
});
