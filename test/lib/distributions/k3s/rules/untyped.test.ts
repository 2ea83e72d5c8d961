import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputOf } from '../../../../../lib/distributions/distribution';
import { buildModel } from '../../../../../lib/distributions/k3s/build-model';
import type { K3sClusterProps } from '../../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../../lib/distributions/k3s/datastore';
import { k3s } from '../../../../../lib/distributions/k3s/k3s';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';
import { runRules } from '../../../../../lib/rules/rule';
import { secret } from '../../../../../lib/secret';
import { server } from '../../../../support/k3s-model';

function modelOf(props: unknown) {
  return buildModel({
    name: 'k3s',
    path: 'k3s',
    props: props as K3sClusterProps,
    components: new Map(),
    autoDeploy: [],
    files: new Map(),
  });
}

function check(props: unknown): string[] {
  return runRules(k3sRules, modelOf(props)).map((v) => `[${v.path}] ${v.property}: ${v.problem}; ${v.fix}`);
}

const version = 'v1.34.1+k3s1';
const servers = { alfa: server(1) };

test.each([
  [
    'no props at all',
    undefined,
    ['[k3s] version: is missing; write version: …', '[k3s] servers: is missing; write servers: …'],
  ],
  ['a list for all props', [version], ['[k3s] props: must be a map, got a list; write { version: … }']],
  [
    'a misspelt property',
    { version, servers, datstore: {} },
    ['[k3s] datstore: is not known; write datastore'],
  ],
  [
    'a property of Object',
    { version, servers, constructor: 1 },
    [expect.stringContaining('[k3s] constructor: is not known')],
  ],
  [
    'a list for servers',
    { version, servers: ['10.0.0.1'] },
    ['[k3s] servers: must be a map, got a list; write { … }'],
  ],
  [
    'text for a list',
    { version, servers, network: { clusterCidr: '10.42.0.0/16' } },
    [expect.stringContaining('got "10.42.0.0/16"; write [\'10.42.0.0/16\']')],
  ],
  [
    'a number for text',
    { version: 1.34, servers },
    ["[k3s] version: must be text, got 1.34; write it in quotes, such as 'text'"],
  ],
  [
    'a misspelt word',
    { version, servers, hardening: 'CIS' },
    ["[k3s] hardening: must be one of 'cis', got \"CIS\"; write 'cis'"],
  ],
  [
    'a mistake in one node',
    { version, servers: { 'alfa.lan': { ...server(1), nodeip: '10.0.0.1', ssh: { host: 5 } } } },
    [
      "[k3s/servers/alfa.lan] ssh.host: must be text, got 5; write it in quotes, such as 'text'",
      '[k3s/servers/alfa.lan] nodeip: is not known; write nodeIp',
    ],
  ],
  [
    'a mistake in a pool, and in a node of it',
    { version, servers, pools: { edge: { maxPod: 1, nodes: { delta: { local: 'yes' } } } } },
    [
      '[k3s/pools/edge] maxPod: is not known; write maxPods',
      expect.stringContaining('[k3s/pools/edge/delta] local: must be true or false, got "yes"'),
    ],
  ],
  [
    'config that is none',
    { version, servers, config: { server: 'debug' } },
    [expect.stringContaining('[k3s] config.server: must be a map')],
  ],
])('says what is wrong with %s', (_, props, expected) => {
  expect(check(props)).toEqual(expected);
});

