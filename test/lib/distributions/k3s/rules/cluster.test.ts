import { expect, test } from '@jest/globals';
import { k3sRules } from '../../../../../lib/distributions/k3s/rules';
import { late } from '../../../../../lib/late';
import { runRules } from '../../../../../lib/rules/rule';
import { k3sModel, server } from '../../../../support/k3s-model';
import { alfa, testRules, violationsOf } from '../../../../support/k3s-rule-rows';

testRules([
  {
    rule: 'k3s-cis',
    broken: { hardening: 'cis', secretsEncryption: false },
    says: "secretsEncryption: is false, and hardening: 'cis' asks for it",
    fine: { hardening: 'cis', secretsEncryption: true },
  },
  {
    rule: 'k3s-cis',
    broken: { hardening: 'cis', nodes: { sysctls: { 'kernel.panic': '0' } } },
    says: "unless it is '10'",
    fine: { hardening: 'cis', nodes: { sysctls: { 'kernel.panic': '10', 'vm.swappiness': '1' } } },
  },
  {
    rule: 'k3s-audit',
    broken: { audit: { maxAge: 0.5 } },
    says: 'audit.maxAge: must be a whole number from 1 to 36500, got 0.5; write maxAge: 30',
    fine: { audit: { level: 'Request', maxAge: 7 } },
  },
  {
    rule: 'k3s-audit',
    broken: { audit: { maxAge: 1e21 } },
    says: 'audit.maxAge: must be a whole number from 1 to 36500, got 1e+21',
    fine: { audit: { maxAge: 36_500, maxBackups: 10_000, maxSize: 100_000 } },
  },
  {
    rule: 'k3s-registry-name',
    broken: { registries: { mirrors: { 'https://docker.io': {} } } },
    says: "write 'docker.io'",
    fine: { registries: { mirrors: { 'docker.io': {}, '*': {}, 'registry.lan:5000': {} } } },
  },
  {
    rule: 'k3s-registry-name',
    broken: { registries: { mirrors: { 'hub.docker.com': {} } } },
    says: "images of Docker Hub are named 'docker.io'",
    fine: { registries: { systemDefault: 'registry.lan:5000/k3s' } },
  },
  {
    rule: 'k3s-registry-mirror',
    broken: { registries: { mirrors: { 'docker.io': { endpoints: ['registry.lan:5000'] } } } },
    says: "write 'https://registry.lan:5000'",
    fine: { registries: { mirrors: { 'docker.io': { endpoints: ['http://registry.lan:5000/v2'] } } } },
  },
  {
    rule: 'k3s-registry-tls',
    broken: { registries: { configs: { 'registry.lan': { tls: { certFile: '/etc/r.crt' } } } } },
    says: 'certFile needs keyFile',
    fine: {
      registries: { configs: { 'registry.lan': { tls: { certFile: '/etc/r.crt', keyFile: '/etc/r.key' } } } },
    },
  },
  {
    rule: 'k3s-registry-embedded',
    broken: { registries: { embedded: true } },
    says: "write mirrors: { 'docker.io': {} }",
    fine: { registries: { embedded: true, mirrors: { 'docker.io': {} } } },
  },
  {
    rule: 'k3s-max-unavailable',
    broken: { upgrade: { maxUnavailable: '0%' } },
    says: 'got "0%"',
    fine: { upgrade: { maxUnavailable: '12.5%' } },
  },
  {
    rule: 'k3s-max-unavailable',
    broken: { pools: { edge: { maxUnavailable: 0, nodes: { delta: server(9) } } } },
    says: '[k3s/pools/edge] maxUnavailable',
    fine: { pools: { edge: { maxUnavailable: 3, nodes: { delta: server(9) } } } },
  },
  {
    rule: 'k3s-max-unavailable',
    broken: { upgrade: { maxUnavailable: 1e21 } },
    says: "must be a whole number from 1 to 10000, or a percentage up to '100%', got 1e+21",
    fine: { upgrade: { maxUnavailable: 10_000 } },
  },
  {
    rule: 'k3s-gate',
    broken: { upgrade: { gate: 'curl -u ops:«secret:ops» https://shop.example.org' } },
    says: '[k3s] upgrade.gate: holds a secret, and a command line is no place for one; let the command read it',
    fine: { upgrade: { gate: './smoke-test.sh --quick' } },
  },
  {
    rule: 'k3s-gate',
    broken: { upgrade: { gate: ' ' } },
    says: 'upgrade.gate: is an empty command',
    fine: {},
  },
  {
    rule: 'k3s-drain',
    broken: { upgrade: { drain: { timeout: 0 } } },
    says: 'must be a whole number of seconds from 1 to 86400, got 0',
    fine: { upgrade: { drain: false, healthyFor: 0 } },
  },
  {
    rule: 'secret-in-settings',
    broken: alfa({ labels: {}, config: { 'resolv-conf': '/«secret:db»' } }),
    says: "holds secret('db')",
    fine: alfa({ config: { 'resolv-conf': '/etc/k3s-resolv.conf' } }),
  },
  {
    rule: 'k3s-image-archive',
    broken: { airGap: { archives: ['images/shop.zip'] } },
    says: "got 'images/shop.zip'",
    fine: { airGap: { archives: ['images/shop.tar.zst'] } },
  },
]);

test('the smallest cluster breaks no rule', () => {
  expect(violationsOf({})).toEqual([]);
});

test('a cluster has a name that secrets can be made of', () => {
  const named = (name: string) => runRules(k3sRules, { ...k3sModel(), name }).map((v) => v.fix);
  expect(named('Lab_1')).toEqual(["write new K3sCluster(env, 'lab-1', …)"]);
  expect(named('constructor')).toEqual(["write new K3sCluster(env, 'alfa', …)"]);
  expect(named(late('lab', { example: 'lab-1' }))).toEqual(["write the value itself, such as 'lab-1'"]);
  expect(named('lab-1')).toEqual([]);
});

test('auto-deploy manifests have names that K3s takes, of their own', () => {
  const manifest = (name: string) => ({ name, path: `k3s/${name}`, content: '' });
  const named = (...names: string[]) =>
    runRules(k3sRules, k3sModel({}, { autoDeploy: names.map(manifest) })).map(
      (v) => `${v.problem}; ${v.fix}`,
    );
  expect(named('kube_vip.yaml')).toEqual([
    "must be lower case letters, digits, '-' and '.', got 'kube_vip'; write new AutoDeploy(cluster, 'kube-vip')",
  ]);
  expect(named('traefik.yaml')).toEqual([
    "'traefik.yaml' is a file of K3s's own, rewritten at each start; write new AutoDeploy(cluster, 'traefik-config')",
  ]);
  expect(named('vip.yaml', 'vip.yaml')).toEqual([
    "'vip.yaml' is also the file of k3s/vip.yaml; write new AutoDeploy(cluster, 'vip-2')",
  ]);
  expect(named('kube-vip.yaml', 'traefik-config.yaml')).toEqual([]);
});
