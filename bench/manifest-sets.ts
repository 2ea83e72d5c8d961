import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toYaml } from '../lib/yaml';

/** Files of two states of the same installation. */
export interface ManifestSets {
  readonly before: string;
  readonly after: string;
}

/**
 * Writes two states of `count` objects of eight kinds, each state as one stream of YAML: of a thousand objects 10 come, 15 go and 30 change. The same count
 * gives the same bytes.
 */
export function writeManifestSets(folder: string, count: number): ManifestSets {
  const [before, after] = [join(folder, `before-${count}.yaml`), join(folder, `after-${count}.yaml`)];
  const all = Array.from({ length: count }, (_, index) => ({ index, lot: (index * 7_919) % 1_000 }));
  const old = all.filter(({ lot }) => lot >= 10).map(({ index }) => objectOf(index, 1));
  const now = all
    .filter(({ lot }) => lot < 985)
    .map(({ index, lot }) => objectOf(index, lot >= 500 && lot < 530 ? 2 : 1));
  writeFileSync(before, toYaml(...old));
  writeFileSync(after, toYaml(...now));
  return { before, after };
}

interface Parts {
  readonly name: string;
  readonly metadata: object;
  readonly labels: object;

  /** Of an object that changes: 1 before, 2 after. */
  readonly state: number;
}

function objectOf(index: number, state: number): object {
  const name = `app-${index}`;
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'helm',
  };
  const metadata = { name, namespace: `team-${index % 20}`, labels };
  const make = MAKERS[index % MAKERS.length] as (parts: Parts) => object;
  return make({ name, metadata, labels, state });
}

function deployment({ name, metadata, labels, state }: Parts): object {
  const container = {
    name: 'web',
    image: `ghcr.io/acme/shop:1.${state}.0`,
    args: ['--port=8080', '--log=info'],
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: [
      { name: 'LOG_LEVEL', value: 'info' },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 5 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  const pod = {
    serviceAccountName: name,
    containers: [container],
    volumes: [{ name: 'data', emptyDir: {} }],
  };
  const template = { metadata: { labels, annotations: { 'prometheus.io/scrape': 'true' } }, spec: pod };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
  };
}

function service({ metadata, labels, state }: Parts): object {
  const ports = [{ name: 'http', port: 79 + state, targetPort: 8080, protocol: 'TCP' }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, type: 'ClusterIP', ports },
  };
}

function configMap({ metadata, state }: Parts): object {
  const data = { mode: 'production', 'app.conf': `listen: 8080\nworkers: ${state}\nlog:\n  level: info\n` };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

function ingress({ name, metadata, state }: Parts): object {
  const host = `${name}.v${state}.example.org`;
  const backend = { service: { name, port: { name: 'http' } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata, annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' } },
    spec: {
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      tls: [{ hosts: [host], secretName: `${name}-tls` }],
    },
  };
}

function role({ metadata, state }: Parts): object {
  const verbs = ['get', 'list', 'watch', ...(state > 1 ? ['patch'] : [])];
  const rules = [
    { apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
  ];
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules };
}

function serviceMonitor({ metadata, labels, state }: Parts): object {
  const endpoints = [{ port: 'http', interval: `${15 * state}s` }];
  const spec = { selector: { matchLabels: labels }, endpoints };
  return { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata, spec };
}

const MAKERS = [deployment, deployment, service, service, configMap, ingress, role, serviceMonitor];
