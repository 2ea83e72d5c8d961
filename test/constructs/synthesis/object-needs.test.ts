import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { describe, expect, test } from '@jest/globals';
import {
  AutoDeploy,
  Cni,
  type Environment,
  ExistingCluster,
  type ExistingClusterProps,
  HelmChart,
  K3sCluster,
  type K3sClusterProps,
  LocalPathStorage,
  MetricsServer,
  secret,
  ServiceLb,
  Traefik,
  Velero,
} from 'k3stack';
import { problems, synthesized } from '../../support/synthesized';

const k3s = (env: Environment, props: Partial<K3sClusterProps> = {}): K3sCluster =>
  new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { alfa: { nodeIp: '192.0.2.11' } },
    ...props,
  });

const laptop = (env: Environment, props: Partial<ExistingClusterProps> = {}): ExistingCluster =>
  new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34', ...props });

/** One object of each kind that needs a component. */
function shop(scope: Construct): void {
  const metadata = (name: string): object => ({ metadata: { name, namespace: 'default' } });
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const make = (id: string, apiVersion: string, kind: string, spec: object): void => {
    new ApiObject(scope, id, { apiVersion, kind, ...metadata(id), spec });
  };
  make('way-in', 'networking.k8s.io/v1', 'Ingress', { ingressClassName: 'traefik', defaultBackend: backend });
  make('data', 'v1', 'PersistentVolumeClaim', {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  });
  make('scale', 'autoscaling/v2', 'HorizontalPodAutoscaler', {
    maxReplicas: 3,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
  });
  make('front', 'v1', 'Service', { type: 'LoadBalancer', ports: [{ port: 80 }] });
  make('closed', 'networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {}, policyTypes: ['Ingress'] });
}

const RULES = [
  'autoscaler-needs-metrics',
  'claim-needs-storage-class',
  'ingress-needs-controller',
  'policy-needs-enforcement',
  'route-needs-traefik',
  'service-needs-load-balancer',
];

const warned = (define: (env: Environment) => void): string[] =>
  synthesized(define)
    .warnings.map(({ rule }) => rule)
    .filter((rule) => RULES.includes(rule));

const needs = (define: (env: Environment) => void): string[] =>
  problems(define).filter((line) => RULES.some((rule) => line.endsWith(`(${rule})`)));

describe('objects in a K3s cluster', () => {
  test('fail when they need components that nothing in the program makes', () => {
    expect(needs((env) => shop(new Chart(k3s(env), 'shop')))).toMatchInlineSnapshot(`
     [
       "[test/k3s/shop/way-in] spec.ingressClassName: Ingress default/way-in names ingress class 'traefik', and cluster k3s has no ingress controller; write new Traefik(cluster, 'traefik') (ingress-needs-controller)",
       "[test/k3s/shop/data] spec.storageClassName: PersistentVolumeClaim default/data claims a volume without a class, and cluster k3s has no default one: it waits for ever; write new LocalPathStorage(cluster, 'local-path') (claim-needs-storage-class)",
       "[test/k3s/shop/scale] spec.metrics: HorizontalPodAutoscaler default/scale scales by CPU or memory, which nothing in cluster k3s measures; write new MetricsServer(cluster, 'metrics-server') (autoscaler-needs-metrics)",
     ]
    `);
  });

  test('are taken when the components are made, also after them', () => {
    const define = (env: Environment): void => {
      const cluster = k3s(env);
      shop(new Chart(env, 'shop'));
      new Traefik(cluster, 'traefik');
      new LocalPathStorage(cluster, 'local-path');
      new MetricsServer(cluster, 'metrics-server');
    };
    expect(problems(define)).toEqual([]);
    expect(warned(define)).toEqual([]);
  });

  test('are warned of when they are load balancers, unless ServiceLb is made', () => {
    const front = (env: Environment, cluster = k3s(env)): K3sCluster => {
      new ApiObject(new Chart(cluster, 'shop'), 'front', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'front' },
        spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      });
      return cluster;
    };
    expect(warned((env) => void front(env))).toEqual(['service-needs-load-balancer']);
    expect(warned((env) => void new ServiceLb(front(env), 'servicelb'))).toEqual([]);
    const external = { config: { server: { 'disable-cloud-controller': true } } };
    expect(warned((env) => void front(env, k3s(env, external)))).toEqual([]);
  });

  test('are warned of when they are policies that the network does not enforce', () => {
    const cluster = (env: Environment, networkPolicy: boolean): void => {
      const scope = k3s(env, { network: { cni: Cni.flannel({ networkPolicy }) } });
      new ApiObject(new Chart(scope, 'shop'), 'closed', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'closed' },
        spec: { podSelector: {} },
      });
    };
    expect(warned((env) => cluster(env, false))).toEqual(['policy-needs-enforcement']);
    expect(warned((env) => cluster(env, true))).toEqual([]);
  });

  test('are not refused where another chart may bring what they need', () => {
    const chart = { chart: 'longhorn', repository: 'https://charts.longhorn.io', version: '1.10.0' };
    const define = (env: Environment): void => {
      const cluster = k3s(env);
      shop(new Chart(cluster, 'shop'));
      new HelmChart(cluster, 'longhorn', chart);
    };
    expect(problems(define)).toEqual([]);
    expect(warned(define)).toEqual([]);
  });

  test('are refused in spite of Velero, which brings nothing of it', () => {
    const define = (env: Environment): void => {
      const cluster = k3s(env);
      shop(new Chart(cluster, 'shop'));
      new Velero(cluster, 'velero', {
        bucket: { name: 'b', region: 'eu', credentials: { accessKey: secret('a'), secretKey: secret('b') } },
      });
    };
    expect(needs(define).length).toBe(3);
  });

  test('are only warned of where another network provider is installed, or a manifest is put on the host', () => {
    const refused = (props: Partial<K3sClusterProps>, file?: string): string[] =>
      needs((env) => {
        const cluster = k3s(env, props);
        if (file !== undefined) cluster.server('alfa').addFile(file, { content: 'kind: List\n' });
        shop(new Chart(cluster, 'shop'));
      });
    expect(refused({ network: { cni: Cni.none('cilium') } })).toEqual([]);
    expect(refused({}, '/var/lib/rancher/k3s/server/manifests/own.yaml')).toEqual([]);
    expect(refused({}, '/etc/own.yaml').length).toBe(3);
  });

  test('are checked as well when the distribution applies them', () => {
    expect(needs((env) => shop(new AutoDeploy(k3s(env), 'early'))).length).toBe(3);
  });

  test('do not hide what is wrong with the props of the cluster', () => {
    const broken = { network: { cni: { kind: 'flannel' } }, config: null } as never;
    expect(() => problems((env) => shop(new Chart(k3s(env, broken), 'shop')))).not.toThrow();
  });
});

describe('objects in a cluster that something else made', () => {
  test('are taken as long as nobody says what it has', () => {
    expect(warned((env) => shop(new Chart(laptop(env), 'shop')))).toEqual([]);
  });

  test('are warned of when its props say that it has something else', () => {
    const props = { ingressClass: 'nginx', storageClasses: ['standard'] };
    expect(warned((env) => shop(new Chart(laptop(env, props), 'shop')))).toEqual([
      'ingress-needs-controller',
    ]);
  });

  test('are taken when they lie in no cluster', () => {
    expect(warned((env) => shop(new Chart(env, 'shop')))).toEqual([]);
  });
});