test('never repeats a password that was given in place of a secret', () => {
  const external = { postgres: { host: 'db', user: 'k3s', password: 'hunter2' } };
  const found = check({ version, servers, datastore: { kind: 'external', external } });
  expect(found).toEqual([
    expect.stringContaining(
      "datastore.external.postgres.password: must be a secret; write password: secret('password')",
    ),
  ]);
  expect(found.join()).not.toContain('hunter2');
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const deep = Array.from({ length: 100_000 }).reduce<object>((inner) => ({ a: inner }), {});

test.each([
  ['holds itself', cyclic, '[k3s] config.server: holds itself; write plain data, such as { debug: true }'],
  ['is nested without end', deep, '[k3s] config.server: is nested more than 10 levels deep'],
])('refuses config that %s', (_, config, says) => {
  const inNode = { version, servers: { alfa: { ...server(1), config: { debug: config } } } };
  expect(check({ version, servers, config: { server: config } })).toEqual([expect.stringContaining(says)]);
  expect(check(inNode)).toEqual([expect.stringContaining('[k3s/servers/alfa] config: ')]);
  const pools = { edge: { config, nodes: {} } };
  expect(check({ version, servers, pools })).toEqual([expect.stringContaining('[k3s/pools/edge] config: ')]);
});

test('refuses half of a character wherever it stands', () => {
  const s3 = { bucket: 'k3s', region: 'a\ud800' };
  const says = 'holds half of a character, which no file can; write whole characters';
  expect(check({ version, servers, datastore: Datastore.embeddedEtcd({ s3 }) })).toEqual([
    `[k3s] datastore.s3.region: ${says}`,
  ]);
  expect(check({ version, servers: { alfa: { ...server(1), annotations: { '\udc00': 'x' } } } })).toEqual([
    `[k3s/servers/alfa] annotations["\\udc00"]: ${says}`,
  ]);
});

test.each([
  ['control characters', 'x\u001b[2J\r\n\0y'],
  ['text without end', 'x'.repeat(100_000)],
  ['placeholders of late values', 'é«late:web=203.0.113.7»'],
])('no message holds %s', (_, text) => {
  const places = [
    { version: text },
    { servers: { [text]: { ...server(1), sysctls: { [text]: text } } } },
    { servers: { alfa: { ...server(1), ssh: { host: text, user: text }, nodeIp: [text, text] } } },
    { servers: { alfa: { ...server(1), labels: { [text]: text }, taints: text, config: { [text]: text } } } },
    { network: { clusterCidr: [text], serviceCidr: [text], clusterDomain: text } },
    { registries: { mirrors: { [text]: { endpoints: [text] } } } },
    { pools: { [text]: { nodes: {} } } },
    { [text]: text },
  ];
  for (const place of places) {
    const found = check({ version, servers, ...place });
    expect(found).not.toEqual([]);
    expect(found.filter((message) => /[\p{Cc}]|«late:/u.test(message) || message.length > 2500)).toEqual([]);
  }
});

/** Values of every kind, at home and astray. */
const junk = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    true,
    -1,
    NaN,
    5n,
    '',
    '10.42.0.0/16',
    '«secret:x»',
    '%n $HOME\n[Service]',
    [],
    [[]],
    {},
    secret('x'),
    Symbol.iterator,
    () => 1,
  ),
  fc.string({ unit: 'binary' }),
  fc.anything(),
);

const keys = [
  'version',
  'servers',
  'agents',
  'pools',
  'datastore',
  'network',
  'api',
  'registries',
  'secretsEncryption',
  'audit',
  'upgrade',
  'rotate',
  'reconcile',
  'allowDataLoss',
  'downloadFrom',
  'adopt',
  'airGap',
  'nodes',
  'config',
];
const nodeKeys = [
  'labels',
  'taints',
  'annotations',
  'accelerators',
  'capacity',
  'reserved',
  'ceiling',
  'sysctls',
  'dataDir',
  'ssh',
  'nodeIp',
  'externalIp',
  'config',
  'local',
  'maxPods',
];
const configKeys = [
  'kube-apiserver-arg',
  'kubelet-arg',
  'disable',
  'cluster-cidr',
  'egress-selector-mode',
  'debug',
  '__proto__',
  'node-ip',
];

const untypedProps = fc
  .record({
    top: fc.dictionary(fc.constantFrom(...keys), junk),
    node: fc.dictionary(fc.constantFrom(...nodeKeys), junk),
    config: fc.dictionary(fc.constantFrom(...configKeys), junk),
    nodeName: fc.oneof(fc.constantFrom('alfa', 'b.c', '__proto__', ''), fc.string()),
  })
  .map(({ top, node, config, nodeName }) => ({
    version,
    servers: { [nodeName]: { ...server(1), config, ...node } },
    config: { server: config },
    ...top,
  }));

test('neither building a model nor any rule throws, whatever an untyped program passes', () => {
  fc.assert(
    fc.property(untypedProps, (props) => {
      const model = modelOf(props);
      const stops = runRules(k3sRules, model).some(({ blocks = 'synth' }) => blocks === 'synth');
      if (!stops) outputOf(k3s, model, { checksum: () => undefined, hostKey: () => undefined });
    }),
    { numRuns: 1000 },
  );
});

test('an external datastore without a type is asked for one', () => {
  expect(check({ version, servers, datastore: { kind: 'external', external: {} } })).toEqual([
    expect.stringContaining('datastore.external: must have one of the keys postgres, mysql, etcd, endpoint'),
  ]);
  expect(check({ version, servers, datastore: Datastore.external({ endpoint: secret('dsn') }) })).toEqual([]);
});
