import type { HostFile } from '../../../synthesis/synthesis';
import { dataDirOf } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { rootFile } from './root-file';

/** Manifests that K3s applies by itself when they change, the same on every server: K3s does not copy them. */
export function manifestFiles(model: K3sModel, node: K3sNode): HostFile[] {
  if (node.role === 'agent') return [];
  return model.autoDeploy.map(({ name, content }) =>
    rootFile(`${dataDirOf(node)}/server/manifests/${name}`, content, { disruption: 'live' }),
  );
}
