import { describe, expect, test } from '@jest/globals';
import { secret } from '../../../lib/secret';
import type { AddOnRequests } from '../../../constructs/helm/requests';
import { Calico } from '../../../constructs/platform/calico/calico';
import { CertManager } from '../../../constructs/platform/cert-manager/cert-manager';
import { Cilium } from '../../../constructs/platform/cilium/cilium';
import { Longhorn } from '../../../constructs/platform/longhorn/longhorn';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import { Velero } from '../../../constructs/platform/velero/velero';
import { Cni } from '../../../lib/distributions/k3s/network';
import { helmChartValues } from '../../support/helm-release';
import { existingCluster, k3sCluster, objectsOf, problemsIn } from '../../support/synth';

type AnyCluster = ReturnType<typeof k3sCluster> | ReturnType<typeof existingCluster>;

/** A property of an add-on that takes resources. */
interface Case {
  readonly cluster: () => AnyCluster;
  readonly make: (cluster: AnyCluster, props: object) => { readonly requests: AddOnRequests };

  /** The add-on's own. */
  readonly own: { readonly requests: object; readonly limits: object };

  /** What its pods get. */
  readonly written: (cluster: AnyCluster) => unknown;
}

function resources(cpu: string, memory: string, limit: string): Case['own'] {
  return { requests: { cpu, memory }, limits: { memory: limit } };
}

/** Where a chart has them: at the top of its values, or below a key. */
function inValues(release: string, key?: string): Case['written'] {
  return (cluster) => {
    const values = helmChartValues(cluster, release);
    const place = key === undefined ? values : (values[key] as typeof values);
    return place['resources'];
  };
}

/** Where the Installation of Calico has them. */
function inInstallation(key: string): Case['written'] {
  return (cluster) => {
    const [installation] = objectsOf<{ spec: Record<string, unknown> }>(cluster, 'Installation');
    const { spec } = installation!.spec[key] as {
      spec: { template: { spec: { containers: { resources: unknown }[] } } };
    };
    return spec.template.spec.containers[0]?.resources;
  };
}

const calico: Pick<Case, 'cluster' | 'make'> = {
  cluster: () => k3sCluster({ network: { cni: Cni.none('calico') } }),
  make: (cluster, props) => new Calico(cluster, 'calico', props),
};
const certManager: Pick<Case, 'cluster' | 'make'> = {
  cluster: () => k3sCluster(),
  make: (cluster, props) => new CertManager(cluster, 'cert-manager', props),
};
const cilium: Pick<Case, 'cluster' | 'make'> = {
  cluster: () => k3sCluster({ network: { cni: Cni.none('cilium', { kubeProxy: false }) } }),
  make: (cluster, props) => new Cilium(cluster, 'cilium', props),
};
const velero: Pick<Case, 'cluster' | 'make'> = {
  cluster: () => k3sCluster(),
  make: (cluster, props) =>
    new Velero(cluster, 'velero', {
      bucket: { name: 'backups', credentials: secret('velero-s3') },
      ...props,
    }),
};

