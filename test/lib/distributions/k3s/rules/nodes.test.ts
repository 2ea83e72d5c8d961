import { server, servers } from '../../../../support/k3s-model';
import { alfa, testRules } from '../../../../support/k3s-rule-rows';

const three = servers('alfa', 'bravo', 'charlie');

testRules([
  {
    rule: 'k3s-option-unknown',
    broken: { config: { server: { 'flanel-backend': 'none' } as never } },
    says: '[k3s] config.server["flanel-backend"]',
    fine: { config: { server: { 'etcd-expose-metrics': true } } },
  },
  {
    rule: 'k3s-option-role',
    broken: { agents: { delta: { ...server(9), config: { 'etcd-expose-metrics': true } as never } } },
    says: '[k3s/agents/delta] config["etcd-expose-metrics"]',
    fine: { agents: { delta: { ...server(9), config: { selinux: true } } } },
  },
  {
    rule: 'k3s-option-available',
    broken: { version: 'v1.32.3+k3s1', secretsEncryption: { provider: 'secretbox' } },
    says: '[k3s] secretsEncryption: K3s v1.32.3+k3s1 has no secrets-encryption-provider',
    fine: { version: 'v1.32.4+k3s1', secretsEncryption: { provider: 'secretbox' } },
  },
  {
    rule: 'k3s-option-twice',
    broken: { audit: true, config: { server: { 'kube-apiserver-arg': { 'audit-log-maxage': 7 } } } },
    says: '[k3s] config.server["kube-apiserver-arg"]["audit-log-maxage"]: is 7, and audit makes it 30',
    fine: { audit: true, config: { server: { 'kube-apiserver-arg': { 'audit-log-maxage': '30', v: 2 } } } },
  },
  {
    rule: 'k3s-option-must-match',
    broken: { servers: { ...three, bravo: { ...server(2), config: { 'egress-selector-mode': 'pod' } } } },
    says: '[k3s/servers/bravo] config["egress-selector-mode"]: is "pod", and "agent" on alfa',
    fine: { servers: { ...three, bravo: { ...server(2), config: { 'egress-selector-mode': 'agent' } } } },
  },
  {
    rule: 'k3s-option-managed',
    broken: { config: { server: { disable: ['traefik'] } as never } },
    says: '[k3s] config.server["disable"]',
    fine: {},
  },
  {
    rule: 'k3s-component-needs',
    broken: { config: { server: { 'disable-helm-controller': true } } },
    says: 'the controller that installs Traefik',
    fine: { config: { server: { 'disable-helm-controller': false } } },
  },

  {
    rule: 'k3s-node-label',
    broken: alfa({ labels: { 'rack/a/b': 'x' } }),
    says: "'rack/a/b' must be",
    fine: alfa({ labels: { 'example.org/rack': 'A_1.x' } }),
  },
  {
    rule: 'k3s-node-label',
    broken: alfa({ taints: [{ key: 'gpu', value: 'a b', effect: 'NoSchedule' }] }),
    says: "got 'a b'",
    fine: alfa({ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
  },
  {
    rule: 'k3s-node-label-reserved',
    broken: { agents: { delta: { ...server(9), labels: { 'node-role.kubernetes.io/etcd': 'true' } } } },
    says: 'it is an agent',
    fine: { agents: { delta: { ...server(9), labels: { 'node-role.kubernetes.io/worker': 'true' } } } },
  },
  {
    rule: 'k3s-node-taint-unschedulable',
    broken: alfa({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }),
    says: 'set and removed by Kubernetes',
    fine: { schedulableServers: false },
  },
  {
    rule: 'k3s-quantity',
    broken: alfa({ reserved: { memory: '512MB' } }),
    says: "got '512MB'; write '512Mi'",
    fine: alfa({ reserved: { cpu: '0.5', memory: '1e9' } }),
  },
  {
    rule: 'k3s-node-number',
    broken: alfa({ maxPods: 300 }),
    says: 'must be a whole number from 1 to 250, got 300',
    fine: alfa({ maxPods: 250, logLevel: 10, containerLog: { maxFiles: 2 } }),
  },
  {
    rule: 'k3s-data-dir',
    broken: alfa({ dataDir: 'var/k3s' }),
    says: "got 'var/k3s'",
    fine: alfa({ dataDir: '/srv/k3s' }),
  },
  {
    rule: 'k3s-sysctl',
    broken: alfa({ sysctls: { 'vm.swappiness': '1\nkernel.panic = 0' } }),
    says: 'a value on one line',
    fine: alfa({ sysctls: { 'net.ipv4.ip_local_port_range': '1024 65000' } }),
  },
  ...[' ', '1 ', 'á'].map((value) => ({
    rule: 'k3s-sysctl',
    broken: alfa({ sysctls: { 'vm.swappiness': value } }),
    says: 'sysctls["vm.swappiness"]: must have a value on one line, with nothing around it',
    fine: alfa({ sysctls: { 'vm.swappiness': '1' } }),
  })),
  ...['vm', 'vm.', 'vm..x', 'vm/../x', 'vm.-x', 'net.a*b', '-vm.x', 'vm.x y', '__proto__'].map((key) => ({
    rule: 'k3s-sysctl',
    broken: alfa({ sysctls: Object.fromEntries([[key, '1']]) }),
    says: 'must be a name below /proc/sys',
    fine: alfa({ sysctls: { 'net.ipv4.conf.*.rp_filter': '1', 'net/ipv4/conf/eth0/forwarding': '1' } }),
  })),
  {
    rule: 'k3s-sysctl',
    broken: { hardening: 'cis', ...alfa({ sysctls: Object.fromEntries([['__proto__', '1']]) }) },
    says: 'sysctls["__proto__"]: must be a name below /proc/sys',
    fine: { hardening: 'cis' },
  },
  {
    rule: 'k3s-quantity',
    broken: alfa({ ceiling: { memory: '1e999' } }),
    says: "ceiling.memory: must be a Kubernetes quantity above zero that a machine can have, got '1e999'; write '1Gi'",
    fine: alfa({ ceiling: { memory: '8Pi' } }),
  },
  {
    rule: 'k3s-quantity',
    broken: alfa({ ceiling: { cpu: '1e-999' } }),
    says: 'ceiling.cpu: must be a Kubernetes quantity above zero',
    fine: alfa({ ceiling: { cpu: '1m' } }),
  },
  {
    rule: 'k3s-node-number',
    broken: alfa({ capacity: { cpu: 1e21 } }),
    says: 'capacity.cpu: must be above zero and at most 100000, got 1e+21',
    fine: alfa({ capacity: { cpu: 0.5 } }),
  },
  {
    rule: 'k3s-node-label',
    broken: alfa({ labels: JSON.parse('{"__proto__":"a"}') as Record<string, string> }),
    says: "labels: '__proto__' must be at most 63",
    fine: alfa({ labels: { constructor: 'a', toString: 'b' } }),
  },
  {
    rule: 'k3s-option-type',
    broken: { config: { server: { 'kube-apiserver-arg': { 'audit-log-maxsize': 1e21 } } } },
    says: 'config.server["kube-apiserver-arg"]: audit-log-maxsize must be',
    fine: { config: { server: { 'kube-apiserver-arg': { 'max-requests-inflight': 400 } } } },
  },
  {
    rule: 'k3s-kubelet-argument',
    broken: alfa({ maxPods: 60, config: { 'kubelet-arg': { 'max-pods': 50 } } }),
    says: 'says the same as maxPods',
    fine: alfa({ config: { 'kubelet-arg': { 'max-pods': 50 } } }),
  },
  {
    rule: 'k3s-accelerator',
    broken: alfa({ accelerators: [{ resource: 'gpu' }] }),
    says: "got 'gpu'",
    fine: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', count: 2 }] }),
  },
  {
    rule: 'k3s-accelerator',
    broken: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', runtimeClass: '../../x' }] }),
    says: "accelerators.runtimeClass: must be the name of a RuntimeClass, lower case letters, digits, '-' and '.', got '../../x'; write runtimeClass: 'nvidia'",
    fine: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', runtimeClass: 'nvidia' }] }),
  },
  {
    rule: 'k3s-accelerator',
    broken: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', count: 1e21 }] }),
    says: 'accelerators.count: must be a whole number from 1 to 10000, got 1e+21',
    fine: alfa({ accelerators: [{ resource: 'nvidia.com/gpu', count: 10_000 }] }),
  },
]);
