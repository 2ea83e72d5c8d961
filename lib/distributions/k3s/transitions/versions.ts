import type { Finding } from '../../../rules/rule';
import type { HostTransition } from '../../../rules/transition';
import type { HostSynthesis } from '../../../synthesis/synthesis';
import { compareReleases, parseRelease, type Release } from '../release';
import { k3sRule, type K3sTransition } from './k3s-transition';

/** Rules about the way from one release to another. */
export const versionRules = [
  k3sRule({
    id: 'k3s-minor-skip',
    title: 'Servers go through every minor',
    reason:
      'API server, controllers and datastore are only tested from one minor to the next; stored objects may become unreadable.',
    source: 'https://docs.k3s.io/upgrades/manual',
    check: (transition) =>
      steps(transition, 'server')
        .filter(({ from, to }) => to.minor - from.minor > 1)
        .map((step) => ({
          ...place(transition, step),
          problem: `${names(step)} would go from ${step.old} to ${step.now} and skip ${skipped(step)}`,
          fix: `update to the newest v1.${step.from.minor + 1} first`,
          blocks: 'provision',
        })),
  }),
  k3sRule({
    id: 'k3s-downgrade',
    title: 'Releases only go up',
    reason:
      'A newer minor rewrites what the older one cannot read: going back needs a snapshot that the older minor took.',
    source: 'https://docs.k3s.io/upgrades/roll-back',
    check: (transition) =>
      steps(transition)
        .filter(({ from, to }) => compareReleases(to, from) < 0)
        .map((step) => downgrade(transition, step)),
  }),
  k3sRule({
    id: 'k3s-agent-newer',
    title: 'No agent is newer than a server',
    reason:
      'A kubelet newer than the API server is unsupported, and K3s agents stop with "incompatible down-level server detected".',
    source:
      'https://kubernetes.io/releases/version-skew-policy/#kubelet; https://github.com/k3s-io/k3s/issues/2996',
    check: agentsNewer,
  }),
  k3sRule({
    id: 'k3s-etcd-step',
    title: `From 1.33 to 1.34 with embedded etcd goes through v1.33.7+k3s3 or later`,
    reason:
      'v1.34 brings etcd 3.6. Members that were removed before etcd 3.5.26 can come back as zombies after that step, ' +
      'and split the cluster. A cluster whose members never changed is not affected.',
    source: 'https://docs.k3s.io/release-notes/v1.33.X; https://github.com/k3s-io/k3s/discussions/14908',
    check: (transition) =>
      transition.factsBefore.datastore !== 'embedded-etcd'
        ? []
        : steps(transition, 'server')
            .filter(
              ({ from, to }) =>
                from.minor <= 33 && to.minor >= 34 && compareReleases(from, ETCD_REPAIRED) < 0,
            )
            .map((step) => ({
              ...place(transition, step),
              problem: `${names(step)} would go from ${step.old}, with etcd older than 3.5.26, to ${step.now}, with etcd 3.6`,
              fix: 'update to v1.33.7+k3s3 or a later v1.33 first',
              blocks: 'provision',
            })),
  }),
];

/** First release of the last minor before etcd 3.6 that has etcd 3.5.26. */
const ETCD_REPAIRED: Release = { major: 1, minor: 33, patch: 7, revision: 3 };

/** Hosts that make the same step. */
interface VersionStep {
  readonly old: string;
  readonly now: string;
  readonly from: Release;
  readonly to: Release;
  readonly hosts: readonly HostTransition[];
}

function steps({ kept }: K3sTransition, role?: HostSynthesis['role']): VersionStep[] {
  const found = new Map<string, VersionStep>();
  for (const host of kept) {
    const [old, now] = [host.before.version, host.after.version];
    const [from, to] = [parseRelease(old), parseRelease(now)];
    if (old === now || !from || !to || (role !== undefined && host.after.role !== role)) continue;
    const hosts = [...(found.get(`${old} ${now}`)?.hosts ?? []), host];
    found.set(`${old} ${now}`, { old, now, from, to, hosts });
  }
  return [...found.values()];
}

function downgrade(transition: K3sTransition, step: VersionStep): Finding {
  const { from, to } = step;
  const minor = to.minor < from.minor;
  return {
    ...place(transition, step),
    problem: `${names(step)} would go back from ${step.old} to ${step.now}`,
    fix: minor
      ? `keep ${step.old}, or restore a snapshot that v1.${to.minor} took by the steps in https://docs.k3s.io/upgrades/roll-back`
      : `prefer a later v1.${from.minor}; fixes of ${step.old} are lost`,
    blocks: minor ? 'provision' : 'nothing',
  };
}

function agentsNewer({ hostsAfter, serversAfter }: K3sTransition): Finding[] {
  const servers = serversAfter.flatMap((host) => {
    const release = parseRelease(host.version);
    return release === undefined ? [] : [{ host, release }];
  });
  const [oldest] = servers.sort((a, b) => compareReleases(a.release, b.release));
  if (oldest === undefined) return [];
  const { host: server, release } = oldest;
  return hostsAfter
    .filter((host) => host.role === 'agent')
    .filter((agent) => compareReleases(parseRelease(agent.version) ?? release, release) > 0)
    .map((agent) => ({
      path: agent.path,
      property: 'version',
      problem: `agent ${agent.name} at ${agent.version} would be newer than server ${server.name} at ${server.version}`,
      fix: `write at most ${server.version}, or leave it out`,
      blocks: 'provision',
    }));
}

/** A release that only some hosts have was written on them. */
function place({ after }: K3sTransition, step: VersionStep): { path: string; property: string } {
  const own = step.now === after.version ? undefined : step.hosts[0]?.after.path;
  return { path: own ?? after.path, property: 'version' };
}

function skipped({ from, to }: VersionStep): string {
  return Array.from({ length: to.minor - from.minor - 1 }, (_, n) => `v1.${from.minor + n + 1}`).join(', ');
}

const names = (step: VersionStep): string => step.hosts.map((host) => host.after.name).join(', ');
