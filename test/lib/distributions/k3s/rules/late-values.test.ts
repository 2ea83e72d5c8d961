import { expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import { Cni } from '../../../../../lib/distributions/k3s/network';
import { httpsUrl } from '../../../../../lib/distributions/k3s/registration';
import { late } from '../../../../../lib/late';
import { secret } from '../../../../../lib/secret';
import { fileAt, hostNamed, k3sModel, server } from '../../../../support/k3s-model';
import { alfa, testRules, violationsOf } from '../../../../support/k3s-rule-rows';

const rent = (example: string): string => late('c', { example });
const sql = { host: rent('db.example.org'), user: 'k3s', password: secret('p') };
const agent = (more: object): Partial<K3sClusterProps> => ({ agents: { delta: { ...server(9), ...more } } });

testRules([
  {
    rule: 'k3s-late-value',
    broken: { nodes: { ceiling: { cpu: rent('2') } } },
    says: "[k3s/servers/alfa] ceiling.cpu: is worked with before a run, so it cannot be the late value «c»; write the value itself, such as '2'",
    fine: { nodes: { ceiling: { cpu: '2' } } },
  },
]);

/** Everything that is calculated with, split, compared, encoded or made a path of. */
test.each<[string, Partial<K3sClusterProps>]>([
  ['version', { version: rent('v1.34.1+k3s1') }],
  ['version', agent({ version: rent('v1.34.1+k3s1') })],
  ['ceiling.memory', alfa({ ceiling: { memory: rent('4Gi') } })],
  ['reserved.cpu', alfa({ reserved: { cpu: rent('250m') } })],
  ['reserved.memory', alfa({ reserved: { memory: rent('1Gi') } })],
  ['capacity.memory', alfa({ capacity: { memory: rent('4Gi') } })],
  ['capacity.disk', alfa({ capacity: { disk: rent('80Gi') } })],
  ['containerLog.maxSize', alfa({ containerLog: { maxSize: rent('10Mi') } })],
  ['dataDir', alfa({ dataDir: rent('/srv/k3s') })],
  ['accelerators.resource', alfa({ accelerators: [{ resource: rent('a.com/gpu') }] })],
  ['accelerators.runtimeClass', alfa({ accelerators: [{ resource: 'a.com/gpu', runtimeClass: rent('a') }] })],
  ['accelerators.label', alfa({ accelerators: [{ resource: 'a.com/gpu', label: rent('gpu') }] })],
  ['network.clusterCidr', { network: { clusterCidr: [rent('10.44.0.0/16')] } }],
  ['network.serviceCidr', { network: { serviceCidr: [rent('10.45.0.0/16')] } }],
  ['network.serviceNodePortRange', { network: { serviceNodePortRange: rent('30000-30100') } }],
  ['network.cni.provider', { network: { cni: Cni.none(rent('cilium')) } }],
  ['upgrade.maxUnavailable', { upgrade: { maxUnavailable: rent('25%') as '25%' } }],
  [
    'pools["edge"].maxUnavailable',
    { pools: { edge: { maxUnavailable: rent('25%') as '25%', nodes: { delta: server(9) } } } },
  ],
  ['upgrade.gate', { upgrade: { gate: `./check.sh ${rent('10.0.0.1')}` } }],
  ['upgrade.after', { upgrade: { after: rent('staging') } }],
  ['upgrade.soak', { upgrade: { after: 'staging', soak: rent('24h') } }],
  ['downloadFrom', { downloadFrom: `https://${rent('10.0.0.1')}/k3s` }],
  ['airGap.archives', { airGap: { archives: [rent('shop.tar')] } }],
  ['datastore.snapshots.dir', { datastore: Datastore.embeddedEtcd({ snapshots: { dir: rent('/srv/s') } }) }],
  [
    'datastore.s3.endpointCa',
    { datastore: Datastore.embeddedEtcd({ s3: { bucket: 'k3s', endpointCa: rent('/etc/ca.crt') } }) },
  ],
  ['datastore.postgres.user', { datastore: Datastore.external({ postgres: { ...sql, user: rent('k3s') } }) }],
  [
    'datastore.postgres.database',
    { datastore: Datastore.external({ postgres: { ...sql, database: rent('k3s') } }) },
  ],
  [
    'datastore.mysql.database',
    { datastore: Datastore.external({ mysql: { ...sql, database: rent('k3s') } }) },
  ],
])('refuses a late %s', (property, props) => {
  const found = violationsOf(props);
  expect(found).toEqual([expect.stringMatching(/^k3s-late-value: .*«c»; write the value itself, such as '/)]);
  expect(found[0]).toContain(`] ${property}: `);
});

test('takes late values where text is only copied', () => {
  const props = {
    ...alfa({
      ssh: { host: rent('203.0.113.7') },
      nodeIp: rent('10.0.0.1'),
      externalIp: rent('203.0.113.7'),
      labels: { a: rent('b') },
      taints: [{ key: 'k', value: rent('v'), effect: 'NoSchedule' }],
      sysctls: { 'vm.swappiness': rent('1') },
    }),
    api: { registrationAddress: rent('k3s.example.org'), tlsSans: [rent('a.example.org')] },
    datastore: Datastore.external({ mysql: sql }),
  };
  expect(violationsOf(props)).toEqual([]);
  expect(() => hostNamed(k3sModel(props), 'alfa')).not.toThrow();
});

test('a late IPv6 address gets the brackets that its example needs', () => {
  const address = rent('fd00::1');
  expect(httpsUrl(address, 6443)).toBe(`https://[${address}]:6443`);
  expect(httpsUrl(rent('10.0.0.1'), 6443)).toBe(`https://${rent('10.0.0.1')}:6443`);
  const datastore = Datastore.external({ mysql: { ...sql, host: address } });
  expect(fileAt(k3sModel({ datastore }), 'alfa', '/etc/systemd/system/k3s.service.env')?.content).toContain(
    `@tcp([${address}]:3306)/k3s`,
  );
});

test('messages show a late value by its name', () => {
  expect(violationsOf(alfa({ taints: rent('x') }))).toEqual([
    expect.stringContaining('must be a list, got "«c»"'),
  ]);
});
