import { expect, test } from '@jest/globals';
import { HostStepError } from '../../adapters/hosts/host-step-error';
import { K3stackError } from '../../lib/errors';
import { cli, folderWith, k3sProgram } from '../support/cli';
import { FakeHosts, type FakeScript } from '../support/fake-hosts';

const cwd = folderWith({
  'environments.ts': `import { environments, K3sCluster } from 'k3stack';
export default environments({ production: {} }, (env) => {
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '10.0.0.1' }, bravo: { nodeIp: '10.0.0.2' }, charlie: { nodeIp: '10.0.0.3' } },
    agents: { delta: { nodeIp: '10.0.0.4' }, echo: { nodeIp: '10.0.0.5' }, foxtrot: { nodeIp: '10.0.0.6' } },
    upgrade: { maxUnavailable: 2, drain: { timeout: 60 } },
  });
});
`,
  'one/environments.ts': k3sProgram(['lab']),
});
const well: FakeScript = ({ values }, on) => (values['STAGE'] === 'now' ? { boot: `boot-of-${on}` } : {});

async function reboot(args: string[], script: FakeScript = well, answer?: string) {
  const hosts = new FakeHosts({ reboot: script });
  const options = { cwd, reachHosts: hosts.reach, ...(answer !== undefined && { answer }) };
  return { ...(await cli(['reboot', ...args], options)), hosts };
}

test('agents go wave by wave, then servers one by one, the coordinator last', async () => {
  const { code, stdout, stderr, hosts } = await reboot(['--yes']);
  expect(code).toBe(0);
  expect(stderr).toContain('reboots delta and echo, then foxtrot, then bravo, then charlie, then alfa');
  expect(stdout).toBe('✓ delta, echo\n✓ foxtrot\n✓ bravo\n✓ charlie\n✓ alfa\n');
  const now = hosts.calls.filter((call) => call.startsWith('reboot now'));
  expect(now.map((call) => call.split(' ').at(-1))).toEqual([
    'delta',
    'echo',
    'foxtrot',
    'bravo',
    'charlie',
    'alfa',
  ]);
  // Nobody of a later wave leaves before all of the earlier one are back.
  expect(hosts.calls.lastIndexOf('reboot back on alfa')).toBeLessThan(
    hosts.calls.indexOf('reboot now on alfa'),
  );
});

test('each leaves and comes back by another server, with the id of its boot', async () => {
  const { hosts } = await reboot(['--yes', 'alfa', 'delta']);
  expect(hosts.calls).toEqual([
    'reboot leave on alfa',
    'reboot now on delta',
    'reboot back on alfa',
    'reboot leave on bravo',
    'reboot now on alfa',
    'reboot back on bravo',
  ]);
  expect(hosts.inputs[2]?.values).toMatchObject({
    OWNER: 'production/k3s',
    NODE: 'alfa',
    TARGET: 'delta',
    TARGET_ROLE: 'agent',
    BOOT: 'boot-of-delta',
    DRAIN: 'yes',
    DRAIN_TIMEOUT: '60',
  });
});

test('the only node is not drained, and asks itself', async () => {
  const hosts = new FakeHosts({ reboot: well });
  await cli(['reboot', '--program', 'one', '--yes'], { cwd, reachHosts: hosts.reach });
  expect(hosts.calls).toEqual(['reboot leave on alfa', 'reboot now on alfa', 'reboot back on alfa']);
  expect(hosts.inputs[0]?.values['DRAIN']).toBe('no');
});

test('the only server is asked again when what it was asked went down with it', async () => {
  let asked = 0;
  const hosts = new FakeHosts({
    reboot: (input, on) => {
      if (input.values['STAGE'] === 'back' && asked++ === 0)
        throw new HostStepError(on, 'reboot', 'internal', { code: 1, said: 'it was killed' });
      return well(input, on);
    },
  });
  const { code } = await cli(['reboot', '--program', 'one', '--yes'], { cwd, reachHosts: hosts.reach });
  expect([code, hosts.calls.filter((call) => call === 'reboot back on alfa')]).toEqual([
    0,
    ['reboot back on alfa', 'reboot back on alfa'],
  ]);
}, 30_000);

test('stops at the first machine that does not come back, and says which are done', async () => {
  const { code, stderr, hosts } = await reboot(['--yes'], (input, on) => {
    if (input.values['TARGET'] === 'bravo' && input.values['STAGE'] === 'back')
      throw new K3stackError('HOST_STEP_FAILED', 'bravo is not Ready');
    return well(input, on);
  });
  expect(code).toBe(1);
  expect(stderr).toContain(
    'bravo is not Ready\nbravo may take no pods until it is rebooted again, or: kubectl uncordon bravo\n' +
      'the reboots stop here; delta, echo, foxtrot are done.',
  );
  expect(hosts.calls.join()).not.toMatch(/now on (charlie|alfa)/);
});

test.each([
  ['yes', 0, 1],
  ['y', 0, 1],
  ['', 1, 0],
  ['n', 1, 0],
])('asks a person, and takes %j for an answer', async (answer, code, touched) => {
  const result = await reboot(['foxtrot'], well, answer);
  expect([result.code, Math.min(1, result.hosts.calls.length)]).toEqual([code, touched]);
});

test('goes on nowhere without --yes when there is nobody to ask', async () => {
  const { code, stderr, hosts } = await reboot([]);
  expect({ code, calls: hosts.calls }).toEqual({ code: 1, calls: [] });
  expect(stderr).toContain('there is nobody to ask; add --yes');
});

test('refuses a node that is none', async () => {
  const { code, stderr, hosts } = await reboot(['--yes', 'delat']);
  expect({ code, calls: hosts.calls }).toEqual({ code: 1, calls: [] });
  expect(stderr).toContain("k3s has no node 'delat'; write some of alfa, bravo");
});
