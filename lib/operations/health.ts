import type { ClusterSynthesis, HostSynthesis } from '../synthesis/synthesis';
import type { ClusterStatus, NodeStatus } from './cluster-status';

/** Something of a cluster that is not as it should be, one line. */
export interface HealthProblem {
  /** Node it is about; absent for the cluster as a whole. */
  readonly node?: string;
  readonly problem: string;

  /** Whether the cluster is not what the program says, rather than about to be, or more than it. */
  readonly grave: boolean;
}

/** How long a cluster has been what the program says. */
export interface Health {
  readonly problems: readonly HealthProblem[];

  /** Since when all declared nodes run their release and are Ready; absent while one does not, or it is not known. */
  readonly since?: string;

  /** Whole seconds from then on, by the clock of the server. */
  readonly seconds?: number;
}

/** Compares a cluster with what the program declares. */
export function healthOf(
  status: ClusterStatus,
  cluster: ClusterSynthesis,
  hosts: readonly HostSynthesis[],
): Health {
  const declared = hosts.filter((host) => host.cluster === cluster.name);
  const found = new Map(status.nodes.map((node) => [node.name, node]));
  const names = new Set(declared.map((host) => host.name));
  const problems = [
    ...declared.flatMap((host) => nodeProblems(host, found.get(host.name))),
    ...status.nodes
      .filter((node) => !names.has(node.name))
      .map(({ name }) => ({ node: name, problem: 'is not declared by the program', grave: false })),
    ...etcdProblems(status),
    ...certificateProblems(status),
  ];
  const running = declared.flatMap(({ name }) => found.get(name) ?? []);
  const since = problems.some(({ grave }) => grave) ? undefined : latest(running.map(sinceOf));
  if (since === undefined) return { problems };
  const seconds = Math.max(0, Math.floor((Date.parse(status.now) - Date.parse(since)) / 1000));
  return { problems, since, seconds };
}

/** Members of an etcd cluster that must agree. */
export function majorityOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

function nodeProblems(host: HostSynthesis, node: NodeStatus | undefined): HealthProblem[] {
  const at = (problem: string, grave = true): HealthProblem => ({ node: host.name, problem, grave });
  if (node === undefined) return [at('is declared, and the cluster has no such Node')];
  return [
    ...(node.ready ? [] : [at('is not Ready')]),
    ...(node.version === host.version ? [] : [at(`runs ${node.version}, and ${host.version} is declared`)]),
    ...(node.cordoned ? [at('is cordoned', false)] : []),
    ...(node.voter === false ? [at('does not vote in etcd yet', false)] : []),
  ];
}

function etcdProblems({ etcd }: ClusterStatus): HealthProblem[] {
  if (etcd === undefined || etcd.healthy >= etcd.members) return [];
  const needed = majorityOf(etcd.members);
  return [
    {
      grave: true,
      problem: `${etcd.healthy} of ${etcd.members} etcd members are healthy, ${needed} are needed`,
    },
  ];
}

function certificateProblems({ certificate, now }: ClusterStatus): HealthProblem[] {
  if (certificate === undefined) return [];
  const { name, expires } = certificate;
  const days = (Date.parse(expires) - Date.parse(now)) / 86_400_000;
  if (days <= 0)
    return [{ grave: true, problem: `certificate ${name} is no longer valid; raise rotate.certificates` }];
  if (days >= FEW_DAYS) return [];
  const problem = `certificate ${name} ends in ${Math.floor(days)} d; restart K3s, or raise rotate.certificates`;
  return [{ grave: false, problem }];
}

/** The later of when it began to run its release and when it last became Ready. */
function sinceOf({ since, readySince }: NodeStatus): string | undefined {
  return since === undefined ? undefined : latest([since, readySince ?? since]);
}

/** The latest of some times; `undefined` of none, and when one is not known. */
function latest(times: readonly (string | undefined)[]): string | undefined {
  if (times.length === 0 || times.some((time) => time === undefined || Number.isNaN(Date.parse(time))))
    return undefined;
  return (times as string[]).reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));
}

/** K3s renews certificates when it starts, once they end within 120 days: by then it has not been restarted for long. */
const FEW_DAYS = 30;
