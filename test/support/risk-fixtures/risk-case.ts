import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import type { RiskFixture } from './risk-fixture';

/** A fixture that says which other rules speak of the same change. */
export interface RatedFixture extends RiskFixture {
  /** Ids of rules of level `high` or `caution`, sorted. @default - none */
  readonly also?: readonly string[];
}

/** Objects of both sides, what the rule says of them, and which other rules speak. */
export interface RiskCase {
  readonly before?: readonly KubernetesObject[];
  readonly after?: readonly KubernetesObject[];

  /** On both sides. @default - none */
  readonly beside?: readonly KubernetesObject[];

  /** @default - a near miss */
  readonly hits?: readonly string[];
  readonly also?: readonly string[];
}

/** Fixtures of one rule, by what is special about each. */
export function casesOf(rule: string, cases: Readonly<Record<string, RiskCase>>): readonly RatedFixture[] {
  return Object.entries(cases).map(
    ([name, { before = [], after = [], beside = [], hits = [], also = [] }]) => ({
      rule,
      name,
      before: [...beside, ...before],
      after: [...beside, ...after],
      hits,
      also,
    }),
  );
}

type Data = Readonly<Record<string, unknown>>;

/** An object in namespace `shop`; one of the cluster has the namespace `undefined` in its metadata. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Data = {},
  metadata: Data = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest };
}

/** An object that lies in no namespace. */
export function clusterObject(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Data = {},
  metadata: Data = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest };
}

/** A workload of one container `web`. */
export function workload(
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  name: string,
  { container = {}, pod = {}, spec = {}, labels = { app: name } }: WorkloadParts = {},
): KubernetesObject {
  return object('apps/v1', kind, name, {
    spec: {
      replicas: 2,
      ...(kind === 'StatefulSet' && { serviceName: name }),
      selector: { matchLabels: { app: name } },
      ...spec,
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'web', image: 'registry.example.org/web:1.2.3', ...container }],
          ...pod,
        },
      },
    },
  });
}

export interface WorkloadParts {
  readonly container?: Data;
  readonly pod?: Data;
  readonly spec?: Data;
  readonly labels?: Data;
}

/** A Deployment of one container `web`. */
export function deployment(parts: WorkloadParts = {}, name = 'web'): KubernetesObject {
  return workload('Deployment', name, parts);
}

/** A Service that selects the pods of {@link deployment}. */
export function service(spec: Data = {}, name = 'web'): KubernetesObject {
  return object('v1', 'Service', name, {
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  });
}

/** A claim of 10Gi. */
export function claim(spec: Data = {}, name = 'data', metadata: Data = {}): KubernetesObject {
  return object(
    'v1',
    'PersistentVolumeClaim',
    name,
    { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, ...spec } },
    metadata,
  );
}

/** An Ingress of one host with TLS. */
export function ingress(spec: Data = {}, annotations: Data = {}, name = 'web'): KubernetesObject {
  return object(
    'networking.k8s.io/v1',
    'Ingress',
    name,
    {
      spec: {
        rules: [hostRule('shop.example.org', '/')],
        tls: [{ hosts: ['shop.example.org'], secretName: 'shop-tls' }],
        ...spec,
      },
    },
    { annotations },
  );
}

/** A rule of an Ingress to the Service `web`. */
export function hostRule(host: string, ...paths: readonly string[]): Data {
  return {
    host,
    http: {
      paths: paths.map((path) => ({
        path,
        pathType: 'Prefix',
        backend: { service: { name: 'web', port: { number: 80 } } },
      })),
    },
  };
}