const CASES: readonly [string, string, Case][] = [
  [
    'Calico',
    'resources',
    {
      ...calico,
      own: resources('100m', '192Mi', '512Mi'),
      written: inInstallation('calicoNodeDaemonSet'),
    },
  ],
  [
    'Calico',
    'typhaResources',
    { ...calico, own: resources('20m', '64Mi', '256Mi'), written: inInstallation('typhaDeployment') },
  ],
  [
    'Calico',
    'controllerResources',
    {
      ...calico,
      own: resources('10m', '64Mi', '256Mi'),
      written: inInstallation('calicoKubeControllersDeployment'),
    },
  ],
  [
    'Calico',
    'operatorResources',
    { ...calico, own: resources('10m', '128Mi', '512Mi'), written: inValues('calico') },
  ],
  [
    'CertManager',
    'resources',
    { ...certManager, own: resources('10m', '64Mi', '256Mi'), written: inValues('cert-manager') },
  ],
  [
    'CertManager',
    'webhookResources',
    { ...certManager, own: resources('10m', '32Mi', '128Mi'), written: inValues('cert-manager', 'webhook') },
  ],
  [
    'CertManager',
    'caInjectorResources',
    {
      ...certManager,
      own: resources('10m', '64Mi', '256Mi'),
      written: inValues('cert-manager', 'cainjector'),
    },
  ],
  ['Cilium', 'resources', { ...cilium, own: resources('100m', '256Mi', '1Gi'), written: inValues('cilium') }],
  [
    'Cilium',
    'operatorResources',
    { ...cilium, own: resources('10m', '128Mi', '256Mi'), written: inValues('cilium', 'operator') },
  ],
  [
    'Longhorn',
    'resources',
    {
      cluster: () => k3sCluster(),
      make: (cluster, props) => new Longhorn(cluster, 'longhorn', props),
      own: resources('50m', '128Mi', '512Mi'),
      written: inValues('longhorn', 'longhornManager'),
    },
  ],
  [
    'Traefik of its own chart',
    'resources',
    {
      cluster: () => existingCluster(),
      make: (cluster, props) => new Traefik(cluster, 'traefik', props),
      own: resources('50m', '64Mi', '256Mi'),
      written: inValues('traefik'),
    },
  ],
  ['Velero', 'resources', { ...velero, own: resources('50m', '96Mi', '512Mi'), written: inValues('velero') }],
  [
    'Velero',
    'nodeAgentResources',
    { ...velero, own: resources('25m', '64Mi', '512Mi'), written: inValues('velero', 'nodeAgent') },
  ],
];

describe.each(CASES)('%s: %s', (_, property, { cluster, make, own, written }) => {
  const problems = (given: object): string[] => {
    const made = cluster();
    make(made, { [property]: given });
    return problemsIn(made);
  };

  test('are what the page and the types say', () => {
    const made = cluster();
    make(made, {});
    expect(problemsIn(made)).toEqual([]);
    expect(written(made)).toEqual(own);
  });

  test('take one quantity, and keep the others', () => {
    const made = cluster();
    const { requests } = make(made, { [property]: { limits: { memory: '7Gi' } } });
    expect(problemsIn(made)).toEqual([]);
    expect(written(made)).toEqual({ ...own, limits: { memory: '7Gi' } });
    expect(requests).toEqual(make(cluster(), {}).requests);
  });

  test('fail for an amount that is none', () => {
    expect(problems({ requests: { cpu: 'lots' } })).toEqual([
      expect.stringContaining(
        `] ${property}.requests.cpu: must be a Kubernetes quantity, got "lots"; write '100m' (quantity)`,
      ),
    ]);
  });

  test('fail for a limit below the request, also when that is its own', () => {
    const { memory } = own.requests as { memory: string };
    expect(problems({ limits: { memory: '8Mi' } })).toEqual([
      expect.stringContaining(
        `] ${property}.limits.memory: is 8Mi, below the request of ${memory}; write limits: { memory: '${memory}' } or more (workload-resources)`,
      ),
    ]);
    expect(problems({ requests: { cpu: '2' }, limits: { cpu: '1500m' } })).toEqual([
      expect.stringContaining(`] ${property}.limits.cpu: is 1500m, below the request of 2;`),
    ]);
  });
});

test('the Traefik of K3s gets what is asked, and has nothing of its own', () => {
  const made = (props: object): { requests: AddOnRequests; problems: string[]; values: string[] } => {
    const cluster = k3sCluster();
    const { requests } = new Traefik(cluster, 'traefik', props);
    const configs = objectsOf<{ spec: { valuesContent: string } }>(cluster, 'HelmChartConfig');
    return {
      requests,
      problems: problemsIn(cluster),
      values: configs.map(({ spec }) => spec.valuesContent),
    };
  };
  expect(made({})).toMatchObject({ problems: [], values: [] });
  expect(made({ resources: { limits: { memory: '1Gi' } } })).toMatchObject({
    requests: { cpu: '0m', memory: '0Mi' },
    problems: [],
    values: ['resources:\n  limits:\n    memory: "1Gi"\n'],
  });
  expect(made({ resources: { requests: { memory: '1Gi' }, limits: { memory: '1G' } } }).problems).toEqual([
    "[k3s/traefik] resources.limits.memory: is 1G, below the request of 1Gi; write limits: { memory: '1Gi' } or more (workload-resources)",
  ]);
});
