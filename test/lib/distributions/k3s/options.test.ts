import { describe, expect, test } from '@jest/globals';
import {
  findOption,
  optionGroups,
  optionNames,
  options,
  type AgentOptions,
  type ServerOptions,
  type ServerSettings,
} from '../../../../lib/distributions/k3s/options';
import { optionAvailable } from '../../../../lib/distributions/k3s/option-availability';
import type { OptionSpec } from '../../../../lib/distributions/k3s/options/option-spec';

describe('what the compiler refuses', () => {
  test('misspelt options, options of the other role, secrets and what k3stack sets itself', () => {
    const refused: (ServerOptions | AgentOptions)[] = [
      // @ts-expect-error misspelt: kubelet-arg
      { 'kubelet-args': {} } satisfies ServerOptions,
      // @ts-expect-error an option of servers only
      { 'disable-scheduler': true } satisfies AgentOptions,
      // @ts-expect-error an option of agents only
      { 'disable-apiserver-lb': true } satisfies ServerOptions,
      // @ts-expect-error a secret
      { token: 'abc' } satisfies ServerOptions,
      // @ts-expect-error the key of the node is its name
      { 'node-name': 'alfa' } satisfies AgentOptions,
      // @ts-expect-error an alias
      { 'kube-controller-arg': {} } satisfies ServerOptions,
    ];
    expect(refused).toHaveLength(6);
  });

  test('values of another type', () => {
    const refused: ServerSettings[] = [
      // @ts-expect-error a list
      { 'tls-san': 'k3s.example.org' },
      // @ts-expect-error none of the backends
      { 'flannel-backend': 'wireguard' },
      // @ts-expect-error none of the components
      { disable: ['treafik'] },
      // @ts-expect-error a number
      { 'https-listen-port': '6443' },
      // @ts-expect-error a map
      { 'kubelet-arg': ['max-pods=60'] },
      // @ts-expect-error a switch
      { docker: 'true' },
      // @ts-expect-error secrets are in no file, not even in what k3stack sets
      { 'agent-token': 'abc' },
    ];
    expect(refused).toHaveLength(7);
  });

  test('and what it accepts', () => {
    const server: ServerOptions = {
      'etcd-arg': { 'quota-backend-bytes': 8e9 },
      'pause-image': 'pause:3',
      debug: true,
    };
    const agent: AgentOptions = {
      'kubelet-arg': { 'max-pods': 60, 'allowed-unsafe-sysctls': ['a', 'b'] },
      docker: true,
    };
    expect({ server, agent }).toBeDefined();
  });
});

describe('the table', () => {
  const table = optionNames.map((name) => [name, options[name] as OptionSpec] as const);

  test('holds every option of its groups once', () => {
    expect(Object.values(optionGroups).flatMap((group) => Object.keys(group))).toEqual(optionNames);
    expect(new Set(optionNames).size).toBe(125);
  });

  test('says where secrets and managed options are set instead', () => {
    expect(table.filter(([, spec]) => spec.secret && spec.managed === undefined)).toEqual([]);
  });

  test('gives a reason for everything that cannot change', () => {
    expect(
      table.filter(([, { applies, why, managed }]) => applies === 'immutable' && !why && !managed),
    ).toEqual([]);
  });

  test('gives values to enums only, and lists to arguments', () => {
    expect(table.filter(([, { type, values }]) => (type === 'enum') !== (values !== undefined))).toEqual([]);
    expect(table.filter(([, { type, list }]) => type === 'args' && list !== 'repeat')).toEqual([]);
  });

  test('names what K3s compares when a server joins', () => {
    expect(
      table
        .filter(([, spec]) => spec.mustMatch === 'refused')
        .map(([name]) => name)
        .sort(),
    ).toEqual(
      [
        ...['cluster-cidr', 'cluster-dns', 'cluster-domain', 'service-cidr'],
        ...[
          'disable-cloud-controller',
          'disable-helm-controller',
          'disable-network-policy',
          'egress-selector-mode',
        ],
        ...['embedded-registry', 'flannel-backend', 'flannel-external-ip', 'flannel-ipv6-masq'],
        ...['secrets-encryption', 'secrets-encryption-provider', 'supervisor-metrics'],
      ].sort(),
    );
  });

  test('is found by alias too, and only by its own words', () => {
    expect(findOption('o')?.name).toBe('write-kubeconfig');
    expect(findOption('kube-controller-arg')?.name).toBe('kube-controller-manager-arg');
    expect(findOption('toString')).toBeUndefined();
  });
});

describe('options that came with a patch release', () => {
  test.each([
    ['helm-controller-arg', 'v1.32.13+k3s1', false],
    ['helm-controller-arg', 'v1.33.13+k3s1', false],
    ['helm-controller-arg', 'v1.33.13+k3s2', true],
    ['helm-controller-arg', 'v1.33.13+k3s10', true],
    ['helm-controller-arg', 'v1.33.14+k3s1', true],
    ['helm-controller-arg', 'v1.36.2+k3s1', false],
    ['helm-controller-arg', 'v1.36.3+k3s1', true],
    ['etcd-s3-retention', 'v1.32.7+k3s1', false],
    ['etcd-s3-retention', 'v1.32.8+k3s1', true],
    ['etcd-s3-retention', 'v1.33.3+k3s1', false],
    ['etcd-s3-retention', 'v1.34.0+k3s1', true],
    ['etcd-s3-bucket-lookup-type', 'v1.32.4+k3s1', false],
    ['secrets-encryption-provider', 'v1.32.3+k3s1', false],
    ['secrets-encryption-provider', 'v1.33.0+k3s1', true],
    ['write-kubeconfig-name', 'v1.36.3+k3s1', false],
    ['tls-san', 'v1.32.0+k3s1', true],
  ] as const)('%s in %s: %s', (name, version, expected) => {
    expect(optionAvailable(name, version)).toBe(expected);
  });

  test('fails when the version is none of K3s', () => {
    expect(() => optionAvailable('helm-controller-arg', '1.34')).toThrowErrorMatchingInlineSnapshot(
      `"K3s version must look like v1.34.1+k3s1, got "1.34""`,
    );
  });
});
