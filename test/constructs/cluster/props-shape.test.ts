import { describe, expect, test } from '@jest/globals';
import { ExistingCluster, ExternalHost, HelmChart, late, Namespace, secret } from '../../../constructs';
import { Environment } from '../../../constructs/environment';
import { k3sCluster, objectsOf, problemsIn, synthesisOfCluster } from '../../support/synth';

const EXISTING = { kubeconfig: { context: 'laptop' }, kubernetesVersion: '1.34' };

describe('an existing cluster fails when', () => {
  test.each([
    [null, 'props: must be a map, got null'],
    [{ ...EXISTING, storageClasses: 's' }, `storageClasses: must be a list, got "s"; write ['s']`],
    [{ ...EXISTING, crds: 'a.b' }, 'crds: must be a list, got "a.b"'],
    [{ ...EXISTING, crds: new Set(['a.b']) }, 'crds: must be a list, got an object of class Set'],
    [
      { ...EXISTING, helm: 'fluxcd' },
      `helm: must be one of 'helm-controller', 'argo-cd', 'flux', 'k0s', 'pulumi', got "fluxcd"`,
    ],
    [{ ...EXISTING, kubernetesVersion: 1.34 }, 'kubernetesVersion: must be text, got 1.34'],
    [
      { kubeconfig: EXISTING.kubeconfig },
      'kubernetesVersion: must be a Kubernetes minor from 1.32 to 1.36, got nothing',
    ],
    [{ ...EXISTING, kubeconfig: { context: 5 } }, 'kubeconfig.context: must be text, got 5'],
    [{ ...EXISTING, kubeconfig: { secret: 'CANARY' } }, 'kubeconfig.secret: must be a secret; write'],
    [{ ...EXISTING, kubeconfig: 'CANARY' }, 'kubeconfig: must be a reference, not a kubeconfig'],
    [{ ...EXISTING, storageclasses: [] }, 'storageclasses: is not known; write storageClasses'],
  ])('its props are %j', (props, says) => {
    const cluster = new ExistingCluster(new Environment('test'), 'laptop', props as never);
    const problems = problemsIn(cluster);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`[laptop] ${says}`);
    expect(problems[0]).not.toContain('CANARY');
    expect(() => synthesisOfCluster(cluster)).toThrow('test: 1 problem');
  });
});

test('what is right in an existing cluster counts for what is put into it', () => {
  const props = { ...EXISTING, helm: 'flux', crds: 'a.b', kubeconfig: { secret: secret('kubeconfig') } };
  const cluster = new ExistingCluster(new Environment('test'), 'laptop', props as never);
  new HelmChart(cluster, 'podinfo', { chart: 'podinfo', repository: 'https://a.example', version: '1.2.3' });
  expect(problemsIn(cluster)).toEqual([expect.stringContaining('crds: must be a list')]);
});

describe('an external host fails when', () => {
  test.each([
    [null, 'props: must be a map, got null'],
    [{}, 'address: is missing'],
    [{ address: 5 }, 'address: must be text, got 5'],
    [{ address: 'no host' }, 'address: must be an address or a DNS name, got "no host"'],
    [{ address: '192.0.2.1', ports: ['a'] }, 'ports: must be a map, got a list'],
    [
      { address: '192.0.2.1', ports: { web: '80' } },
      'ports.web: must be a whole number from 1 to 65535, got "80"',
    ],
    [{ address: '192.0.2.1', accelerators: [null] }, 'accelerators[0]: must be a map, got null'],
  ])('its props are %j', (props, says) => {
    const cluster = k3sCluster();
    new ExternalHost(cluster.node.root, 'workstation', props as never);
    expect(() => synthesisOfCluster(cluster)).toThrow(`test: 1 problem\n  [test/workstation] ${says}`);
  });

  test('not when only a run knows its address', () => {
    const cluster = k3sCluster();
    const address = late('workstation', { example: '192.0.2.1' });
    new ExternalHost(cluster.node.root, 'workstation', { address });
    expect(synthesisOfCluster(cluster).topology.externalHosts).toMatchObject([{ address: '«workstation»' }]);
  });
});

describe('a namespace fails when', () => {
  test.each([
    [null, 'props: must be a map, got null'],
    [{ podSecurity: 'x' }, `podSecurity: must be one of 'privileged', 'baseline', 'restricted', got "x"`],
    [{ labels: 'a' }, 'labels: must be a map, got "a"'],
    [{ labels: { a: 1 } }, 'labels.a: must be text, got 1'],
  ])('its props are %j', (props, says) => {
    const cluster = k3sCluster();
    new Namespace(cluster, 'shop', props as never);
    expect(problemsIn(cluster)).toEqual([expect.stringContaining(`[k3s/shop] ${says}`)]);
    expect(objectsOf(cluster, 'Namespace')).toMatchObject([{ metadata: { name: 'shop' } }]);
  });

  test.each([
    ['My Shop', 'my-shop'],
    ['shop.web', 'shop-web'],
    ['-', 'shop'],
    ['a'.repeat(64), 'a'.repeat(63)],
  ])('its name is %j, which cannot be one', (name, instead) => {
    const cluster = k3sCluster();
    new Namespace(cluster, name);
    const [problem, ...more] = problemsIn(cluster);
    expect(more).toEqual([]);
    expect(problem).toContain(`id: must be lower case letters, digits and '-', at most 63, got "`);
    expect(problem).toContain(`; write '${instead}' (namespace-name)`);
    expect(objectsOf(cluster, 'Namespace')).toEqual([]);
  });
});
