import { parseRange } from '../../lib/cluster/ip-range';
import { withExamples } from '../../lib/late';
import { describeValue } from '../../lib/rules/shape';
import { Cluster } from '../cluster/cluster';
import { allowsFrom, namespaceOf, type Namespace } from '../cluster/namespace';
import { addCheck, type ConstructViolation } from '../violations';
import type { Connection } from './connection';
import type { Workload } from './workload';
import type { WorkloadNetwork } from './workload-network';

/**
 * Opens the way from a workload to what it connects to, in both NetworkPolicies, and applies the other end first.
 *
 * @param property What a connection is called in the props, by its name.
 */
export function connectAll(
  workload: Workload,
  network: WorkloadNetwork,
  connections: Readonly<Record<string, Connection>>,
  property = (name: string): string => `connections.${name}`,
): void {
  for (const [name, { target, protocol, startOrder = true }] of Object.entries(connections)) {
    if ('network' in target) network.connect(target.network, target.port, protocol);
    else for (const cidr of target.cidrs) network.reach({ cidr, ports: [target.port] }, protocol);
    if (startOrder && target.construct !== undefined) workload.node.addDependency(target.construct);
    addCheck(workload, () => connectionViolations(workload, network, property(name), { target }));
  }
}

function connectionViolations(
  workload: Workload,
  own: WorkloadNetwork,
  property: string,
  { target }: Pick<Connection, 'target'>,
): ConstructViolation[] {
  const place = { rule: 'connection-forbidden', property };
  return [
    ...deniedBy(namespaceOf(workload), own).map((problem) => ({ ...place, ...problem })),
    ...('network' in target ? targetProblems(workload, target) : addressProblems(target.cidrs)).map(
      (problem) => ({
        ...place,
        ...problem,
      }),
    ),
  ];
}

function targetProblems(
  workload: Workload,
  { construct, network }: Extract<Connection['target'], { network: WorkloadNetwork }>,
): Problem[] {
  if (Cluster.tryOf(workload) !== Cluster.tryOf(construct)) {
    const problem = `leads to ${construct.node.path}, which is in another cluster`;
    return [{ problem, fix: 'connect by its public address: connectionTo({ host, port, cidrs })' }];
  }
  const there = namespaceOf(construct);
  if (there === undefined) return [];
  if (allowsFrom(there, workload.namespace)) return deniedBy(there, network);
  const wanted = [...(there.allowFrom ?? []), workload.namespace].map((each) => `'${each}'`).join(', ');
  const problem = `leads into namespace ${there.name}, which lets in nothing from ${workload.namespace}`;
  return [{ problem, fix: `write allowFrom: [${wanted}] in the props of that namespace` }];
}

/** A NetworkPolicy knows addresses and no names. */
function addressProblems(cidrs: readonly string[]): Problem[] {
  const wrong = cidrs.filter((cidr) => parseRange(withExamples(cidr)) === undefined);
  return wrong.map((cidr) => ({
    problem: `leads to ${describeValue(cidr)}, which is no range of addresses`,
    fix: "write where the name leads: connectionTo({ host, port, cidrs: ['192.0.2.5/32'] })",
  }));
}

/** Where everything is denied that no policy allows, a workload without a policy of its own is cut off. */
export function deniedBy(namespace: Namespace | undefined, { pods, policy }: WorkloadNetwork): Problem[] {
  if (namespace?.defaultDeny === undefined || policy !== undefined) return [];
  const problem = `is cut off: namespace ${namespace.name} denies by default, and ${pods.name} has no NetworkPolicy that opens the way`;
  return [{ problem, fix: 'remove networkPolicy: false, or defaultDeny from the namespace' }];
}

/** What is wrong with a connection, and what to write. */
export interface Problem {
  readonly problem: string;
  readonly fix: string;
}
