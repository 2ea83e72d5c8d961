import { describe, expect, test } from '@jest/globals';
import { buildModel } from '../../../../../lib/distributions/k3s/build-model';
import type { EnvironmentBefore } from '../../../../../lib/distributions/k3s/model';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';
import { runRules } from '../../../../../lib/rules/rule';
import { server, servers } from '../../../../support/k3s-model';
import { testRules, violationsOf } from '../../../../support/k3s-rule-rows';

testRules([
  {
    rule: 'k3s-rotate',
    broken: { rotate: { certificates: -1 } },
    says: '[k3s] rotate.certificates: must be a whole number from 0 to 1000000, got -1; write certificates: 1',
    fine: { rotate: { certificates: 0, encryptionKey: 0 } },
  },
  {
    rule: 'k3s-rotate',
    broken: { rotate: { encryptionKey: 1.5 } },
    says: '[k3s] rotate.encryptionKey: must be a whole number',
    fine: { rotate: { encryptionKey: 2 } },
  },
  {
    rule: 'k3s-rotate',
    broken: { secretsEncryption: false, rotate: { encryptionKey: 1 } },
    says: '[k3s] rotate.encryptionKey: asks for another key, and secretsEncryption is false; remove one of the two',
    fine: { secretsEncryption: false, rotate: { encryptionKey: 0, certificates: 1 } },
  },
  {
    rule: 'k3s-reconcile',
    broken: { servers: servers('alfa', 'bravo', 'charlie'), reconcile: { brvo: 1 } },
    says: "[k3s] reconcile: has 'brvo', and no node is called so; write 'bravo'",
    fine: { servers: servers('alfa', 'bravo', 'charlie'), reconcile: { bravo: 1 } },
  },
  {
    rule: 'k3s-reconcile',
    broken: { pools: { gpu: { nodes: { 'gpu-1': server(9) } } }, reconcile: { 'gpu-1': -2 } },
    says: '[k3s] reconcile["gpu-1"]: must be a whole number from 0 to 1000000, got -2',
    fine: { pools: { gpu: { nodes: { 'gpu-1': server(9) } } }, reconcile: { 'gpu-1': 2, alfa: 0 } },
  },
  {
    rule: 'k3s-download-from',
    broken: { downloadFrom: 'mirror.example.org/k3s' },
    says: "[k3s] downloadFrom: must be an http or https URL, got 'mirror.example.org/k3s'; write 'https://mirror.example.org/k3s'",
    fine: { downloadFrom: 'https://mirror.example.org/k3s' },
  },
  {
    rule: 'k3s-download-from',
    broken: { downloadFrom: 'https://mirror.example.org/k3s/' },
    says: "must be a URL that does not end with /, got 'https://mirror.example.org/k3s/'; write 'https://mirror.example.org/k3s'",
    fine: { downloadFrom: 'http://10.0.0.5:8080/k3s' },
  },
  {
    rule: 'k3s-download-from',
    broken: { downloadFrom: 'https://mirror.example.org/k3s', airGap: { images: false } },
    says: 'says where hosts download from, and with airGap they download nothing; remove one of the two',
    fine: { downloadFrom: 'https://[fd00::5]/k3s', airGap: false },
  },
  {
    rule: 'k3s-soak',
    broken: { upgrade: { after: 'staging', soak: '1 day' } },
    says: "[k3s] upgrade.soak: must be a number and m, h or d, got '1 day'; write soak: '24h'",
    fine: { upgrade: { after: 'staging', soak: '90m' } },
  },
  {
    rule: 'k3s-soak',
    broken: { upgrade: { soak: '2d' } },
    says: '[k3s] upgrade.soak: says how long, and upgrade.after does not say where',
    fine: { upgrade: { after: 'staging', soak: '0h' } },
  },
]);

describe('what a URL to download from is refused with never repeats a password', () => {
  test.each([
    ['https://ops:hunter2@mirror.example.org/k3s', 'must be a URL without user and password'],
    ['https://mirror.example.org/k3s?token=hunter2', 'must be a URL without query and fragment'],
    ['https://mirror.example.org/k3s#hunter2', 'must be a URL without query and fragment'],
    ['https://mirror.example.org/@hunter2', 'must be a URL without user and password'],
    ['https://«secret:hunter2»/k3s', 'must be an http or https URL'],
  ])('%s', (downloadFrom, says) => {
    const [first, ...more] = violationsOf({ downloadFrom });
    expect(more).toEqual([]);
    expect(first?.split('; write ')[0]).toBe(`k3s-download-from: [k3s] downloadFrom: ${says}`);
    expect(first?.split(';')[0]).not.toContain('hunter2');
  });

  test.each([
    "https://mirror.example.org/a'b",
    'https://mirror.example.org/$(id)',
    'file:///etc/passwd',
    'https://mirror.example.org/a b',
  ])('%s is none', (downloadFrom) => {
    expect(violationsOf({ downloadFrom })).toEqual([
      expect.stringContaining('downloadFrom: must be an http or https URL'),
    ]);
  });

  test('the fix that is offered is accepted', () => {
    const [fix] = /'https[^']*'$/.exec(
      violationsOf({ downloadFrom: 'https://a:b@mirror.example.org:8443/k3s/?x#y' })[0] ?? '',
    ) ?? [''];
    expect(fix).toBe("'https://mirror.example.org:8443/k3s'");
    expect(violationsOf({ downloadFrom: fix.slice(1, -1) })).toEqual([]);
  });
});

describe("rule: 'k3s-upgrade-after'", () => {
  const known: EnvironmentBefore = {
    own: 'production',
    environments: ['staging', 'production'],
    clusters: ['k3s'],
  };
  const check = (after: string, before: EnvironmentBefore | undefined): string[] =>
    runRules(
      k3sRules,
      buildModel({
        name: 'k3s',
        path: 'k3s',
        props: { version: 'v1.34.1+k3s1', servers: servers('alfa'), upgrade: { after } },
        components: new Map(),
        autoDeploy: [],
        files: new Map(),
        ...(before && { before }),
      }),
    ).map(({ property, problem, fix }) => `${property}: ${problem}; ${fix}`);

  test.each<[string, string, Partial<EnvironmentBefore>, string[]]>([
    ['it has the cluster', 'staging', {}, []],
    ['it cannot be built, which it says itself', 'staging', { clusters: undefined }, []],
    [
      'the program does not have it',
      'stagign',
      { clusters: [] },
      ["upgrade.after: the program has no environment 'stagign'; write after: 'staging'"],
    ],
    [
      'it is the environment itself',
      'production',
      { clusters: [] },
      ["upgrade.after: is this environment itself; write after: 'staging'"],
    ],
    [
      'it has no such cluster',
      'staging',
      { clusters: ['edge'] },
      [
        "upgrade.after: environment 'staging' has no K3s cluster 'k3s'; declare k3s there too, or remove upgrade.after",
      ],
    ],
  ])('when %s', (_, after, over, expected) => {
    expect(check(after, { ...known, ...over })).toEqual(expected);
  });

  test('not where nothing is known of other environments', () => {
    expect(check('staging', undefined)).toEqual([]);
  });
});
