import { Cluster } from '../cluster/cluster';
import { allowsFrom, namespaceOf } from '../cluster/namespace';
import { addCheck, type ConstructViolation } from '../violations';
import type { Connection } from './connection';
import type { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

/** Opens the way from a workload to what it connects to, in both NetworkPolicies, and applies the other end first. */
export function connectAll(
  workload: Workload,
  network: WorkloadNetwork,
  connections: Readonly<Record<string, Connection>>,
): void {
  for (const [name, { target, protocol, startOrder = true }] of Object.entries(connections)) {
    if ('network' in target) network.connect(target.network, target.port, protocol);
    else for (const cidr of target.cidrs) network.reach({ cidr, ports: [target.port] }, protocol);
    if (startOrder && target.construct !== undefined) workload.node.addDependency(target.construct);
    addCheck(workload, () => connectionViolations(workload, name, { target }));
  }
}

function connectionViolations(
  workload: Workload,
  name: string,
  { target }: Pick<Connection, 'target'>,
): ConstructViolation[] {
  if (target.construct === undefined) return [];
  const place = { rule: 'connection-forbidden', property: `connections.${name}` };
  const [own, other] = [Cluster.tryOf(workload), Cluster.tryOf(target.construct)];
  if (own !== other) {
    const problem = `leads to ${target.construct.node.path}, which is in another cluster`;
    return [{ ...place, problem, fix: 'connect by its public address: connectionTo({ host, port, cidrs })' }];
  }
  const there = namespaceOf(target.construct);
  if (there === undefined || allowsFrom(there, workload.namespace)) return [];
  const problem = `leads into namespace ${there.name}, which lets in nothing from ${workload.namespace}`;
  return [
    { ...place, problem, fix: `write allowFrom: ['${workload.namespace}'] in the props of that namespace` },
  ];
}
