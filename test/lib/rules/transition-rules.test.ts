import { describe, expect, test } from '@jest/globals';
import type { K3sClusterFacts } from '../../../lib/distributions/k3s/cluster-facts';
import { transitionRules, transitionRuleTable } from '../../../lib/rules/transition-rules';
import type { Violation } from '../../../lib/rules/violation';
import type { HostSynthesis, Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOf, type HostLiteral, type SynthesisLiteral } from '../../support/synthesis-fixture';

type Side = SynthesisLiteral | Synthesis;
interface Case {
  readonly rule: string;
  readonly name: string;
  readonly before: Side;
  readonly after: Side;

  /** What the rule says: the problem, and what it stops. Absent for a near miss, about which it says nothing. */
  readonly hit?: { readonly problem: string | RegExp; readonly blocks: Violation['blocks'] };
}

const three: Record<string, HostLiteral> = { alfa: {}, bravo: {}, charlie: {} };
const five = { ...three, delta: {}, echo: {} };
const hosts = (...names: string[]): Record<string, HostLiteral> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      { nodeIp: `10.1.0.${name.charCodeAt(0)}`, transport: { ssh: { host: name } } },
    ]),
  );
const agent = (over: HostLiteral = {}): HostLiteral => ({ role: 'agent', ...over });
const only = (facts: Partial<K3sClusterFacts>): SynthesisLiteral => ({ hosts: three, facts });
const at = (version: string, all: Record<string, HostLiteral> = three): SynthesisLiteral => ({
  hosts: all,
  version,
});
const renamed = (literal: SynthesisLiteral): Synthesis => synthesisOf({ ...literal, cluster: 'other' });
const manifest = (file: string, content: string): HostLiteral => ({
  files: [
    {
      path: `/var/lib/rancher/k3s/server/manifests/${file}`,
      mode: '0600',
      owner: 'root:root',
      content,
      encoding: 'raw',
      disruption: 'live',
    },
  ],
});
const object = (kind: string, name: string): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: web\n`;
const workload = (kind: string, name: string): Partial<Synthesis> => ({
  manifests: [
    {
      file: '01-web.yaml',
      cluster: 'k3s',
      objects: [
        {
          path: 'web',
          owner: 'workloads',
          object: { apiVersion: 'v1', kind, metadata: { name, namespace: 'web' } },
        },
      ],
    },
  ],
});
const refuse = (problem: string | RegExp) => ({ problem, blocks: 'provision' as const });
const tell = (problem: string | RegExp) => ({ problem, blocks: 'nothing' as const });

const cases: readonly Case[] = [
  // Clusters
  {
    rule: 'cluster-renamed',
    name: 'hosts under another cluster name',
    before: { hosts: three },
    after: renamed({ hosts: three }),
    hit: refuse('cluster k3s is now called other: their hosts are the same'),
  },
  {
    rule: 'cluster-renamed',
    name: 'another cluster on other hosts',
    before: { hosts: three },
    after: renamed({ hosts: hosts('x') }),
  },
  {
    rule: 'cluster-removed',
    name: 'a cluster that goes',
    before: { hosts: three },
    after: renamed({ hosts: hosts('x') }),
    hit: tell(/no longer declared: alfa, bravo, charlie will be uninstalled/),
  },
  {
    rule: 'cluster-removed',
    name: 'a cluster that is renamed',
    before: { hosts: three },
    after: renamed({ hosts: three }),
  },
  {
    rule: 'cluster-distribution-changed',
    name: 'k3s becomes existing',
    before: { hosts: three },
    after: distribution('existing'),
    hit: refuse('k3s was k3s and becomes existing'),
  },
  {
    rule: 'cluster-distribution-changed',
    name: 'nothing changed',
    before: { hosts: three },
    after: { hosts: three },
  },

  // Hosts
  {
    rule: 'host-address-changed',
    name: 'another nodeIp',
    before: { hosts: three },
    after: { hosts: { ...three, bravo: { nodeIp: '10.0.0.99' } } },
    hit: refuse('bravo was at 10.0.0.2 and is now at 10.0.0.99'),
  },
  {
    rule: 'host-address-changed',
    name: 'another SSH address, no nodeIp known',
    before: { hosts: { alfa: unknownIp('a.example') } },
    after: { hosts: { alfa: unknownIp('b.example') } },
    hit: refuse('alfa was at a.example and is now at b.example'),
  },
  {
    rule: 'host-address-changed',
    name: 'another SSH address of the same nodeIp',
    before: { hosts: { alfa: {} } },
    after: { hosts: { alfa: { transport: { ssh: { host: 'vpn.example' } } } } },
  },
  {
    rule: 'host-address-changed',
    name: 'nodeIp declared later',
    before: { hosts: { alfa: unknownIp('a.example') } },
    after: { hosts: { alfa: { transport: { ssh: { host: 'a.example' } } } } },
  },
  {
    rule: 'host-renamed',
    name: 'the same address under a new name',
    before: { hosts: five },
    after: { hosts: { ...three, delta: {}, echo2: { nodeIp: '10.0.0.5' } } },
    hit: refuse('the machine at 10.0.0.5 was called echo and is now called echo2'),
  },
  {
    rule: 'host-renamed',
    name: 'a new machine in place of an old one',
    before: { hosts: five },
    after: { hosts: { ...three, delta: {}, echo2: { nodeIp: '10.0.0.6' } } },
  },
  {
    rule: 'host-role-changed',
    name: 'a server becomes agent',
    before: { hosts: five },
    after: { hosts: { ...five, echo: agent() } },
    hit: refuse('echo was server and becomes agent'),
  },
  {
    rule: 'host-role-changed',
    name: 'an agent becomes server',
    before: { hosts: { ...three, delta: agent() } },
    after: { hosts: { ...three, delta: {} } },
    hit: refuse('delta was agent and becomes server'),
  },
  {
    rule: 'host-role-changed',
    name: 'a server goes and an agent comes',
    before: { hosts: five },
    after: { hosts: { ...three, delta: {}, golf: agent() } },
  },
  {
    rule: 'host-moved',
    name: 'the same name in another cluster',
    before: { hosts: three },
    after: moved(),
    hit: refuse('charlie leaves cluster k3s for other'),
  },
  { rule: 'host-moved', name: 'nothing changed', before: moved(), after: moved() },
  {
    rule: 'pool-changed',
    name: 'a pool gets a new name',
    before: { hosts: { ...three, d: agent({ pool: 'a' }), e: agent({ pool: 'a' }) } },
    after: { hosts: { ...three, d: agent({ pool: 'b' }), e: agent({ pool: 'b' }) } },
    hit: tell('d, e moved from pool a to pool b'),
  },
  {
    rule: 'pool-changed',
    name: 'a pool gets another agent',
    before: { hosts: { ...three, d: agent({ pool: 'a' }) } },
    after: { hosts: { ...three, d: agent({ pool: 'a' }), e: agent({ pool: 'a' }) } },
  },

  // Membership
  {
    rule: 'servers-all-replaced',
    name: 'all servers go',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('d', 'e', 'f') },
    hit: refuse('none of the servers a, b, c is declared any more'),
  },
  {
    rule: 'servers-all-replaced',
    name: 'the only sqlite server goes',
    before: { hosts: hosts('a'), facts: { datastore: 'sqlite' } },
    after: { hosts: hosts('b'), facts: { datastore: 'sqlite' } },
    hit: refuse(/none of the servers a/),
  },
  {
    rule: 'servers-all-replaced',
    name: 'all servers of an external datastore go',
    before: { hosts: hosts('a'), facts: { datastore: 'external' } },
    after: { hosts: hosts('b'), facts: { datastore: 'external' } },
  },
  {
    rule: 'etcd-quorum-removal',
    name: 'two of three go',
    before: { hosts: three },
    after: { hosts: { alfa: {} } },
    hit: refuse('removing bravo, charlie leaves 1 of 3 etcd members, and 2 are needed to agree'),
  },
  {
    rule: 'etcd-quorum-removal',
    name: 'two of three are replaced',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('a', 'x', 'y') },
    hit: refuse(/leaves 1 of 3/),
  },
  {
    rule: 'etcd-quorum-removal',
    name: 'one of two goes',
    before: { hosts: hosts('a', 'b') },
    after: { hosts: hosts('a') },
    hit: refuse(/leaves 1 of 2/),
  },
  {
    rule: 'etcd-quorum-removal',
    name: 'one of three goes',
    before: { hosts: three },
    after: { hosts: { alfa: {}, bravo: {} } },
  },
  { rule: 'etcd-quorum-removal', name: 'two of five go', before: { hosts: five }, after: { hosts: three } },
  {
    rule: 'etcd-quorum-removal',
    name: 'three of five go',
    before: { hosts: five },
    after: { hosts: { alfa: {}, bravo: {} } },
    hit: refuse(/leaves 2 of 5 etcd members, and 3 are needed/),
  },
  {
    rule: 'etcd-quorum-removal',
    name: 'servers of an external datastore go',
    before: { hosts: three, facts: { datastore: 'external' } },
    after: { hosts: { alfa: {} }, facts: { datastore: 'external' } },
  },
  {
    rule: 'etcd-replace-order',
    name: 'one of three is replaced',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('a', 'b', 'd') },
    hit: tell('c leaves before d joins: meanwhile 2 members tolerate the loss of 0'),
  },
  {
    rule: 'etcd-replace-order',
    name: 'two are added',
    before: { hosts: hosts('a') },
    after: { hosts: hosts('a', 'b', 'c') },
  },
  {
    rule: 'etcd-even-members',
    name: 'from three to four',
    before: { hosts: three },
    after: { hosts: { ...three, delta: {} } },
    hit: tell('4 etcd members tolerate the loss of 1, no more than 3 would'),
  },
  {
    rule: 'etcd-even-members',
    name: 'four stay four',
    before: { hosts: { ...three, delta: {} } },
    after: { hosts: { ...three, delta: {} } },
  },
  { rule: 'etcd-even-members', name: 'from three to five', before: { hosts: three }, after: { hosts: five } },
  {
    rule: 'coordinator-removed',
    name: 'the first server goes',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('b', 'c') },
    hit: refuse(/a is the first server/),
  },
  {
    rule: 'coordinator-removed',
    name: 'another server is written first',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('b', 'a', 'c') },
  },
  {
    rule: 'coordinator-removed',
    name: 'a later server goes',
    before: { hosts: hosts('a', 'b', 'c') },
    after: { hosts: hosts('a', 'b') },
  },

  // Datastore
  {
    rule: 'datastore-changed',
    name: 'etcd to sqlite',
    before: only({}),
    after: only({ datastore: 'sqlite' }),
    hit: refuse('the datastore was embedded-etcd and is now sqlite'),
  },
  {
    rule: 'datastore-changed',
    name: 'sqlite to external',
    before: only({ datastore: 'sqlite' }),
    after: only({ datastore: 'external' }),
    hit: refuse(/sqlite and is now external/),
  },
  {
    rule: 'datastore-changed',
    name: 'sqlite to etcd on another server',
    before: { hosts: hosts('a'), facts: { datastore: 'sqlite' } },
    after: { hosts: hosts('b', 'c', 'd') },
    hit: refuse(/sqlite and is now embedded-etcd/),
  },
  {
    rule: 'datastore-changed',
    name: 'sqlite to etcd on the same server',
    before: { hosts: { alfa: {} }, facts: { datastore: 'sqlite' } },
    after: { hosts: three },
    hit: tell(/moves the state of alfa/),
  },
  {
    rule: 'datastore-changed',
    name: 'another external database',
    before: only({ datastore: 'external', datastoreTarget: 'postgres://a:5432/k3s' }),
    after: only({ datastore: 'external', datastoreTarget: 'postgres://b:5432/k3s' }),
    hit: refuse(/was postgres:\/\/a:5432\/k3s and is now postgres:\/\/b/),
  },
  {
    rule: 'datastore-changed',
    name: 'the same external database',
    before: only({ datastore: 'external', datastoreTarget: 'postgres://a:5432/k3s' }),
    after: only({ datastore: 'external', datastoreTarget: 'postgres://a:5432/k3s' }),
  },

  // Versions
  {
    rule: 'k3s-minor-skip',
    name: '1.32 to 1.34',
    before: at('v1.32.11+k3s3'),
    after: at('v1.34.1+k3s1'),
    hit: refuse('alfa, bravo, charlie would go from v1.32.11+k3s3 to v1.34.1+k3s1 and skip v1.33'),
  },
  { rule: 'k3s-minor-skip', name: '1.34 to 1.35', before: at('v1.34.1+k3s1'), after: at('v1.35.1+k3s1') },
  {
    rule: 'k3s-minor-skip',
    name: 'an agent that stayed behind',
    before: { hosts: { ...three, d: agent({ version: 'v1.32.1+k3s1' }) } },
    after: { hosts: { ...three, d: agent() } },
  },
  {
    rule: 'k3s-downgrade',
    name: 'a minor back',
    before: at('v1.35.1+k3s1'),
    after: at('v1.34.6+k3s1'),
    hit: refuse(/back from v1.35.1\+k3s1 to v1.34.6\+k3s1/),
  },
  {
    rule: 'k3s-downgrade',
    name: 'a K3s revision back',
    before: at('v1.34.1+k3s10'),
    after: at('v1.34.1+k3s9'),
    hit: tell(/back from v1.34.1\+k3s10/),
  },
  {
    rule: 'k3s-downgrade',
    name: 'a K3s revision up',
    before: at('v1.34.1+k3s9'),
    after: at('v1.34.1+k3s10'),
  },
  {
    rule: 'k3s-agent-newer',
    name: 'an agent ahead',
    before: { hosts: { ...three, d: agent() } },
    after: { hosts: { ...three, d: agent({ version: 'v1.35.0+k3s1' }) } },
    hit: refuse('agent d at v1.35.0+k3s1 would be newer than server alfa at v1.34.1+k3s1'),
  },
  {
    rule: 'k3s-agent-newer',
    name: 'an agent behind',
    before: { hosts: { ...three, d: agent() } },
    after: { hosts: { ...three, d: agent({ version: 'v1.33.9+k3s1' }) } },
  },
  {
    rule: 'k3s-etcd-step',
    name: 'from before the repair',
    before: at('v1.33.7+k3s2'),
    after: at('v1.34.3+k3s1'),
    hit: refuse(/etcd older than 3.5.26/),
  },
  { rule: 'k3s-etcd-step', name: 'from the repair', before: at('v1.33.7+k3s3'), after: at('v1.34.3+k3s1') },
  {
    rule: 'k3s-etcd-step',
    name: 'without etcd',
    before: { ...at('v1.33.1+k3s1'), facts: { datastore: 'external' } },
    after: { ...at('v1.34.3+k3s1'), facts: { datastore: 'external' } },
  },

  // Credentials
  {
    rule: 'token-secret-changed',
    name: 'another secret',
    before: only({}),
    after: only({ tokenSecret: 'new-token' }),
    hit: refuse('the token was secret k3s-token and is now secret new-token'),
  },
  {
    rule: 'token-secret-changed',
    name: 'unknown before',
    before: only({ tokenSecret: undefined as never }),
    after: only({}),
  },
  {
    rule: 'agent-token-secret-changed',
    name: 'agents get their own',
    before: only({}),
    after: only({ agentTokenSecret: 'agents' }),
    hit: tell('agents joined with the token of the servers and now with agents'),
  },
  {
    rule: 'agent-token-secret-changed',
    name: 'the same',
    before: only({ agentTokenSecret: 'agents' }),
    after: only({ agentTokenSecret: 'agents' }),
  },
  {
    rule: 'secrets-encryption-changed',
    name: 'off',
    before: only({}),
    after: only({ secretsEncryption: false }),
    hit: refuse('encryption of Secrets with aescbc is switched off'),
  },
  {
    rule: 'secrets-encryption-changed',
    name: 'on',
    before: only({ secretsEncryption: false }),
    after: only({}),
    hit: refuse(/switched on in a cluster that is not encrypted/),
  },
  {
    rule: 'secrets-encryption-changed',
    name: 'another cipher',
    before: only({}),
    after: only({ secretsEncryption: 'secretbox' }),
    hit: tell(/was aescbc and is now secretbox/),
  },
  {
    rule: 'secrets-encryption-changed',
    name: 'never on',
    before: only({ secretsEncryption: false }),
    after: only({ secretsEncryption: false }),
  },

  // Network
  {
    rule: 'network-immutable',
    name: 'pod addresses',
    before: only({}),
    after: only({ clusterCidr: ['10.52.0.0/16'] }),
    hit: refuse('the pod addresses were 10.42.0.0/16, now 10.52.0.0/16'),
  },
  {
    rule: 'network-immutable',
    name: 'a second family',
    before: only({}),
    after: only({ serviceCidr: ['10.43.0.0/16', 'fd00::/108'] }),
    hit: refuse(/now 10.43.0.0\/16,fd00::\/108/),
  },
  {
    rule: 'network-immutable',
    name: 'the DNS domain',
    before: only({}),
    after: only({ clusterDomain: 'k8s.example' }),
    hit: refuse('the cluster domain was cluster.local, now k8s.example'),
  },
  {
    rule: 'network-immutable',
    name: 'the same list',
    before: only({}),
    after: only({ clusterCidr: ['10.42.0.0/16'] }),
  },
  {
    rule: 'flannel-backend-changed',
    name: 'another backend',
    before: only({}),
    after: only({ flannelBackend: 'wireguard-native' }),
    hit: tell(/was vxlan and is now wireguard-native/),
  },
  {
    rule: 'flannel-backend-changed',
    name: 'another provider',
    before: only({}),
    after: only({ flannelBackend: 'none' }),
    hit: refuse('the pod network was made by flannel (vxlan) and is now made by another provider'),
  },
  {
    rule: 'flannel-backend-changed',
    name: 'the same',
    before: only({ flannelBackend: 'none' }),
    after: only({ flannelBackend: 'none' }),
  },
  {
    rule: 'registration-address-changed',
    name: 'a load balancer',
    before: only({}),
    after: only({ registrationAddress: 'api.example.org' }),
    hit: tell(/joined through 10.0.0.1 and shall join through api.example.org/),
  },
  { rule: 'registration-address-changed', name: 'the same', before: only({}), after: only({}) },

  // Settings
  {
    rule: 'data-dir-changed',
    name: 'another directory',
    before: { hosts: three },
    after: { hosts: { ...three, bravo: { settings: { 'data-dir': '/data' } } } },
    hit: refuse('the state of bravo is in /var/lib/rancher/k3s, and K3s would look for it in /data'),
  },
  {
    rule: 'data-dir-changed',
    name: 'the default written out',
    before: { hosts: three },
    after: { hosts: { ...three, bravo: { settings: { 'data-dir': '/var/lib/rancher/k3s' } } } },
  },
  {
    rule: 'must-match-changed',
    name: 'an option K3s compares',
    before: { hosts: three },
    after: { hosts: withSettings(three, { 'disable-network-policy': true }) },
    hit: tell('disable-network-policy differs between servers until the last of 3 has restarted'),
  },
  {
    rule: 'must-match-changed',
    name: 'while a server joins',
    before: { hosts: three },
    after: { hosts: withSettings(five, { 'disable-network-policy': true }) },
    hit: refuse(/refuses delta, echo if it joins/),
  },
  {
    rule: 'must-match-changed',
    name: 'the default written out',
    before: { hosts: three },
    after: { hosts: withSettings(three, { 'disable-network-policy': false }) },
  },
  {
    rule: 'must-match-changed',
    name: 'the only server',
    before: { hosts: { alfa: {} } },
    after: { hosts: withSettings({ alfa: {} }, { 'disable-network-policy': true }) },
  },

  // Auto-deploy
  {
    rule: 'auto-deploy-removed',
    name: 'a manifest goes',
    before: {
      hosts: { alfa: manifest('vip.yaml', `${object('ConfigMap', 'a')}---\n${object('ConfigMap', 'b')}`) },
    },
    after: { hosts: { alfa: {} } },
    hit: tell('ConfigMap web/a, ConfigMap web/b left vip.yaml and will be deleted from the cluster'),
  },
  {
    rule: 'auto-deploy-removed',
    name: 'an object moves to the workloads',
    before: { hosts: { alfa: manifest('vip.yaml', object('ConfigMap', 'a')) } },
    after: { hosts: { alfa: {} }, over: workload('ConfigMap', 'a') },
    hit: tell('ConfigMap web/a moved from vip.yaml to the workloads: it is deleted and made again'),
  },
  {
    rule: 'auto-deploy-removed',
    name: 'an object moves to another file',
    before: { hosts: { alfa: manifest('vip.yaml', object('ConfigMap', 'a')) } },
    after: { hosts: { alfa: manifest('other.yaml', object('ConfigMap', 'a')) } },
  },
  {
    rule: 'auto-deploy-removed',
    name: 'a file that is no manifest goes',
    before: { hosts: { alfa: manifest('vip.yaml', 'a: [') } },
    after: { hosts: { alfa: {} } },
  },
];

function distribution(name: string): Synthesis {
  const made = synthesisOf({ hosts: three });
  return { ...made, clusters: made.clusters.map((cluster) => ({ ...cluster, distribution: name })) };
}

function unknownIp(host: string): HostLiteral {
  return { nodeIp: undefined, transport: { ssh: { host } } } as unknown as HostLiteral;
}

function moved(): Synthesis {
  const [kept, other] = [
    synthesisOf({ hosts: { alfa: {}, bravo: {} } }),
    synthesisOf({
      hosts: { xray: { nodeIp: '10.9.0.1' }, charlie: { nodeIp: '10.0.0.3' } },
      cluster: 'other',
    }),
  ];
  return { ...kept, clusters: [...kept.clusters, ...other.clusters], hosts: [...kept.hosts, ...other.hosts] };
}

function withSettings(
  all: Record<string, HostLiteral>,
  settings: HostSynthesis['settings'],
): Record<string, HostLiteral> {
  return Object.fromEntries(Object.entries(all).map(([name, host]) => [name, { ...host, settings }]));
}

const synthesis = (side: Side): Synthesis => ('schema' in side ? side : synthesisOf(side));

describe.each(transitionRuleTable.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const own = cases.filter((entry) => entry.rule === id);

  test('says what it wants, why, and where that is documented', () => {
    expect(rule.title).toMatch(/^[A-Z].{10,}[^.]$/);
    expect(rule.reason).toMatch(/^.{30,}\.$/s);
    expect(rule.source).toMatch(/https?:\/\/|DESIGN|k3s pkg/);
  });

  test('has a hit and a near miss', () => {
    expect([own.some((entry) => entry.hit), own.some((entry) => !entry.hit)]).toEqual([true, true]);
  });

  test.each(own.map((entry) => [entry.hit ? 'hit' : 'near miss', entry.name, entry] as const))(
    '%s: %s',
    (_, __, entry) => {
      const found = transitionRules(synthesis(entry.before), synthesis(entry.after)).filter(
        (violation) => violation.rule === id,
      );
      if (!entry.hit) return expect(found).toEqual([]);
      expect(found.map(({ blocks }) => blocks)).toEqual([entry.hit.blocks]);
      expect(found[0]?.problem).toEqual(
        typeof entry.hit.problem === 'string' ? entry.hit.problem : expect.stringMatching(entry.hit.problem),
      );
      expect(found[0]?.path).toMatch(/^test\/(k3s|other)/);
      expect(found[0]?.fix).not.toBe('');
    },
  );
});

test('nothing is said about an environment that does not change', () => {
  for (const { before } of cases) expect(transitionRules(synthesis(before), synthesis(before))).toEqual([]);
});

test('facts that an older release did not write are not compared', () => {
  const old = synthesisOf({ hosts: three });
  const bare = { ...old, clusters: old.clusters.map((cluster) => ({ ...cluster, facts: {} })) };
  expect(transitionRules(bare, old)).toEqual([]);
});
