import type { Finding } from '../../../rules/rule';
import { isDnsLabel, isDnsSubdomain } from '../../../cluster/names';
import { declaredNodes } from '../build-model';
import type { K3sModel, K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about names and addresses that must be unique. */
export const nameRules = [
  k3sRule({
    id: 'k3s-cluster-name',
    title: 'The name of a cluster is a short DNS label',
    reason: 'Names of secrets and resources are made of it.',
    source: 'RFC 1123',
    check: ({ name, path }) =>
      isDnsLabel(name) && /^[a-z]/.test(name) && name.length <= 40 && !isTaken(name)
        ? []
        : [
            {
              path,
              property: 'id',
              problem: `must be at most 40 lower case letters, digits and '-', starting with a letter, got ${quoted(name)}`,
              fix: `write new K3sCluster(env, '${labelLike(name, 40)}', …)`,
            },
          ],
  }),
  k3sRule({
    id: 'k3s-node-name',
    title: 'Names of nodes are DNS names',
    reason: 'The name is that of the Node object, a label value and a part of certificates.',
    source: 'https://kubernetes.io/docs/concepts/architecture/nodes/#node-name-uniqueness',
    check: (model) =>
      model.nodes
        .filter(({ name }) => !isDnsSubdomain(name) || name.length > 63 || isTaken(name))
        .map(({ name, path }) => ({
          path,
          property: 'name',
          problem: isTaken(name)
            ? `must be no word of JavaScript's own objects, got ${quoted(name)}`
            : `must be a DNS name of at most 63 lower case letters, digits, '-' and '.', got ${quoted(name)}`,
          fix: `write '${labelLike(name, 63)}' as its key`,
        })),
  }),
  k3sRule({
    id: 'k3s-pool-name',
    title: 'Names of pools are DNS labels',
    reason: 'Steps, paths and names in the topology are made of it.',
    source: 'RFC 1123',
    check: ({ path, props }) =>
      Object.keys(props.pools ?? {})
        .filter((name) => !isDnsLabel(name) || isTaken(name))
        .map((name) => ({
          path: `${path}/pools`,
          property: `pools[${JSON.stringify(name)}]`,
          problem: isTaken(name)
            ? `must be no word of JavaScript's own objects, got ${quoted(name)}`
            : `must be at most 63 lower case letters, digits and '-', got ${quoted(name)}`,
          fix: `write '${labelLike(name, 63, 'workers')}' as its key`,
        })),
  }),
  k3sRule({
    id: 'k3s-node-name-unique',
    title: 'No two nodes have the same name',
    reason: 'The second one is refused: "Node password rejected, duplicate hostname".',
    source: 'https://docs.k3s.io/architecture#how-agent-node-registration-works',
    check: (model) =>
      duplicates(model.nodes, ({ name }) => [name]).map(({ node, earlier, value }) => ({
        path: node.path,
        property: 'name',
        problem: `${quoted(value)} is also the name of ${earlier.path}`,
        fix: 'give each node a name of its own',
      })),
  }),
  k3sRule({
    id: 'k3s-node-address-unique',
    title: 'No two nodes have the same address',
    reason: 'Certificates, etcd peers and pod routes go by address.',
    source: 'https://docs.k3s.io/installation/requirements',
    check: (model) => [
      ...sameAddress(model, 'nodeIp', ({ nodeIps }) => nodeIps),
      ...sameAddress(model, 'externalIp', ({ externalIps }) => externalIps),
      ...sameAddress(model, 'ssh', ({ transport }) =>
        'ssh' in transport
          ? [`${transport.ssh.host}:${transport.ssh.port ?? 22}${viaBastion(transport.ssh.bastion?.host)}`]
          : ['local'],
      ),
    ],
  }),
  k3sRule({
    id: 'k3s-servers',
    title: 'A cluster has a server',
    reason: 'There is nothing for agents to join.',
    source: 'https://docs.k3s.io/architecture',
    check: ({ path, props }) =>
      Object.keys(props.servers).length > 0
        ? []
        : [
            {
              path,
              property: 'servers',
              problem: 'has no server',
              fix: "write servers: { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } }",
            },
          ],
  }),
  k3sRule({
    id: 'k3s-transport',
    title: 'A node is local or reached over SSH',
    reason: 'Both at once would leave open on which machine it is.',
    source: 'docs/decisions/0004-host-steps.md',
    check: ({ path, props }) =>
      declaredNodes(path, props)
        .filter(({ props: own }) => own.local === true && own.ssh !== undefined)
        .map((node) => ({
          path: node.path,
          property: 'local',
          problem: `is true, and ssh is given as well (${node.props.ssh?.host})`,
          fix: 'remove one of them',
        })),
  }),
];

function sameAddress(
  model: K3sModel,
  property: string,
  addresses: (node: K3sNode) => readonly string[],
): Finding[] {
  return duplicates(model.nodes, addresses).map(({ node, earlier, value }) => ({
    path: node.path,
    property,
    problem: `${value} is also that of ${earlier.path}`,
    fix: 'give each node its own',
  }));
}

function duplicates(nodes: readonly K3sNode[], values: (node: K3sNode) => readonly string[]) {
  const seen = new Map<string, K3sNode>();
  const found: { readonly node: K3sNode; readonly earlier: K3sNode; readonly value: string }[] = [];
  for (const node of nodes) {
    for (const value of new Set(values(node))) {
      const earlier = seen.get(value.toLowerCase());
      if (earlier === undefined) seen.set(value.toLowerCase(), node);
      else found.push({ node, earlier, value });
    }
  }
  return found;
}

/** Hosts behind different bastions may have the same private address. */
function viaBastion(bastion: string | undefined): string {
  return bastion === undefined ? '' : ` by ${bastion}`;
}

/** A construct with such an id cannot be made: its parent has a property of that name already. */
function isTaken(name: string): boolean {
  return name in Object.prototype;
}

function labelLike(name: string, length: number, otherwise = 'alfa'): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '')
    .slice(0, length)
    .replace(/-+$/, '');
  return label === '' || isTaken(label) ? otherwise : label;
}
