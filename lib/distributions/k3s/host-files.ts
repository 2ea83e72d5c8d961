import type { HostFile } from '../../synthesis/synthesis';
import { apiServerFiles } from './files/api-server';
import { configFiles } from './files/config';
import { environmentFiles } from './files/environment';
import { flannelFiles } from './files/flannel';
import { kubeletFiles } from './files/kubelet';
import { manifestFiles } from './files/manifests';
import { registryFiles } from './files/registries';
import { snapshotCaFiles } from './files/snapshot-ca';
import { sysctlFiles } from './files/sysctl';
import { tokenFiles } from './files/tokens';
import { unitFiles } from './files/unit';
import type { K3sModel, K3sNode } from './model';

/** Every file of a node that is known before a run, sorted by path; those that constructs add come along. */
export function hostFiles(model: K3sModel, node: K3sNode): HostFile[] {
  return [
    ...configFiles(model, node),
    ...tokenFiles(model, node),
    ...environmentFiles(model, node),
    ...unitFiles(model, node),
    ...registryFiles(model),
    ...kubeletFiles(model, node),
    ...flannelFiles(model),
    ...apiServerFiles(model, node),
    ...snapshotCaFiles(model, node),
    ...sysctlFiles(model, node),
    ...manifestFiles(model, node),
    ...node.files,
  ].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
