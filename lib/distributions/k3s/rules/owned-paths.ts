import { dataDirOf, hostPaths } from '../host-paths';
import type { K3sNode } from '../model';

/** Why the program may not write a path, and what to do instead. */
export interface Ownership {
  readonly problem: string;
  readonly fix: string;
}

/** Who else writes a path of a node, and anything below it; `undefined` where the program may. */
export function ownerOf(path: string, node: K3sNode): Ownership | undefined {
  const dataDir = dataDirOf(node);
  if (isBelow(path, dataDir)) return inDataDir(path.slice(dataDir.length + 1), dataDir);
  if (UNIT.test(path)) {
    const problem = 'k3stack writes the systemd unit of K3s, and no one else';
    return { problem, fix: 'use ceiling or config; variables such as HTTP_PROXY go to /etc/default/k3s' };
  }
  return OWNED.find(({ paths }) => paths.some((owned) => isBelow(path, owned)));
}

/**
 * K3s keeps state in its data directory. What it only reads there may be added: templates and drop-ins of containerd, drop-ins of the kubelet, CNI
 * configuration, lists of images to pull at start (archives are `airGap.archives`), and static pods.
 */
function inDataDir(path: string, dataDir: string): Ownership | undefined {
  if (ADDABLE.some((pattern) => pattern.test(path))) return undefined;
  if (isBelow(path, 'server/manifests')) {
    const problem = 'K3s applies it, and nobody deletes what leaves it';
    return { problem, fix: "put its objects into new AutoDeploy(cluster, 'name')" };
  }
  if (isBelow(path, 'agent/images')) {
    const problem = 'K3s reads image archives and .txt lists of images there';
    return { problem, fix: 'write airGap: { archives: […] }, or a list with the suffix .txt' };
  }
  const problem = 'K3s keeps its own state there';
  return {
    problem,
    fix: `write a path outside of ${dataDir}, or one of ${dataDir}/agent/etc/containerd/config-v3.toml.tmpl and ${dataDir}/agent/etc/kubelet.conf.d/60-own.conf`,
  };
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Drop-ins of `k3s-.service.d` count for `k3s-agent.service` as well (systemd.unit(5)). */
const UNIT =
  /^\/(?:etc|lib|usr\/lib|usr\/local\/lib)\/systemd\/system(?:\.control|\.attached)?\/k3s(?:-agent|-)?\.service(?:[./]|$)/;

/** Relative to the data directory. */
const ADDABLE = [
  /^agent\/etc\/containerd\/config(?:-v3)?\.toml\.tmpl$/,
  /^agent\/etc\/containerd\/config(?:-v3)?\.toml\.d\/[^/]+\.toml$/,
  /^agent\/etc\/kubelet\.conf\.d\/(?!00-k3s-defaults\.|50-k3stack\.)[^/]+\.conf$/,
  /^agent\/etc\/cni\/net\.d\/(?!10-flannel\.)[^/]+\.conf(?:list)?$/,
  /^agent\/images\/[^/]+\.txt$/,
  /^agent\/pod-manifests\/[^/]+\.ya?ml$/,
];

const OWNED: readonly (Ownership & { readonly paths: readonly string[] })[] = [
  {
    paths: [hostPaths.config, `${hostPaths.config}.d`],
    problem: 'K3s reads its options there, and k3stack checks and writes them',
    fix: 'write config: { … } of the cluster, a pool or a node',
  },
  {
    paths: [hostPaths.registries],
    problem: 'k3stack writes it',
    fix: 'write registries: { … } of the cluster',
  },
  {
    paths: [hostPaths.flannel],
    problem: 'k3stack writes it',
    fix: 'write network: { cni: Cni.flannel({ … }) }, or point config["flannel-conf"] to another path',
  },
  {
    paths: [hostPaths.auditPolicy, hostPaths.admission, hostPaths.eventRateLimit],
    problem: 'k3stack writes it',
    fix: 'write audit: { … } or hardening: \'cis\', or point config["kube-apiserver-arg"] to another path',
  },
  {
    paths: [hostPaths.snapshotCa],
    problem: 'k3stack writes it',
    fix: 'write endpointCa of datastore.s3',
  },
  { paths: [hostPaths.sysctl], problem: 'k3stack writes it', fix: 'write sysctls: { … } of the node' },
  {
    paths: [
      hostPaths.token,
      hostPaths.serverToken,
      hostPaths.agentToken,
      hostPaths.initialised,
      '/etc/rancher/k3s/k3s.yaml',
      '/etc/rancher/node',
    ],
    problem: 'it holds how the node and the cluster know each other, and K3s and k3stack write it',
    fix: "write another path, such as '/etc/rancher/k3s/own.yaml'",
  },
  {
    paths: [hostPaths.binary],
    problem: 'the binary of K3s lies there',
    fix: "write version for another release, or another path, such as '/usr/local/bin/own'",
  },
  {
    paths: ['/proc', '/sys', '/dev'],
    problem: 'the kernel makes what lies there',
    fix: "write sysctls: { … }, or a file that sets it at boot, such as '/etc/tmpfiles.d/own.conf'",
  },
  {
    paths: ['/run', '/var/run'],
    problem: 'it is gone at the next boot',
    fix: "write a path that stays, such as '/etc/own.conf', or let '/etc/tmpfiles.d/own.conf' make it",
  },
];
