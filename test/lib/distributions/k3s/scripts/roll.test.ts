import { createHash } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ScriptHost } from '../../../../support/script-host';
import { FakeK3s } from './fake-k3s';

jest.setTimeout(60_000);

const manifest = `restart ${'a'.repeat(64)} /etc/rancher/k3s/registries.yaml\n`;
const digest = createHash('sha256').update(manifest).digest('hex');

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  host.write('/var/lib/k3stack/owner', "OWNER='prod/k3s'\nNODE='web-1'\nROLE='agent'\n");
  host.program('systemctl', 'echo ActiveState=active');
  host.write('/var/lib/k3stack/active', manifest);
  for (const [name, text] of [
    ['manifest', manifest],
    ['index', ''],
    ['artifacts', ''],
    ['version', 'v1.36.3+k3s1\n'],
  ] as const)
    host.write(`/var/lib/k3stack/staged/${digest}/${name}`, text);
  symlinkSync(digest, host.path('/var/lib/k3stack/staged/current'));
  new FakeK3s(host, [
    { to: ['get node web-1'], says: `web-1|True|v1.36.3+k3s1|||||||prod/k3s|${digest}|||\n` },
  ]);
});
afterEach(() => host.remove());

test('an agent on which nothing differs is left alone, and tells when it was restarted last', async () => {
  expect(await roll()).toMatchObject({ code: 0, result: { did: [] } });
  expect((await roll()).result).not.toHaveProperty('restarted');
  host.write('/var/lib/k3stack/restarted', '2026-11-21T12:00:00Z\n');
  expect(await roll()).toMatchObject({ code: 0, result: { did: [], restarted: '2026-11-21T12:00:00Z' } });
});

function roll() {
  return host.run('update', {
    step: 'roll',
    values: {
      NODE: 'web-1',
      ROLE: 'agent',
      OWNER: 'prod/k3s',
      UNIT: 'k3s-agent',
      DATA_DIR: '/var/lib/rancher/k3s',
      VERSION: 'v1.36.3+k3s1',
      DIGEST: digest,
    },
  });
}
