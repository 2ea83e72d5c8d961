import { describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../../lib/distributions/k3s/command-line';
import { parseConfigFiles } from '../../../../lib/distributions/k3s/config-file';
import { explainOptions, type ExplainContext } from '../../../../lib/distributions/k3s/explain';

const server: ExplainContext = { role: 'server', version: 'v1.34.1+k3s1' };
const agent: ExplainContext = { role: 'agent', version: 'v1.34.1+k3s1' };

/** Errors and warnings as lines. */
function problems(base: string, context = server): string[] {
  return explainOptions(parseConfigFiles({ base }), context)
    .filter((finding) => finding.level !== 'info')
    .map(({ key, level, problem, fix }) => `${level} ${key}: ${problem}; ${fix}`);
}

test('explains what an option does, its default and what a change costs', () => {
  const findings = explainOptions(parseConfigFiles({ base: 'flannel-backend: vxlan' }), server);
  expect(findings.at(-1)).toMatchInlineSnapshot(`
   {
     "fix": "use \`network.cni\` of the cluster: \`Cni.flannel({ backend })\` or \`Cni.none(…)\`",
     "key": "flannel-backend",
     "level": "info",
     "problem": "k3stack sets it. How pod traffic travels between nodes; \`none\` leaves the network to another CNI. Default: \`vxlan\`. A change moves pods away and restarts K3s. Must be the same on all servers (K3s refuses to join otherwise). Note: until every node has restarted, nodes with different backends cannot reach each other’s pods.",
   }
  `);
});

test('finds nothing wrong with a good file', () => {
  expect(
    problems(
      'tls-san: [a]\nkubelet-arg: [max-pods=60]\nwrite-kubeconfig-mode: "0644"\nv: 2\ndisable: traefik',
    ),
  ).toEqual([]);
});

test.each([
  [
    'treafik: true',
    server,
    ['error treafik: K3s has no such option, so the server skips it (config.yaml); remove it'],
  ],
  [
    'tls-sna: a',
    server,
    ['error tls-sna: K3s has no such option, so the server skips it (config.yaml); write tls-san'],
  ],
  [
    'node-labels: [a=b]',
    agent,
    [
      'error node-labels: K3s has no such option, so the agent does not start (config.yaml); write node-label',
    ],
  ],
  [
    'no-deploy: traefik',
    server,
    [
      'error no-deploy: K3s has no such option since v1.26, so the server skips it (config.yaml); write disable',
    ],
  ],
  [
    'tls-san: a',
    agent,
    [
      'error tls-san: it is an option of servers only, so the agent does not start (config.yaml); remove it here and set it on the servers',
    ],
  ],
  [
    'write-kubeconfig-mode: 0644',
    server,
    [
      'error write-kubeconfig-mode: K3s reads 0644 as the number 420, and so uses mode 0420; write "0644" in quotes',
    ],
  ],
  [
    'token: 0123',
    server,
    [
      'error token: it holds a secret in plain text (config.yaml); use the cluster’s token, a secret of the environment that `k3stack init` makes',
    ],
  ],
  [
    'disable: [treafik]',
    server,
    [
      'warning disable: "treafik" is none of coredns, servicelb, traefik, local-storage, metrics-server, runtimes, ccm; write \'traefik\'',
    ],
  ],
  [
    'flannel-backend: wireguard',
    server,
    [
      'error flannel-backend: "wireguard" is none of none, vxlan, host-gw, wireguard-native; write one of them',
    ],
  ],
  [
    'docker: maybe',
    server,
    ['error docker: K3s stops: "maybe" is neither true nor false; write true or false'],
  ],
  [
    'node-name:',
    server,
    ['error node-name: K3s takes the empty value for a given one, not for none; remove it'],
  ],
  [
    'kubelet-arg: {max-pods: 60}',
    server,
    ["error kubelet-arg: K3s wants text where a map stands; write a list of 'name=value' under kubelet-arg"],
  ],
  [
    'kubelet-arg: [max-pods 60, v]',
    server,
    [
      "error kubelet-arg: it is no argument of the form name=value; write 'max-pods=60'",
      "warning kubelet-arg: v has no value, K3s passes v=true; write 'v=true'",
    ],
  ],
  [
    'kube-apiserver-arg: [tls-min-version]',
    server,
    [
      "warning kube-apiserver-arg: tls-min-version has no value, K3s passes tls-min-version=true; write 'tls-min-version=true'",
      "error kube-apiserver-arg: K3s stops: invalid tls-min-version; write 'tls-min-version': 'VersionTLS13'",
    ],
  ],
  [
    'https-listen-port: 70000',
    server,
    [
      'error https-listen-port: "70000" is not a whole number from 1 to 65535; write a number from 1 to 65535',
    ],
  ],
  [
    'helm-controller-arg: [a=b]',
    server,
    [
      'error helm-controller-arg: v1.34.1+k3s1 does not have it, so the server skips it (config.yaml); remove it, or use a version that has it: v1.33.13+k3s2, v1.34.10+k3s1, v1.35.7+k3s1, v1.36.3+k3s1',
    ],
  ],
  [
    'cluster-reset: true\nserver: https://a:6443',
    server,
    [
      'error cluster-reset: K3s stops: cannot perform cluster-reset while server URL is set; remove server while the cluster is reset',
    ],
  ],
  [
    'etcd-s3: true\netcd-s3-config-secret: s\netcd-s3-region: eu\netcd-s3-retention: 9',
    server,
    [
      'warning etcd-s3-config-secret: etcd-s3-config-secret is ignored because etcd-s3-region is set; move etcd-s3-region into the Secret',
    ],
  ],
  [
    'disable-agent: true',
    server,
    [
      "warning disable-agent: webhooks and aggregated APIs fail on a server without agent in mode 'agent'; set 'egress-selector-mode' to 'cluster' or 'pod'",
    ],
  ],
] as const)('%j', (text, context, expected) => {
  expect(problems(text, context)).toEqual(expected);
});

describe('arguments of the programs inside K3s', () => {
  const at = (version: string): ExplainContext => ({ role: 'server', version });

  test.each([
    [
      'kubelet-arg: [container-runtime=remote]',
      'error kubelet-arg: K3s stops: kubelet has no argument container-runtime since v1.27; remove it; only runtimes with a CRI socket are left',
    ],
    [
      'kubelet-arg: [--feature-gates=DynamicKubeletConfig=true]',
      'error kubelet-arg: K3s stops: kubelet has no feature gate DynamicKubeletConfig since v1.26; remove DynamicKubeletConfig',
    ],
    [
      'kubelet-arg: ["feature-gates=ImageVolume=true,SidecarContainers=false"]',
      'error kubelet-arg: K3s stops: feature gate SidecarContainers is always true since v1.33; remove SidecarContainers',
    ],
    [
      'kube-apiserver-arg: ["enable-admission-plugins=NodeRestriction,PodSecurityPolicy"]',
      'error kube-apiserver-arg: K3s stops: kube-apiserver has no admission plugin PodSecurityPolicy since v1.25; remove it, and label namespaces with pod-security.kubernetes.io/enforce',
    ],
    [
      'kube-controller-arg: [pod-eviction-timeout=1m]',
      'error kube-controller-arg: K3s stops: kube-controller-manager has no argument pod-eviction-timeout since v1.27; use default-not-ready-toleration-seconds and default-unreachable-toleration-seconds of kube-apiserver-arg',
    ],
    [
      'kubelet-arg: ["container-runtime-endpoint=unix:///run/crio.sock"]',
      'warning kubelet-arg: container-runtime-endpoint is given to the kubelet alone, and K3s starts its own containerd all the same; use container-runtime-endpoint of K3s',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toContain(expected);
  });

  test('an argument is gone from the release on that dropped it', () => {
    const text = 'kubelet-arg: [pod-infra-container-image=pause]';
    expect(problems(text, at('v1.34.1+k3s1'))).toEqual([]);
    expect(problems(text, at('v1.35.1+k3s1'))).toHaveLength(1);
  });

  test('a gate is refused from the release on that locked or dropped it', () => {
    const text = 'kubelet-arg: [feature-gates=MemoryManager=false]';
    const found = (version: string): string[] => problems(text, at(version));
    expect(found('v1.32.1+k3s1')[0]).toMatch(/always true since v1\.32/);
    expect(found('v1.36.1+k3s1')[0]).toMatch(/no feature gate MemoryManager since v1\.36/);
    expect(problems('kubelet-arg: [feature-gates=MemoryManager=true]', at('v1.35.1+k3s1'))).toEqual([]);
  });
});

test('a key that k3stack sets is named once, with what to write instead', () => {
  const findings = explainOptions(parseConfigFiles({ base: 'tls-san: a' }), server);
  expect(findings.map(({ level, problem, fix }) => [level, problem.slice(0, 20), fix])).toEqual([
    ['info', 'k3stack sets it. Mor', 'use `api.tlsSans` of the cluster'],
  ]);
});

test('on a command line an unknown option stops a server too', () => {
  const [finding] = explainOptions(parseCommandLine('k3s server --no-deploy=traefik'), server);
  expect(finding?.problem).toBe(
    'K3s has no such option since v1.26, so the server does not start (command line)',
  );
});

test('a variable for the other role has no effect', () => {
  const [finding] = explainOptions(parseCommandLine('K3S_AGENT_TOKEN=abc k3s agent'), agent);
  expect(finding?.problem).toBe('it is an option of servers only, so it has no effect (K3S_AGENT_TOKEN)');
});

describe('secrets', () => {
  test('no finding holds the value of a secret, or of what may be one', () => {
    const canary = 's3cr3t-c4n4ry';
    const base = `token: ${canary}\ntokn: ${canary}\nagent-token: [${canary}]\ncluster-secret: ${canary}\nvpn-auth: " ${canary}"\ndatastore-endpoint: {a: ${canary}}`;
    const line = `K3S_TOKEN=${canary} k3s server --etcd-s3-secret-key ${canary} --debug ${canary}`;
    const findings = [parseConfigFiles({ base }), parseCommandLine(line)].flatMap((parsed) => [
      ...explainOptions(parsed, server),
      ...explainOptions(parsed, agent),
    ]);
    expect(JSON.stringify(findings)).not.toContain(canary);
  });
});
