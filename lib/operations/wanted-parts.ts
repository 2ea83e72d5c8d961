import { onHosts } from '../distributions/on-hosts';
import { secretsIn } from '../secret';
import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';

/**
 * Files and artifacts that a host is to have, by path, with the sums that its manifest has for them; `undefined` for those that only a run knows: they
 * hold secrets or late values, or no checksum is locked.
 */
export function wantedParts(
  { clusters, late }: Synthesis,
  host: HostSynthesis,
): ReadonlyMap<string, string | undefined> {
  const distribution = clusters.find((cluster) => cluster.name === host.cluster)?.distribution ?? '';
  const names = late.map(({ name }) => `«${name}»`);
  const open = new Set([
    ...host.files
      .filter(({ content }) => secretsIn(content).length > 0 || names.some((name) => content.includes(name)))
      .map(({ path }) => path),
    ...host.artifacts.filter(({ sha256 }) => sha256 === undefined).map(({ path }) => path),
  ]);
  const lines = onHosts[distribution]?.manifest(host).lines ?? [];
  return new Map(
    lines
      .filter(({ name }) => name.startsWith('/'))
      .map(({ name, sha256 }) => [name, open.has(name) ? undefined : sha256]),
  );
}
