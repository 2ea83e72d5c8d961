import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import {
  refuse,
  tell,
  three,
  five,
  hosts,
  agent,
  type TransitionCase,
} from '../../../support/transition-case';
import { synthesisOf, type HostLiteral, type SynthesisLiteral } from '../../../support/synthesis-fixture';

export const identityCases: readonly TransitionCase[] = [
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
];

function renamed(literal: SynthesisLiteral): Synthesis {
  return synthesisOf({ ...literal, cluster: 'other' });
}

function distribution(name: string): Synthesis {
  const made = synthesisOf({ hosts: three });
  return { ...made, clusters: made.clusters.map((cluster) => ({ ...cluster, distribution: name })) };
}

function unknownIp(host: string): HostLiteral {
  return { nodeIp: undefined, transport: { ssh: { host } } };
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
