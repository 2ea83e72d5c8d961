import {
  addressInNetwork,
  isInRange,
  parseAddress,
  parseRange,
  rangesOverlap,
  type IpRange,
} from '../../../cluster/ip-range';
import type { Finding } from '../../../rules/rule';
import { clusterCidrs, serviceCidrs } from '../cluster-network';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

const basics = 'https://docs.k3s.io/networking/basic-network-options';

/** Rules about the networks of pods and services; none of them can change later. */
export const networkRangeRules = [
  k3sRule({
    id: 'k3s-cidr',
    title: 'Networks are written as CIDR, one for each address family',
    reason: 'K3s stops: "invalid cluster-cidr".',
    source: `${basics}; k3s pkg/cli/server/server.go`,
    check: (model) =>
      ranges(model).flatMap(({ property, cidrs }) => formFindings(model.path, property, cidrs)),
  }),
  k3sRule({
    id: 'k3s-cidr-families',
    title: 'Pods and services have the same address families in the same order',
    reason: 'The API server does not start, or services get addresses that pods cannot reach.',
    source: `${basics}#dual-stack-ipv4--ipv6-networking`,
    check: familyFindings,
  }),
  k3sRule({
    id: 'k3s-cidr-size',
    title: 'Networks are large enough for the nodes, and no larger than Kubernetes takes',
    reason:
      'Nodes beyond the last network get no pods; kube-apiserver and kube-controller-manager stop over networks too large.',
    source: 'Kubernetes cmd/kube-apiserver/app/options/validation.go; pkg/controller/nodeipam/ipam/cidrset',
    check: sizeFindings,
  }),
  k3sRule({
    id: 'k3s-cidr-overlap',
    title: 'Networks of pods, services and nodes do not overlap',
    reason:
      'Traffic for one would be sent to the other; nodes inside of a pod network cannot be reached by pods.',
    source: `${basics}`,
    check: (model) => [...overlapFindings(model), ...nodeFindings(model)],
  }),
  k3sRule({
    id: 'k3s-cluster-dns',
    title: 'The address of the cluster DNS lies in the service network',
    reason: 'The Service of the DNS cannot be made, and no pod resolves a name.',
    source: 'https://docs.k3s.io/cli/server#networking',
    check: dnsFindings,
  }),
];

function ranges(model: K3sModel) {
  return [
    { property: 'network.clusterCidr', cidrs: clusterCidrs(model), example: '10.42.0.0/16' },
    { property: 'network.serviceCidr', cidrs: serviceCidrs(model), example: '10.43.0.0/16' },
  ] as const;
}

function formFindings(path: string, property: string, cidrs: readonly string[]): Finding[] {
  const parsed = cidrs.map((cidr) => ({ cidr, range: parseRange(cidr) }));
  const findings = parsed.flatMap(({ cidr, range }): Finding[] => {
    if (range === undefined)
      return [
        {
          path,
          property,
          problem: `must be CIDR notation, got ${quoted(cidr)}`,
          fix: "write ['10.42.0.0/16']",
        },
      ];
    if (range.isAligned) return [];
    return [
      {
        path,
        property,
        problem: `${quoted(cidr)} names an address inside of its network`,
        fix: `write ${quoted(alignedCidr(cidr, range))}`,
      },
    ];
  });
  const families = parsed.flatMap(({ range }) => (range ? [range.family] : []));
  if (new Set(families).size < families.length) {
    const problem = `must be one network, or one of IPv4 and one of IPv6, got ${cidrs.join(', ')}`;
    findings.push({ path, property, problem, fix: `write [${quoted(cidrs[0] ?? '')}]` });
  }
  return findings;
}

function familyFindings(model: K3sModel): Finding[] {
  const [pods, services] = [familiesOf(clusterCidrs(model)), familiesOf(serviceCidrs(model))];
  if (pods.includes(undefined) || services.includes(undefined)) return [];
  const findings: Finding[] = [];
  if (pods.join() !== services.join()) {
    const problem = `is ${familyNames(services)}, and network.clusterCidr is ${familyNames(pods)}`;
    const fix = `write serviceCidr: [${pods.map((family) => (family === 4 ? "'10.43.0.0/16'" : "'fd00:43::/112'")).join(', ')}]`;
    findings.push({ path: model.path, property: 'network.serviceCidr', problem, fix });
  }
  for (const { path, nodeIps } of model.nodes) {
    const own = nodeIps.map((ip) => parseAddress(ip)?.family);
    if (own.length === 0 || own.includes(undefined) || pods.every((family) => own.includes(family))) continue;
    const problem = `is ${familyNames(own)} (${nodeIps.join(', ')}), and pods are ${familyNames(pods)}`;
    findings.push({
      path,
      property: 'nodeIp',
      problem,
      fix: 'write an address of each family: nodeIp: [IPv4, IPv6]',
    });
  }
  return findings;
}

