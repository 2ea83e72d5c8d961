import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePorts } from './component';
import { Pki } from './pki';

/** Where everything is. */
export interface Plan {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly etcd: string;
  readonly etcdPeer: string;
}

/** Chooses ports, and writes certificates and kubeconfigs into a folder. */
export async function planIn(folder: string): Promise<Plan> {
  const [port = 0, client, peer] = await freePorts(3);
  const plan = {
    folder,
    port,
    url: `https://127.0.0.1:${port}`,
    etcd: `http://127.0.0.1:${client}`,
    etcdPeer: `http://127.0.0.1:${peer}`,
  };
  const pki = new Pki(folder);
  pki.server('apiserver');
  pki.signingKey('service-accounts');
  for (const identity of IDENTITIES) {
    pki.client(identity);
    writeFileSync(kubeconfigOf(plan, identity.file), kubeconfigText(plan, identity.file));
  }
  writeFileSync(join(folder, 'admission.yaml'), stringify(ADMISSION));
  mkdirSync(join(folder, 'certificates'));
  return plan;
}

const IDENTITIES = [
  { file: 'admin', user: 'admin', group: 'system:masters' },
  { file: 'controller-manager', user: 'system:kube-controller-manager' },
  { file: 'scheduler', user: 'system:kube-scheduler' },
];

/** What `enforce` refuses is refused; warnings would say it again where a namespace asks for another level. */
const ADMISSION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [
    {
      name: 'PodSecurity',
      configuration: {
        apiVersion: 'pod-security.admission.config.k8s.io/v1',
        kind: 'PodSecurityConfiguration',
        defaults: { enforce: 'restricted', 'enforce-version': 'latest' },
        exemptions: { namespaces: ['kube-system'] },
      },
    },
  ],
};

/** Path of the kubeconfig of `admin`, `controller-manager` or `scheduler`. */
export function kubeconfigOf({ folder }: Plan, file: string): string {
  return join(folder, `${file}.kubeconfig`);
}

function kubeconfigText({ folder, url }: Plan, file: string): string {
  const data = (name: string): string => readFileSync(join(folder, name)).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': data('ca.crt') } }],
    users: [
      {
        name: 'test',
        user: { 'client-certificate-data': data(`${file}.crt`), 'client-key-data': data(`${file}.key`) },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

export function etcdOptions({ etcd, etcdPeer }: Plan): Record<string, string> {
  return {
    name: 'test',
    'data-dir': 'etcd',
    'listen-client-urls': etcd,
    'advertise-client-urls': etcd,
    'listen-peer-urls': etcdPeer,
    'initial-advertise-peer-urls': etcdPeer,
    'initial-cluster': `test=${etcdPeer}`,
    'unsafe-no-fsync': 'true',
    'log-level': 'warn',
  };
}

export function apiserverOptions({ port, etcd }: Plan): Record<string, string> {
  return {
    'etcd-servers': etcd,
    'secure-port': String(port),
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'endpoint-reconciler-type': 'none', // it would publish an address that nothing can reach
    'authorization-mode': 'Node,RBAC',
    'client-ca-file': 'ca.crt',
    'tls-cert-file': 'apiserver.crt',
    'tls-private-key-file': 'apiserver.key',
    'cert-dir': 'certificates',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': 'service-accounts.pub',
    'service-account-signing-key-file': 'service-accounts.key',
    'service-cluster-ip-range': '10.43.0.0/16',
    'enable-admission-plugins': 'NodeRestriction',
    'admission-control-config-file': 'admission.yaml',
    'allow-privileged': 'true',
    'shutdown-delay-duration': '0s',
    profiling: 'false',
  };
}

export function controllerOptions(plan: Plan): Record<string, string> {
  const kubeconfig = kubeconfigOf(plan, 'controller-manager');
  return {
    kubeconfig,
    'secure-port': '0',
    'leader-elect': 'false',
    'use-service-account-credentials': 'true',
    'service-account-private-key-file': 'service-accounts.key',
    'root-ca-file': 'ca.crt',
    'cluster-cidr': '10.42.0.0/16',
    'service-cluster-ip-range': '10.43.0.0/16',
    'allocate-node-cidrs': 'true',
    // No kubelet reports: a Node is Ready as long as the test does not say otherwise.
    'node-monitor-grace-period': '24h',
    'node-startup-grace-period': '24h',
    'horizontal-pod-autoscaler-sync-period': '1s',
    'kube-api-qps': '500',
    'kube-api-burst': '1000',
  };
}

export function schedulerOptions(plan: Plan): Record<string, string> {
  return {
    kubeconfig: kubeconfigOf(plan, 'scheduler'),
    'secure-port': '0',
    'leader-elect': 'false',
    'kube-api-qps': '500',
    'kube-api-burst': '1000',
  };
}
