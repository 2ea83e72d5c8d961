import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';
import type { Finding, TransitionRule } from './rule';
import { hostsMissingIn, keptHosts, machineOf, type HostTransition } from './transition';

/** A host's name is its identity: rules about names, addresses, roles and pools that change. */
export const hostIdentityRules: readonly TransitionRule[] = [
  {
    id: 'host-address-changed',
    kind: 'transition',
    title: 'A host keeps its address; a new machine gets a new name',
    reason:
      'Certificates, etcd peers and other nodes know a server by its address: it comes back as "not a member of the etcd cluster". ' +
      'And a new machine under an old name would be treated as the old one.',
    source: 'https://github.com/k3s-io/k3s/issues/11778',
    check: (before, after) => sameCluster(before, after).flatMap(addressChange),
  },
  {
    id: 'host-renamed',
    kind: 'transition',
    title: 'A machine keeps its name',
    reason:
      'To the cluster the new name is another node: the old Node, its volumes and its etcd member are removed, ' +
      'and the machine is uninstalled and installed in one update.',
    source: 'https://docs.k3s.io/architecture, how agent node registration works',
    check: renamed,
  },
  {
    id: 'host-role-changed',
    kind: 'transition',
    title: 'A host stays server or agent',
    reason:
      'A server holds datastore and certificates that an agent must not have; K3s has no way to turn one into the other.',
    source: 'https://docs.k3s.io/architecture',
    check: (before, after) =>
      sameCluster(before, after).flatMap(({ before: old, after: host }) =>
        old.role === host.role
          ? []
          : [
              {
                path: host.path,
                property: 'role',
                problem: `${host.name} was ${old.role} and becomes ${host.role}`,
                fix: `remove ${host.name} in one update, and declare the machine under a new name in the next`,
                blocks: 'provision',
              },
            ],
      ),
  },
  {
    id: 'host-moved',
    kind: 'transition',
    title: 'A host stays in its cluster',
    reason: 'The machine still runs a node of the other cluster, with its certificates and data.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (before, after) =>
      keptHosts(before.hosts, after.hosts)
        .filter(({ before: old, after: host }) => old.cluster !== host.cluster)
        .map(({ before: old, after: host }) => ({
          path: host.path,
          property: 'cluster',
          problem: `${host.name} leaves cluster ${old.cluster} for ${host.cluster}`,
          fix: `remove it from ${old.cluster} in one update, and declare it in ${host.cluster} under a new name in the next`,
          blocks: 'provision',
        })),
  },
  {
    id: 'pool-changed',
    kind: 'transition',
    title: 'An agent stays in its pool',
    reason:
      'Waves belong to pools: agents that change pool are counted against the limit of the new one from this update on.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (before, after) => poolChanges(sameCluster(before, after)),
  },
];

function sameCluster(before: Synthesis, after: Synthesis): HostTransition[] {
  return keptHosts(before.hosts, after.hosts).filter(
    ({ before: old, after: host }) => old.cluster === host.cluster,
  );
}

function addressChange({ before, after }: HostTransition): Finding[] {
  const known = before.nodeIp !== undefined && after.nodeIp !== undefined;
  const [property, old, now] = known
    ? ['nodeIp', before.nodeIp, after.nodeIp]
    : ['ssh.host', machineOf(before), machineOf(after)];
  if (old === now) return [];
  return [
    {
      path: after.path,
      property,
      problem: `${after.name} was at ${old} and is now at ${now}`,
      fix: known
        ? `keep nodeIp ${old}, or declare the machine at ${now} under a new name`
        : `declare nodeIp of ${after.name} in an update of its own if it is the same machine, else give the new one a new name`,
      blocks: 'provision',
    },
  ];
}

function renamed(before: Synthesis, after: Synthesis): Finding[] {
  const gone = hostsMissingIn(after.hosts, before.hosts);
  return hostsMissingIn(before.hosts, after.hosts).flatMap((host) => {
    const old = gone.find((other) => sameMachine(other, host));
    if (old === undefined) return [];
    return [
      {
        path: host.path,
        property: host.name,
        problem: `the machine at ${host.nodeIp ?? machineOf(host)} was called ${old.name} and is now called ${host.name}`,
        fix: `keep the name ${old.name}, or remove ${old.name} in one update and declare ${host.name} in the next`,
        blocks: 'provision' as const,
      },
    ];
  });
}

function sameMachine(a: HostSynthesis, b: HostSynthesis): boolean {
  if (a.nodeIp !== undefined && b.nodeIp !== undefined) return a.nodeIp === b.nodeIp;
  return machineOf(a) === machineOf(b);
}

/** One finding for all agents that make the same move. */
function poolChanges(hosts: readonly HostTransition[]): Finding[] {
  const moves = new Map<string, HostTransition[]>();
  for (const host of hosts) {
    if (host.before.pool === host.after.pool || host.after.role !== 'agent') continue;
    const move = `${host.after.cluster} ${poolText(host.before)} ${poolText(host.after)}`;
    moves.set(move, [...(moves.get(move) ?? []), host]);
  }
  return [...moves.values()].map((moved) => {
    const { before, after } = moved[0] as HostTransition;
    return {
      path: after.path,
      property: 'pool',
      problem: `${moved.map((host) => host.after.name).join(', ')} moved from ${poolText(before)} to ${poolText(after)}`,
      fix: `change nothing else on these agents in the same update, so that moving them disturbs none`,
      blocks: 'nothing',
    };
  });
}

const poolText = (host: HostSynthesis): string => (host.pool === undefined ? 'no pool' : `pool ${host.pool}`);
