import { isDnsSubdomain } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about manifests that K3s applies from files. */
export const manifestRules = [
  k3sRule({
    id: 'k3s-manifest-name',
    title: 'Auto-deploy manifests have names of their own that make AddOns',
    reason:
      'K3s names an AddOn after the file: it leaves out names that are none, rewrites its own files at each start, and mixes up equal names.',
    source: 'https://docs.k3s.io/installation/packaged-components#file-naming-requirements',
    check: nameFindings,
  }),
];

function nameFindings({ autoDeploy }: K3sModel): Finding[] {
  const seen = new Map<string, string>();
  return autoDeploy.flatMap(({ name, path }): Finding[] => {
    const base = name.replace(/\.ya?ml$/, '');
    const earlier = seen.get(base);
    seen.set(base, earlier ?? path);
    const wrong = (problem: string, better: string): Finding[] => {
      return [{ path, property: 'id', problem, fix: `write new AutoDeploy(cluster, ${quoted(better)})` }];
    };
    if (base === name || !isDnsSubdomain(base)) {
      return wrong(`must be lower case letters, digits, '-' and '.', got ${quoted(base)}`, nameLike(base));
    }
    if (PACKAGED.has(base))
      return wrong(`${quoted(name)} is a file of K3s's own, rewritten at each start`, `${base}-config`);
    return earlier === undefined ? [] : wrong(`${quoted(name)} is also the file of ${earlier}`, `${base}-2`);
  });
}

function nameLike(base: string): string {
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return name === '' ? 'network' : name;
}

/** k3s `manifests/`; its folders are left out, as an AddOn is named after the file alone. */
const PACKAGED = new Set([
  'ccm',
  'coredns',
  'local-storage',
  'rolebindings',
  'runtimes',
  'traefik',
  'aggregated-metrics-reader',
  'auth-delegator',
  'auth-reader',
  'metrics-apiservice',
  'metrics-server-deployment',
  'metrics-server-service',
  'resource-reader',
]);
