import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s } from './fake-k3s';

jest.setTimeout(60_000);

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const manifest = (registries: string, kubelet = 'a') =>
  `restart ${registries.repeat(64)} /etc/rancher/k3s/registries.yaml\ndrain-restart ${kubelet.repeat(64)} option:kubelet-arg.max-pods\n`;

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='web-1'\nROLE='agent'\n");
  host.program('systemctl', 'echo ActiveState=active');
});
afterEach(() => host.remove());

test.each([
  ['nothing', manifest('a'), 'none'],
  ['a file that K3s reads when it starts', manifest('b'), 'restart'],
  ['an option that pods notice', manifest('b', 'b'), 'drain-restart'],
])(
  'an agent that runs tells the cluster what %s that changed will cost, and is left alone',
  async (_, staged, cost) => {
    const k3s = new FakeK3s(host, [{ to: ['annotate --overwrite node web-1'] }]);
    host.write('/var/lib/k3stack/active', manifest('a'));
    host.write(`/var/lib/k3stack/staged/${digest(staged)}/manifest`, staged);
    for (const name of ['index', 'artifacts'])
      host.write(`/var/lib/k3stack/staged/${digest(staged)}/${name}`, '');
    host.write(`/var/lib/k3stack/staged/${digest(staged)}/version`, 'v1.36.3+k3s1\n');
    symlinkSync(digest(staged), host.path('/var/lib/k3stack/staged/current'));
    const { code, result } = await host.run('update', { step: 'join', values: VALUES, records: [] });
    expect({ code, result }).toMatchObject({ code: 0, result: { did: [], active: digest(manifest('a')) } });
    expect(k3s.calls()).toEqual([
      `kubectl annotate --overwrite node web-1 k3stack.io/staged=${digest(staged)}.${cost}`,
    ]);
  },
);

const VALUES = {
  NODE: 'web-1',
  ROLE: 'agent',
  OWNER: 'prod/k3s',
  CLUSTER: 'k3s',
  UNIT: 'k3s-agent',
  DATA_DIR: '/var/lib/rancher/k3s',
  CA_HASH: 'c'.repeat(64),
};