function sizeFindings(model: K3sModel): Finding[] {
  const { path, nodes } = model;
  const findings = serviceCidrs(model).flatMap((cidr): Finding[] => {
    const range = parseRange(cidr);
    const [least, most] = range?.family === 6 ? [108, 120] : [12, 28];
    if (range === undefined || (range.prefix >= least && range.prefix <= most)) return [];
    const problem = `${quoted(cidr)} must have a prefix of /${least} to /${most}`;
    return [
      {
        path,
        property: 'network.serviceCidr',
        problem,
        fix: `write '${cidr.split('/')[0]}/${range.family === 6 ? 112 : 16}'`,
      },
    ];
  });
  for (const cidr of hasOwnNodeMask(model) ? [] : clusterCidrs(model)) {
    const range = parseRange(cidr);
    if (range === undefined) continue;
    const [nodeMask, least] = range.family === 6 ? [64, 48] : [24, 8];
    const room = 2 ** Math.max(0, nodeMask - range.prefix);
    if (range.prefix >= least && range.prefix <= nodeMask && room >= nodes.length) continue;
    const problem =
      range.prefix < least || range.prefix > nodeMask
        ? `${quoted(cidr)} must have a prefix of /${least} to /${nodeMask}, as each node gets a /${nodeMask} of it`
        : `${quoted(cidr)} has a /${nodeMask} for ${room} nodes, and there are ${nodes.length}`;
    findings.push({
      path,
      property: 'network.clusterCidr',
      problem,
      fix: range.family === 6 ? "write 'fd00:42::/56'" : "write '10.42.0.0/16'",
    });
  }
  return findings;
}

/** The program chose the size of a node's network itself. */
function hasOwnNodeMask({ nodes }: K3sModel): boolean {
  return nodes.some(({ config }) =>
    Object.keys(
      ('kube-controller-manager-arg' in config && config['kube-controller-manager-arg']) || {},
    ).some((argument) => argument.startsWith('node-cidr-mask-size')),
  );
}

function overlapFindings(model: K3sModel): Finding[] {
  return serviceCidrs(model).flatMap((service) =>
    clusterCidrs(model)
      .filter((pod) => overlap(service, pod))
      .map((pod) => ({
        path: model.path,
        property: 'network.serviceCidr',
        problem: `${service} overlaps network.clusterCidr ${pod}`,
        fix: service.includes(':')
          ? "write 'fd00:43::/112'"
          : `write ${quoted(overlap('10.43.0.0/16', pod) ? '10.96.0.0/16' : '10.43.0.0/16')}`,
      })),
  );
}

function nodeFindings(model: K3sModel): Finding[] {
  return model.nodes.flatMap(({ path, nodeIps, externalIps }) =>
    [
      ...nodeIps.map((ip) => ({ ip, property: 'nodeIp' })),
      ...externalIps.map((ip) => ({ ip, property: 'externalIp' })),
    ].flatMap(({ ip, property }) =>
      ranges(model).flatMap(({ property: network, cidrs }) =>
        cidrs
          .filter((cidr) => contains(cidr, ip))
          .map((cidr) => ({
            path,
            property,
            problem: `${ip} lies in ${network} ${cidr}`,
            fix: `write another network in ${network}, such as ${network === 'network.clusterCidr' ? "'172.20.0.0/16'" : "'172.21.0.0/16'"}`,
          })),
      ),
    ),
  );
}

function dnsFindings(model: K3sModel): Finding[] {
  const services = serviceCidrs(model);
  const given = model.props.network?.clusterDns ?? [];
  const property = 'network.clusterDns';
  const fix = `remove it, or write ${JSON.stringify(services.map((cidr) => addressInNetwork(cidr, 10)))}`;
  const findings = given.flatMap((address): Finding[] => {
    const parsed = parseAddress(address);
    const range = services
      .map(parseRange)
      .find((candidate) => candidate && parsed && isInRange(candidate, parsed));
    if (parsed === undefined)
      return [{ path: model.path, property, problem: `must be addresses, got ${quoted(address)}`, fix }];
    if (range === undefined)
      return [
        {
          path: model.path,
          property,
          problem: `${address} lies outside of network.serviceCidr ${services.join(', ')}`,
          fix,
        },
      ];
    const isTaken = parsed.value === range.first || parsed.value === range.first + 1n;
    return isTaken
      ? [{ path: model.path, property, problem: `${address} is kept for the Service of the API`, fix }]
      : [];
  });
  if (given.length > services.length) {
    findings.push({
      path: model.path,
      property,
      problem: `must be one address for each service network, got ${given.length}`,
      fix,
    });
  }
  return findings;
}

function overlap(a: string, b: string): boolean {
  const [one, other] = [parseRange(a), parseRange(b)];
  return one !== undefined && other !== undefined && rangesOverlap(one, other);
}

function contains(cidr: string, address: string): boolean {
  const [range, ip] = [parseRange(cidr), parseAddress(address)];
  return range !== undefined && ip !== undefined && isInRange(range, ip);
}

function alignedCidr(cidr: string, { prefix }: IpRange): string {
  return addressInNetwork(cidr, 0) + `/${prefix}`;
}

function familiesOf(cidrs: readonly string[]): (4 | 6 | undefined)[] {
  return cidrs.map((cidr) => parseRange(cidr)?.family);
}

function familyNames(families: readonly (4 | 6 | undefined)[]): string {
  return families.map((family) => `IPv${family}`).join(' and ');
}
