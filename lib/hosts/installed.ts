import type { NodeRole } from '../cluster/node';
import type { Finding } from '../rules/rule';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { HostFacts } from './facts';
import { at } from './host-finding';
import type { HostRun } from './host-run';

/** An installation is this very node's, or nobody's that is to be taken over; anything else stays as it is. */
export function installedFindings(
  { installed }: HostFacts,
  host: HostSynthesis,
  { environment, adopt }: HostRun,
): Finding[] {
  if (installed === undefined) return [];
  const { distribution, version, owner, node } = installed;
  if (owner === undefined) {
    if (adopt && distribution === 'k3s') return [];
    const remove = `take the data to safety and remove it (${distribution === 'k3s' ? OWN_UNINSTALL[host.role] : distribution})`;
    const fix =
      distribution === 'k3s' ? `write adopt: true on the cluster to take it over, or ${remove}` : remove;
    return [at(host, `${distribution} ${version} is installed, and not by k3stack`, fix)];
  }
  if (owner !== `${environment}/${host.cluster}`)
    return [at(host, `it belongs to cluster ${owner}`, 'remove it there, or use another machine')];
  if (node !== undefined && node !== host.name)
    return [
      at(
        host,
        `it is node ${node} of this cluster`,
        `a node keeps its machine: keep the name ${node}, or remove ${node} from the program first`,
      ),
    ];
  return [];
}

const OWN_UNINSTALL: Readonly<Record<NodeRole, string>> = {
  server: 'k3s-uninstall.sh',
  agent: 'k3s-agent-uninstall.sh',
};
