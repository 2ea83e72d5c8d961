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
]);
