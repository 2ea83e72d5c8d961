import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import { hostManifest, prepareRecords } from '../../../../../lib/distributions/k3s/host-manifest';
import { hosts } from '../../../../../lib/distributions/k3s/hosts';
import { nodeScript } from '../../../../../lib/distributions/k3s/step-scripts';
import { secret } from '../../../../../lib/secret';
import { k3sModel } from '../../../../support/k3s-model';
import { ScriptHost, type StepRun } from '../../../../support/script-host';

// Processes by the dozen, on machines that do other things too.
jest.setTimeout(60_000);

const VERSION = 'v1.36.3+k3s1';
const BINARY = `#!/bin/sh\necho 'k3s version ${VERSION} (stand-in)'\n`;
const SHA = createHash('sha256').update(BINARY).digest('hex');
const DB = '/var/lib/rancher/k3s/server/db';

let host: ScriptHost;
beforeEach(() => {
  host = new ScriptHost();
  host.write(`/var/lib/k3stack/artifacts/${SHA}`, BINARY);
});
afterEach(() => host.remove());

async function prepare(props: Partial<K3sClusterProps>): Promise<StepRun> {
  const model = k3sModel({ version: VERSION, airGap: { images: false }, ...props });
  const [found] = hosts(model, { checksum: () => SHA, hostKey: () => 'ssh-ed25519 KEY' });
  const [node] = model.nodes;
  if (found === undefined || node === undefined) throw new Error('no host');
  const synthesis = { ...found, files: found.files.map((file) => ({ ...file, owner: host.owner })) };
  const values = {
    ...nodeScript(model, node, 'prepare').values,
    ARCHITECTURE: process.arch === 'x64' ? 'amd64' : 'arm64',
    OWNER: 'prod/k3s',
    DIGEST: hostManifest(synthesis).digest,
  };
  return host.run(
    'create',
    { step: 'prepare', values, records: prepareRecords(synthesis) },
    { K3STACK_DATA_SPACE: '1' },
  );
}

/** The host runs what was staged for these props. */
async function runs(props: Partial<K3sClusterProps>, data: string): Promise<void> {
  expect((await prepare(props)).code).toBe(0);
  host.write('/var/lib/k3stack/active', host.read('/var/lib/k3stack/staged/current/manifest'));
  host.write(`${DB}/${data}`, 'data');
}

const external = Datastore.external({
  postgres: { host: 'db.example.org', user: 'k3s', password: secret('db') },
});

describe('the datastore of a cluster that runs', () => {
  test.each([
    ['etcd to one outside', Datastore.embeddedEtcd(), 'etcd/member', external, 'external'],
    ['sqlite to one outside', Datastore.sqlite(), 'state.db', external, 'external'],
    ['etcd to sqlite', Datastore.embeddedEtcd(), 'etcd/member', Datastore.sqlite(), 'sqlite'],
  ])('does not change from %s: nothing is staged', async (_, before, data, after, kind) => {
    await runs({ datastore: before }, data);
    const staged = host.read('/var/lib/k3stack/staged/current/manifest');
    const { code, stderr } = await prepare({ datastore: after });
    expect(code).toBe(10);
    expect(stderr).toContain(`the program now says ${kind}, to which K3s moves no data`);
    expect(host.read('/var/lib/k3stack/staged/current/manifest')).toBe(staged);
  });

  test('changes from sqlite to etcd', async () => {
    await runs({ datastore: Datastore.sqlite() }, 'state.db');
    expect((await prepare({ datastore: Datastore.embeddedEtcd() })).code).toBe(0);
  });
});

describe('the networks of a cluster that runs', () => {
  test.each<[string, K3sClusterProps['network'], K3sClusterProps['network'], string]>([
    ['of pods', {}, { clusterCidr: ['10.52.0.0/16'] }, 'cluster-cidr'],
    ['of pods back to the default', { clusterCidr: ['10.52.0.0/16'] }, {}, 'cluster-cidr'],
    [
      'of services, by a second family',
      { serviceCidr: ['10.44.0.0/16'] },
      { serviceCidr: ['10.44.0.0/16', 'fd00:44::/112'] },
      'service-cidr',
    ],
    ['the domain', {}, { clusterDomain: 'k3s.lan' }, 'cluster-domain'],
  ])('do not change: %s', async (_, before, after, option) => {
    await runs({ network: before ?? {} }, 'state.db');
    const { code, stderr } = await prepare({ network: after ?? {} });
    expect(code).toBe(10);
    expect(stderr).toContain(`${option} of k3s has changed`);
  });

  test('may be written out where they are the defaults of K3s, and left out again', async () => {
    const defaults = {
      clusterCidr: ['10.42.0.0/16'],
      serviceCidr: ['10.43.0.0/16'],
      clusterDomain: 'cluster.local',
    };
    await runs({}, 'state.db');
    expect((await prepare({ network: defaults })).code).toBe(0);
    await runs({ network: defaults }, 'state.db');
    expect((await prepare({})).code).toBe(0);
  });
});
