import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { withExamples } from '../../lib/late';
import { checkProps, object, text, wholeNumber } from '../../lib/rules/shape';
import { AutoDeploy } from '../cluster/auto-deploy';
import { addCheck } from '../violations';

export interface KubeVipProps {
  /** The virtual address; IPv4 or IPv6. */
  readonly address: string;

  /** Network interface that announces it. @default - that of the default route */
  readonly interface?: string;

  /** Port of the API behind it. @default 6443 */
  readonly port?: number;
}

/**
 * kube-vip on every server: one of them answers for the virtual address of the API, by ARP, and another takes over when it falls away. Services
 * are left to ServiceLB or another controller. The distribution applies it itself, because nodes may join through the address.
 */
export class KubeVip extends Construct {
  constructor(scope: Construct, id: string, props: KubeVipProps) {
    super(scope, id);
    const { problems } = checkProps(props, kubeVipShape);
    if (problems.length > 0) {
      addCheck(this, () => problems);
      return;
    }
    const { address, interface: networkInterface, port = 6443 } = props;
    const files = new AutoDeploy(this, 'kube-vip');
    accessRights(files);
    new ApiObject(files, 'daemon-set', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { ...METADATA, labels: LABELS },
      spec: {
        selector: { matchLabels: SELECTOR },
        template: {
          metadata: { labels: LABELS },
          spec: {
            serviceAccountName: METADATA.name,
            hostNetwork: true, // the address is put on the host's own interface
            priorityClassName: 'system-node-critical',
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [
                    {
                      matchExpressions: [
                        { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
                      ],
                    },
                  ],
                },
              },
            },
            tolerations: [
              { effect: 'NoSchedule', operator: 'Exists' },
              { effect: 'NoExecute', operator: 'Exists' },
            ],
            containers: [container(environment(address, port, networkInterface))],
          },
        },
      },
    });
  }
}

/** kube-vip/website@f5c870bfd:content/manifests/rbac.yaml. */
function accessRights(scope: Construct): void {
  const role = 'system:kube-vip-role';
  new ApiObject(scope, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...METADATA, labels: LABELS },
  });
  new ApiObject(scope, 'role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: role, labels: LABELS },
    rules: [
      { apiGroups: [''], resources: ['services/status'], verbs: ['update'] },
      { apiGroups: [''], resources: ['services', 'endpoints'], verbs: ['list', 'get', 'watch', 'update'] },
      { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'get', 'watch', 'update', 'patch'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        verbs: ['list', 'get', 'watch', 'update', 'create'],
      },
      {
        apiGroups: ['discovery.k8s.io'],
        resources: ['endpointslices'],
        verbs: ['list', 'get', 'watch', 'update'],
      },
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    ],
  });
  new ApiObject(scope, 'binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'system:kube-vip-binding', labels: LABELS },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', ...METADATA }],
  });
}

function container(env: readonly object[]): object {
  return {
    name: 'kube-vip',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    args: ['manager'],
    env,
    resources: {
      requests: { cpu: '10m', memory: '32Mi' },
      limits: { memory: '128Mi' },
    },
    // Setting addresses and sending ARP needs both, and root to have them: nothing stricter than `privileged` admits it.
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] },
    },
  };
}

/** What `kube-vip manifest daemonset --arp --controlplane --leaderElection` writes (kube-vip@v1.2.3:pkg/kubevip/config_generator.go). */
function environment(address: string, port: number, networkInterface: string | undefined): object[] {
  return [
    { name: 'vip_arp', value: 'true' },
    { name: 'port', value: String(port) },
    { name: 'vip_nodename', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ...(networkInterface === undefined ? [] : [{ name: 'vip_interface', value: networkInterface }]),
    { name: 'vip_subnet', value: withExamples(address).includes(':') ? '128' : '32' },
    { name: 'dns_mode', value: 'first' },
    { name: 'cp_enable', value: 'true' },
    { name: 'cp_namespace', value: METADATA.namespace },
    { name: 'vip_leaderelection', value: 'true' },
    { name: 'vip_leasename', value: 'plndr-cp-lock' },
    { name: 'vip_leaseduration', value: '15' },
    { name: 'vip_renewdeadline', value: '10' },
    { name: 'vip_retryperiod', value: '2' },
    { name: 'address', value: address },
    // The generator's `:2112` would open a port on every interface of every server.
    { name: 'prometheus_server', value: '127.0.0.1:2112' },
  ];
}

const kubeVipShape = object({ address: text, interface: text, port: wholeNumber(1, 65535) }, 'address');

/** Newest tag of the repository (kube-vip/kube-vip@7ce55caff, 2026-08-10); the name is that of cmd/kube-vip-manifests.go. */
const VERSION = 'v1.2.3';
const IMAGE = `ghcr.io/kube-vip/kube-vip:${VERSION}`;

const METADATA = { name: 'kube-vip', namespace: 'kube-system' };
const SELECTOR = { 'app.kubernetes.io/name': 'kube-vip' };
const LABELS = { ...SELECTOR, 'app.kubernetes.io/version': VERSION };
