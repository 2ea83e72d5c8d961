import type { IConstruct } from 'constructs';
import { apiPort, DEFAULT_API_PORT } from '../../lib/distributions/k3s/registration';
import { parseAddress } from '../../lib/cluster/ip-range';
import { withExamples } from '../../lib/late';
import { k3sClusterOf } from '../platform/k3s-cluster-of';
import type { ConstructViolation } from '../violations';
import type { Egress } from './network-peers';

/**
 * Where the API server answers, for an egress rule. It has no pods, and the address of its Service is none that a policy sees: it is replaced by that of a
 * server before (kubernetes.io/docs/concepts/services-networking/network-policies, behaviour of ipBlock). Exactly the servers where the program knows them.
 */
export function kubernetesApiEgress(scope: IConstruct): object {
  const known = serversOf(scope);
  const cidrs = known?.cidrs ?? ['0.0.0.0/0', '::/0'];
  return {
    to: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
    ports: (known?.ports ?? [443, DEFAULT_API_PORT]).map((port) => ({ port, protocol: 'TCP' })),
  };
}

function serversOf(scope: IConstruct): { cidrs: string[]; ports: number[] } | undefined {
  const model = k3sClusterOf(scope)?.modelWithoutFiles();
  if (model === undefined) return undefined;
  const servers = model.nodes.filter(({ role }) => role === 'server');
  // Without addresses of its own a server has that of its default route, which nobody knows here.
  if (servers.length === 0 || servers.some(({ nodeIps }) => nodeIps.length === 0)) return undefined;
  const options = servers.map(({ config }) => config as Readonly<Record<string, unknown>>);
  const told = (key: string): unknown[] => options.flatMap((config) => config[key] ?? []);
  const addresses = servers.flatMap(({ nodeIps, externalIps }) => [...nodeIps, ...externalIps]);
  const cidrs = [...addresses, ...told('advertise-address').map(String)].map(cidrOf);
  const ports = [apiPort(model), ...told('advertise-port').map(Number)];
  return { cidrs: [...new Set(cidrs)], ports: [...new Set(ports)] };
}

function cidrOf(address: string): string {
  return `${address}/${parseAddress(withExamples(address))?.family === 6 ? 128 : 32}`;
}

/** A token is for the API server, to which nothing leads unless something says so. */
export function tokenViolations(
  account: string | undefined,
  egress: readonly Egress[],
): ConstructViolation[] {
  if (account === undefined || egress.some(mayReachApi)) return [];
  return [
    {
      rule: 'workload-api-access',
      property: 'serviceAccountName',
      problem: `gives the pods a token of ${account}, and their NetworkPolicy does not let them out to the API server`,
      fix: "write egress: ['kubernetes-api']",
      blocks: 'nothing',
    },
  ];
}

/** Addresses that somebody wrote may be the server's. */
function mayReachApi(target: Egress): boolean {
  return typeof target === 'object' ? 'cidr' in target : target !== 'internet';
}
