import { secretHole } from '../../../secret';
import type { HostFile } from '../../../synthesis/synthesis';
import { agentToken, serverToken } from '../cluster-tokens';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { rootFile } from './root-file';

/** Token files; an agent never holds the token of the servers, which gives control of the cluster. */
export function tokenFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const agent = rootFile(hostPaths.agentToken, `${secretHole(agentToken(model))}\n`);
  if (node.role === 'agent') return [agent];
  return [agent, rootFile(hostPaths.serverToken, `${secretHole(serverToken(model))}\n`)];
}
