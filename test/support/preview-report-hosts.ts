import type { HostBlock, Rollout, RolloutStep } from '../../lib/diff/host-report';

/** Three servers that go to the next minor of K3s, and an agent that goes away. */
export function sampleHosts(): HostBlock[] {
  return [...['server-1', 'server-2', 'server-3'].map(server), agent(), laptop()];
}

/** The order in which they go, with the quorum of three members. */
export function sampleRollouts(): Rollout[] {
  const turn = (host: string, index: number): RolloutStep => ({
    host,
    role: 'server',
    wave: index + 1,
    what: 'v1.34.4+k3s1 -> v1.35.4+k3s1',
    disruption: 'drain-restart',
    expectedSeconds: 240,
    atMostSeconds: 900,
    quorum: { members: 3, needed: 2, left: 2 },
  });
  return [
    {
      environment: 'production',
      cluster: 'main',
      steps: [
        ...['server-1', 'server-2', 'server-3'].map(turn),
        {
          kind: 'removed',
          host: 'agent-7',
          role: 'agent',
          wave: 4,
          what: 'leaves the cluster',
          disruption: 'replace',
          expectedSeconds: 60,
        },
      ],
      expectedSeconds: 780,
      atMostSeconds: 2760,
      notes: ['Two of three servers answer while one is away.'],
    },
  ];
}

function server(host: string): HostBlock {
  return {
    cluster: 'main',
    host,
    role: 'server',
    kind: 'changed',
    environments: ['production'],
    level: 'high',
    disruption: 'drain-restart',
    reason: 'version v1.34.4+k3s1 -> v1.35.4+k3s1',
    properties: [
      { name: 'version', before: 'v1.34.4+k3s1', after: 'v1.35.4+k3s1', disruption: 'drain-restart' },
    ],
    options: [
      {
        name: 'kubelet-arg.max-pods',
        before: '110',
        after: '200',
        disruption: 'restart',
        applies: 'restart',
        why: 'the kubelet reads it when it starts',
      },
      { name: 'cluster-cidr', before: '10.42.0.0/16', after: '10.44.0.0/16', disruption: 'refused' },
    ],
    files: [
      {
        path: '/etc/rancher/k3s/config.yaml',
        kind: 'changed',
        what: ['content'],
        disruption: 'restart',
        fields: [{ path: 'kubelet-arg', op: 'replace', before: ['max-pods=110'], after: ['max-pods=200'] }],
      },
      {
        path: '/etc/rancher/k3s/registries.yaml',
        kind: 'changed',
        what: ['mode 0644 -> 0600', 'content'],
        disruption: 'restart',
        before: 'configs:\n  registry.example.org:\n    auth:\n      password: «secret:registry»\n',
        after: 'configs:\n  registry.example.org:5000:\n    auth:\n      password: «secret:registry»\n',
      },
      { path: '/etc/sysctl.d/90-k3s.conf', kind: 'added', what: ['content'], disruption: 'live' },
    ],
    steps: ['roll: RECONCILE 0 -> 1'],
    origin: { path: `production/cluster/${host}`, file: 'environments.ts', line: 20 },
  };
}

function agent(): HostBlock {
  return {
    cluster: 'main',
    host: 'agent-7',
    role: 'agent',
    kind: 'removed',
    environments: ['production'],
    level: 'caution',
    disruption: 'replace',
    reason: 'it is no longer in the program',
    properties: [],
    options: [],
    files: [],
    steps: [],
    origin: {},
  };
}

function laptop(): HostBlock {
  return {
    ...agent(),
    cluster: 'lab',
    host: 'laptop',
    kind: 'added',
    environments: ['lab'],
    level: 'routine',
    disruption: 'none',
    reason: 'it is new',
  };
}
