import type { HostFile } from '../../../synthesis/synthesis';
import { renderConfig } from '../config';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import type { Settings } from '../options';
import { registrationUrl } from '../registration';
import { effectiveSettings } from '../settings';
import { rootFile } from './root-file';

/**
 * config.yaml and its drop-ins. What a running node takes up by itself, or through the API, is kept out of config.yaml, so that a change of
 * it restarts nothing.
 */
export function configFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const registration = registrationSettings(node);
  const files = [rootFile(hostPaths.config, renderConfig(effectiveSettings(model, node).settings))];
  if (Object.keys(registration).length > 0) {
    files.push(rootFile(hostPaths.registration, renderConfig(registration), { disruption: 'none' }));
  }
  if (node.role === 'agent') {
    files.push(rootFile(hostPaths.bootstrap, renderConfig(joinSettings(model)), { disruption: 'none' }));
  }
  return files;
}

/** Everything that a node's config.yaml and drop-ins say, as far as it is known before a run. */
export function allSettings(model: K3sModel, node: K3sNode): Settings {
  return {
    ...effectiveSettings(model, node).settings,
    ...registrationSettings(node),
    ...(node.role === 'agent' && joinSettings(model)),
  };
}

/**
 * What makes an agent join. A running agent learns all servers by itself and keeps them on disk, so another address is none of its concern
 * until it starts with an empty data directory.
 */
function joinSettings(model: K3sModel): Settings {
  return { server: registrationUrl(model) };
}

/** Labels and taints that the node has from its first moment; later changes go through the API. */
function registrationSettings({ settings: { labels = {}, taints = [] } }: K3sNode): Settings {
  const ownLabels = Object.entries(labels)
    .filter(([key]) => kubeletMaySet(key))
    .map(([key, value]) => `${key}=${value}`);
  const taintTexts = taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`);
  return {
    ...(ownLabels.length > 0 && { 'node-label': ownLabels.sort() }),
    ...(taintTexts.length > 0 && { 'node-taint': taintTexts.sort() }),
  };
}

/**
 * The kubelet exits when it is given a label of Kubernetes's own namespaces that is not in its list (cmd/kubelet/app/options/options.go,
 * ValidateKubeletFlags); such labels are only set through the API.
 */
function kubeletMaySet(label: string): boolean {
  const namespace = label.includes('/') ? label.slice(0, label.indexOf('/')) : '';
  if (!/(^|\.)(kubernetes|k8s)\.io$/.test(namespace)) return true;
  return KUBELET_LABELS.has(label) || /(^|\.)(kubelet|node)\.kubernetes\.io$/.test(namespace);
}

/** k8s.io/kubelet pkg/apis/well_known_labels.go. */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);
