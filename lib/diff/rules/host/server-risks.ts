import { knowledgeOf } from '../../../distributions/changes-of';
import type { HostChange } from '../../../report/changes';
import { knownHostChanges } from '../../hosts/known-changes';
import { counted, listed } from '../../../report/words';
import { hostsMissingIn, keptClusters, type ClusterTransition } from '../../../rules/transition';
import type { HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { localDataText } from './local-data';
import { clusterSubject, hostSubject } from './subjects';

/** Servers that go and servers that restart. */
export const serverRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'server-removed',
    level: 'high',
    title: 'A server is removed',
    reason:
      'With it goes a member of the datastore, an address of the API and what local volumes on it hold.',
    onApply: 'It is drained, leaves the datastore, and K3s is uninstalled.',
    fix: 'Make sure that all other servers are healthy, and that nothing asks for the API at its address.',
    source: 'https://etcd.io/docs/v3.5/faq/, what is failure tolerance; docs/decisions/0004-host-steps.md',
    check: (before, after) =>
      keptClusters(before, after).flatMap((cluster) => removedServers(cluster, before, after)),
  }),
  hostRule({
    id: 'only-server-restarts',
    level: 'caution',
    title: 'The only server restarts',
    reason: 'While it is away nobody answers: no kubectl, no controllers, no scheduling.',
    onApply:
      'The API is away until K3s is back, about ten seconds where nothing is wrong; pods keep running.',
    fix: 'Apply it when nobody deploys; three servers stay up.',
    source: 'docs/rolling-upgrade.md',
    check: (before, after) =>
      keptClusters(before, after).flatMap((cluster) => {
        const servers = serversOf(cluster.hostsAfter);
        const [only] = servers;
        const change = only && restarting(before, after, cluster).find(({ host }) => host === only.name);
        return servers.length === 1 && change ? [{ subject: hostSubject(only), what: change.reason }] : [];
      }),
  }),
  hostRule({
    id: 'all-servers-restart',
    level: 'caution',
    title: 'Every server restarts',
    reason:
      'One after another: between two of them the datastore has the fewest members that it can do with.',
    onApply:
      'Each server restarts when the one before is healthy again; clients with a single address wait for it.',
    fix: 'Look at the order of the roll-out, and let no other work on the servers run meanwhile.',
    source: 'docs/rolling-upgrade.md',
    check: (before, after) =>
      keptClusters(before, after).flatMap((cluster) => allRestart(before, after, cluster)),
  }),
];

function removedServers(
  { hostsBefore, hostsAfter, after: cluster }: ClusterTransition,
  before: Synthesis,
  after: Synthesis,
): SubjectHit[] {
  const knowledge = knowledgeOf(cluster.name, after);
  const [old, now] = [serversOf(hostsBefore), serversOf(hostsAfter)];
  const gone = hostsMissingIn(now, old).filter(({ name }) => !hostsAfter.some((host) => host.name === name));
  // Without one that stays another rule refuses it, but for an external datastore.
  if (gone.length === 0) return [];
  const needed = knowledge?.state(cluster) === 'quorum' ? knowledge.majority(now.length) : undefined;
  const spare = now.length - (needed ?? 0);
  const agree =
    needed === undefined
      ? ''
      : `; ${needed} of ${now.length} must agree, ${spare === 0 ? 'none' : spare} may be lost`;
  return gone.map((host) => {
    const data = localDataText(before, host);
    const count = `${host.name} leaves: ${old.length} -> ${counted(now.length, 'server')}`;
    return { subject: hostSubject(host), what: `${count}${agree}${data === '' ? '' : `; ${data}`}` };
  });
}

/** Where a release or options are not said to be the cause by rules of their own. */
function allRestart(before: Synthesis, after: Synthesis, cluster: ClusterTransition): SubjectHit[] {
  const servers = serversOf(cluster.kept.map((host) => host.after));
  const changes = restarting(before, after, cluster).filter(({ role }) => role === 'server');
  if (servers.length < 2 || changes.length < servers.length || changes.some(isTold)) return [];
  const reasons = [...new Set(changes.map(({ reason }) => reason))];
  return [
    {
      subject: clusterSubject(cluster.after.name),
      what: `${listed(servers.map(({ name }) => name))}: ${reasons.join(', ')}`,
    },
  ];
}

function isTold({ properties, options }: HostChange): boolean {
  return (
    properties.some(({ property }) => property === 'version') ||
    options.some(({ disruption }) => restarts(disruption))
  );
}

function restarting(
  before: Synthesis,
  after: Synthesis,
  { after: { name } }: ClusterTransition,
): HostChange[] {
  return knownHostChanges(before, after).filter(
    ({ cluster, kind, disruption }) => cluster === name && kind === 'changed' && restarts(disruption),
  );
}

const restarts = (cost: HostChange['disruption']): boolean => cost === 'restart' || cost === 'drain-restart';

function serversOf(hosts: readonly HostSynthesis[]): HostSynthesis[] {
  return hosts.filter(({ role }) => role === 'server');
}
