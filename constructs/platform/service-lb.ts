import { Construct } from 'constructs';
import { nearest } from '../../lib/nearest';
import { checkProps, describeValue, list, object, text } from '../../lib/rules/shape';
import type { K3sCluster } from '../cluster/k3s-cluster';
import type { K3sNodeConstruct } from '../cluster/k3s-node';
import { addCheck, type ConstructViolation } from '../violations';
import { requirePackaged } from './k3s-cluster-of';

export interface ServiceLbProps {
  /** Names of the nodes that take traffic in. @default - all */
  readonly nodes?: readonly string[];
}

/**
 * K3s's own load balancer: Services of type LoadBalancer get the addresses of the nodes, their ports opened on each. `Traefik` brings it along.
 * Makes nothing in clusters that are not K3s of this program.
 */
export class ServiceLb extends Construct {
  constructor(scope: Construct, id: string, props: ServiceLbProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, object({ nodes: list(text) }));
    addCheck(this, () => problems);
    const { nodes = [] } = sound;
    const cluster = requirePackaged(this, 'servicelb', {
      problem:
        'makes nothing here: ServiceLB is packaged with K3s, and this is no K3s cluster of the program',
      fix: 'see that something else gives Services of type LoadBalancer an address, or they wait for one for ever',
    });
    if (cluster === undefined) return;
    for (const name of nodes) nodeOf(cluster, name)?.addLabel(ENABLE_LABEL, 'true');
    addCheck(this, () => nodes.flatMap((name) => unknownNode(cluster, name)));
  }
}

function nodeOf(cluster: K3sCluster, name: string): K3sNodeConstruct | undefined {
  return cluster.allNodes.find((node) => node.name === name);
}

function unknownNode(cluster: K3sCluster, name: string): ConstructViolation[] {
  const names = cluster.allNodes.map((node) => node.name);
  if (names.includes(name)) return [];
  const near = nearest(name, names);
  return [
    {
      rule: 'unknown-node',
      property: 'nodes',
      problem: `names ${describeValue(name)}, which is no node of ${cluster.name}`,
      fix: near === undefined ? `write some of ${names.join(', ')}` : `did you mean '${near}'?`,
    },
  ];
}

/** As soon as one node has it, only nodes with the value `true` are used (k3s-io/k3s:pkg/cloudprovider/servicelb.go). */
const ENABLE_LABEL = 'svccontroller.k3s.cattle.io/enablelb';
