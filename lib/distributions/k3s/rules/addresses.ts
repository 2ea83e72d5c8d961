import { isInRange, parseAddress, parseRange } from '../../../cluster/ip-range';
import { isHost, isPort } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import { clusterCidrs, serviceCidrs } from '../cluster-network';
import type { K3sModel, K3sNode } from '../model';
import { fixedAddress } from '../registration';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

/** Rules about addresses of nodes and of the API. */
export const addressRules = [
  k3sRule({
    id: 'k3s-node-address',
    title: 'Addresses of nodes are IP addresses, one for each family',
    reason: 'K3s stops over a name; etcd and kubelet announce what is given.',
    source: 'https://docs.k3s.io/cli/agent#node',
    check: (model) =>
      model.nodes.flatMap((node) => [
        ...nodeAddressFindings(node, 'nodeIp'),
        ...nodeAddressFindings(node, 'externalIp'),
      ]),
  }),
  k3sRule({
    id: 'k3s-registration-address',
    title: 'Nodes have an address to join through',
    reason: 'It becomes https://<address>:<port>, on nodes and in the certificate.',
    source: 'https://docs.k3s.io/datastore/cluster-loadbalancer',
    check: registrationFindings,
  }),
  k3sRule({
    id: 'k3s-kube-vip',
    title: 'The virtual address is free',
    reason: 'Two machines would answer for it, or pods would be sent there.',
    source: 'https://kube-vip.io/docs/usage/k3s',
    check: kubeVipFindings,
  }),
  k3sRule({
    id: 'k3s-api-port',
    title: 'The port of the API is free on hosts',
    reason: 'K3s itself, etcd and kubelet listen on these.',
    source: 'https://docs.k3s.io/installation/requirements#networking',
    check: ({ path, props }) => {
      const port = props.api?.port;
      if (port === undefined || (isPort(port) && !TAKEN.has(port))) return [];
      const problem = isPort(port) ? `${port} is taken on every host` : `must be 1 to 65535, got ${port}`;
      return [{ path, property: 'api.port', problem, fix: 'write port: 6443' }];
    },
  }),
  k3sRule({
    id: 'k3s-tls-san',
    title: 'Names in the certificate are addresses or DNS names',
    reason: 'A URL there matches nothing.',
    source: 'https://docs.k3s.io/cli/server#listeners',
    check: ({ path, props }) =>
      (props.api?.tlsSans ?? [])
        .filter((san) => !isHost(san.replace(/^\*\./, '')))
        .map((san) => ({
          path,
          property: 'api.tlsSans',
          problem: `must be addresses or DNS names, got ${quoted(san)}`,
          fix: "write tlsSans: ['k3s.example.org']",
        })),
  }),
];

function nodeAddressFindings(
  { path, nodeIps, externalIps }: K3sNode,
  property: 'nodeIp' | 'externalIp',
): Finding[] {
  const addresses = property === 'nodeIp' ? nodeIps : externalIps;
  const fix = `write ${property}: '10.0.0.11'`;
  const parsed = addresses.map((address) => ({ address, ip: parseAddress(address) }));
  const findings = parsed
    .filter(({ ip }) => ip === undefined || UNUSABLE.some((range) => range && isInRange(range, ip)))
    .map(({ address, ip }): Finding => {
      const problem =
        ip === undefined
          ? `must be an IP address, got ${quoted(address)}`
          : `${address} is no address of a machine`;
      return { path, property, problem, fix };
    });
  const families = parsed.map(({ ip }) => ip?.family);
  if (new Set(families).size < families.length) {
    findings.push({
      path,
      property,
      problem: `must be one IPv4 and one IPv6 address at most, got ${addresses.join(', ')}`,
      fix,
    });
  }
  return findings;
}

function registrationFindings(model: K3sModel): Finding[] {
  const { path, props, nodes } = model;
  const given = props.api?.registrationAddress;
  const property = 'api.registrationAddress';
  if (given !== undefined && !isHost(given)) {
    const bare = given.replace(/^\w+:\/\//, '').replace(/[:/].*$/s, '');
    const problem = `must be an address or a DNS name without scheme and port, got ${quoted(given)}`;
    return [
      {
        path,
        property,
        problem,
        fix: isHost(bare) ? `write ${quoted(bare)}, and api.port beside it` : "write 'k3s.example.org'",
      },
    ];
  }
  const first = nodes.find(({ role }) => role === 'server');
  if (fixedAddress(model) !== undefined || first === undefined || nodes.length < 2) return [];
  if ('ssh' in first.transport || first.nodeIps.length > 0) return [];
  const problem = `other nodes join through ${first.name}, which has no address but 'local'`;
  return [
    {
      path: first.path,
      property: 'nodeIp',
      problem,
      fix: `write nodeIp: '10.0.0.11', or ${property} of the cluster`,
    },
  ];
}

function kubeVipFindings(model: K3sModel): Finding[] {
  const vip = model.props.api?.kubeVip;
  if (vip === undefined) return [];
  const place = { path: model.path, property: 'api.kubeVip.address' };
  const ip = parseAddress(vip.address);
  const fix = 'write a free address of the network that the servers are in';
  if (ip === undefined)
    return [{ ...place, problem: `must be an IP address, got ${quoted(vip.address)}`, fix }];
  const owner = model.nodes.find(({ nodeIps, externalIps }) =>
    [...nodeIps, ...externalIps].includes(vip.address),
  );
  const network = [...clusterCidrs(model), ...serviceCidrs(model)].find((cidr) => isIn(cidr, ip));
  return [
    ...(owner ? [{ ...place, problem: `${vip.address} is the address of ${owner.name}`, fix }] : []),
    ...(network === undefined
      ? []
      : [{ ...place, problem: `${vip.address} lies in the network ${network} of pods or services`, fix }]),
    ...(vip.interface === undefined || /^[^\s/:\p{Cc}]{1,15}$/u.test(vip.interface)
      ? []
      : [
          {
            path: model.path,
            property: 'api.kubeVip.interface',
            problem: `must be the name of a network interface, got ${quoted(vip.interface)}`,
            fix: "write interface: 'eth0'",
          },
        ]),
  ];
}

function isIn(cidr: string, ip: NonNullable<ReturnType<typeof parseAddress>>): boolean {
  const range = parseRange(cidr);
  return range !== undefined && isInRange(range, ip);
}

/** Unspecified, loopback and multicast. */
const UNUSABLE = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3', '::/127', 'ff00::/8'].map(parseRange);

/** SSH, etcd, the agent's load balancer, containerd, kube-proxy, kubelet and the controllers. */
const TAKEN = new Set([
  22, 2379, 2380, 2381, 2382, 6444, 10010, 10248, 10249, 10250, 10256, 10257, 10258, 10259,
]);
