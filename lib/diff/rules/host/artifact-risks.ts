import { listed } from '../../../report/words';
import type { Artifact, HostSynthesis, Synthesis } from '../../../synthesis/synthesis';
import { groupBy } from '../../group-by';
import type { EnvironmentRiskRule, SubjectHit } from '../risk-rule';
import { hostRule } from './host-rule';
import { clusterSubject } from './subjects';

/** What is downloaded to hosts and run there. */
export const artifactRisks: readonly EnvironmentRiskRule[] = [
  hostRule({
    id: 'artifact-without-checksum',
    level: 'block',
    title: 'The lock file has no checksum for a release',
    reason: 'Nothing is run on a host whose sha256 nobody wrote down.',
    onApply: 'It is refused before any host is touched.',
    fix: 'Run k3stack lock, and commit the lock file.',
    source: 'docs/cli.md',
    check: (before, after) =>
      hits(
        before,
        after,
        (artifact, old) => artifact.sha256 === undefined && (old === undefined || old.sha256 !== undefined),
        ({ name, version }) => `${name} of ${version}`,
      ),
  }),
  hostRule({
    id: 'artifact-checksum-changed',
    level: 'high',
    title: 'The same release has another checksum',
    reason:
      'A release does not change after it is published: other bytes under its name are an error or an attack.',
    onApply: 'Hosts are given the other bytes when they change next.',
    fix: 'Compare with the checksums that the release publishes, from another network.',
    source: 'docs/cli.md',
    check: (before, after) =>
      hits(
        before,
        after,
        (artifact, old) =>
          old?.sha256 !== undefined && artifact.sha256 !== undefined && artifact.sha256 !== old.sha256,
        ({ name, version, sha256 = '' }, old) =>
          `${name} of ${version}: ${old?.sha256?.slice(0, 12)} -> ${sha256.slice(0, 12)}`,
      ),
  }),
];

/** One hit for all hosts of a cluster that have the same. */
function hits(
  before: Synthesis,
  after: Synthesis,
  isHit: (artifact: Artifact, old: Artifact | undefined) => boolean,
  text: (artifact: Artifact, old: Artifact | undefined) => string,
): SubjectHit[] {
  const found = after.hosts.flatMap((host) =>
    host.artifacts.flatMap((artifact) => {
      const old = sameArtifact(before, host, artifact);
      return isHit(artifact, old) ? [{ host, what: text(artifact, old) }] : [];
    }),
  );
  return [...groupBy(found, ({ host, what }) => `${host.cluster}|${what}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const what = `${first.what} on ${listed(group.map(({ host }) => host.name))}`;
    return [{ subject: clusterSubject(first.host.cluster), what }];
  });
}

/** The artifact of the same name and release: on the host itself, or on any host of the cluster. */
function sameArtifact(
  before: Synthesis,
  host: HostSynthesis,
  { name, version }: Artifact,
): Artifact | undefined {
  return before.hosts
    .filter(({ cluster }) => cluster === host.cluster)
    .flatMap(({ artifacts }) => artifacts)
    .find((other) => other.name === name && other.version === version);
}
