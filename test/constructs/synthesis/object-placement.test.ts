import { ApiObject, Chart } from 'cdk8s';
import { describe, expect, test } from '@jest/globals';
import { Accelerators, type Environment, ExistingCluster, K3sCluster, type K3sClusterProps } from 'k3stack';
import { problems, synthesized } from '../../support/synthesized';

const RULES = ['pod-needs-node', 'accelerator-needs-node', 'requests-fit-node', 'requests-fit-cluster'];

/** A K3s cluster with one Deployment. */
function program(
  spec: object,
  props: Partial<K3sClusterProps> = {},
  { more = () => undefined }: { readonly more?: (cluster: K3sCluster) => void } = {},
  replicas = 1,
): (env: Environment) => void {
  return (env) => {
    const cluster = new K3sCluster(env, 'k3s', {
      version: 'v1.34.1+k3s1',
      servers: { alfa: { nodeIp: '192.0.2.11' } },
      ...props,
    });
    deploy(cluster, spec, replicas);
    more(cluster);
  };
}

function deploy(scope: Chart, spec: object, replicas = 1): void {
  new ApiObject(new Chart(scope, 'shop'), 'web', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container], ...spec } },
    },
  });
}

const container = { name: 'main', image: 'example.org/web:1.0.0' };
const asking = (resources: object): object => ({ containers: [{ ...container, resources }] });
const found = (define: (env: Environment) => void): (string | undefined)[] =>
  problems(define)
    .map((line) => RULES.find((rule) => line.endsWith(`(${rule})`)))
    .filter((rule) => rule !== undefined);

describe('pods of a K3s cluster', () => {
  test('are held against what its nodes have, less what is reserved', () => {
    const machine = {
      nodes: { capacity: { cpu: 2, memory: '4Gi' }, reserved: { cpu: '500m', memory: '1Gi' } },
    };
    expect(found(program(asking({ requests: { memory: '3Gi' } }), machine))).toEqual([]);
    expect(found(program(asking({ requests: { memory: '3073Mi' } }), machine))).toEqual([
      'requests-fit-node',
    ]);
    expect(found(program(asking({ requests: { cpu: '1600m' } }), machine))).toEqual(['requests-fit-node']);
    expect(found(program(asking({ requests: { memory: '3073Mi' } })))).toEqual([]);
  });

  test('are warned of when all together ask for more', () => {
    const machine = { nodes: { capacity: { cpu: 2 } } };
    const warnings = (replicas: number): string[] =>
      synthesized(program(asking({ requests: { cpu: '1' } }), machine, {}, replicas)).warnings.map(
        ({ rule, path }) => `${rule} ${path}`,
      );
    expect(warnings(2)).not.toContain('requests-fit-cluster test/k3s');
    expect(warnings(3)).toContain('requests-fit-cluster test/k3s');
  });

  test('are held against its processors, also those of pools and of settings added later', () => {
    const arm = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
    expect(found(program(arm))).toEqual(['pod-needs-node']);
    const pool = {
      pools: { edge: { architecture: 'arm64' as const, nodes: { pi: { nodeIp: '192.0.2.21' } } } },
    };
    expect(found(program(arm, pool))).toEqual([]);
    expect(
      found(
        program(
          arm,
          {},
          { more: (cluster) => cluster.server('alfa').addSettings({ architecture: 'arm64' }) },
        ),
      ),
    ).toEqual([]);
  });

  test('are held against its accelerators', () => {
    const gpu = asking({ limits: { 'nvidia.com/gpu': 1 } });
    const withGpu = { servers: { alfa: { nodeIp: '192.0.2.11', accelerators: [Accelerators.nvidiaGpu()] } } };
    expect(found(program(gpu))).toEqual(['accelerator-needs-node']);
    expect(found(program(gpu, withGpu))).toEqual([]);
  });

  test('fail when only tainted servers are left', () => {
    const workers = { agents: { bravo: { nodeIp: '192.0.2.12', capacity: { memory: '1Gi' } } } };
    const apart = { schedulableServers: false, ...workers };
    const large = asking({ requests: { memory: '2Gi' } });
    expect(found(program(large, workers))).toEqual([]);
    expect(found(program(large, apart))).toEqual(['requests-fit-node']);
    const tolerating = { ...large, tolerations: [{ operator: 'Exists' }] };
    expect(found(program(tolerating, apart))).toEqual([]);
  });
});

test('nothing is known of the nodes of a cluster that something else made', () => {
  const define = (env: Environment): void => {
    const cluster = new ExistingCluster(env, 'laptop', {
      kubeconfig: { context: 'k3d' },
      kubernetesVersion: '1.34',
    });
    deploy(cluster, {
      ...asking({ limits: { 'nvidia.com/gpu': 1 } }),
      nodeSelector: { 'kubernetes.io/arch': 'arm' },
    });
  };
  expect(problems(define)).toEqual([]);
});

test('two Ingresses on one host and path stop the synthesis', () => {
  const define = (env: Environment): void => {
    const cluster = new ExistingCluster(env, 'laptop', {
      kubeconfig: { context: 'k3d' },
      kubernetesVersion: '1.34',
      ingressClass: 'nginx',
    });
    for (const name of ['web', 'blog']) {
      new ApiObject(new Chart(cluster, name), 'ingress', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name, namespace: 'default' },
        spec: {
          rules: [
            {
              host: 'example.org',
              http: {
                paths: [
                  { path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } },
                ],
              },
            },
          ],
        },
      });
    }
  };
  expect(problems(define)).toEqual([
    '[test/laptop/blog/ingress] spec.rules[0].http.paths[0].path: Ingress default/blog serves example.org/, which Ingress default/web (laptop/web/ingress) serves as well: only one of them gets the requests; give one of the two another host or path, or remove it (route-once)',
  ]);
});
