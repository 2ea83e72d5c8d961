import type { Architecture } from '../lib/cluster/node';
import { binaryName, imageArchive } from '../lib/distributions/k3s/artifacts';
import type { Synthesis } from '../lib/synthesis/synthesis';

/** Artifacts of one release for one architecture. */
export interface WantedArtifacts {
  readonly version: string;
  readonly architecture: Architecture;
  readonly names: readonly string[];
}

/** What the K3s hosts of some environments are made of, each release and architecture once. */
export function artifactsInUse(syntheses: readonly Synthesis[]): WantedArtifacts[] {
  const wanted = new Map<string, { version: string; architecture: Architecture; names: Set<string> }>();
  for (const { clusters, hosts } of syntheses) {
    const k3s = new Set(
      clusters.filter((cluster) => cluster.distribution === 'k3s').map((cluster) => cluster.name),
    );
    for (const { cluster, architecture, artifacts } of hosts.filter((host) => k3s.has(host.cluster))) {
      for (const { name, version } of k3s.has(cluster) ? artifacts : []) {
        const key = `${version} ${architecture}`;
        const entry = wanted.get(key) ?? { version, architecture, names: new Set<string>() };
        entry.names.add(name);
        wanted.set(key, entry);
      }
    }
  }
  return [...wanted.values()].map((entry) => ({ ...entry, names: [...entry.names] }));
}

/** The binary and the image archive of releases, whether a program uses them or not. */
export function artifactsOfReleases(
  versions: readonly string[],
  architectures: readonly Architecture[],
): WantedArtifacts[] {
  return versions.flatMap((version) =>
    architectures.map((architecture) => ({
      version,
      architecture,
      names: [binaryName(architecture), imageArchive(architecture)],
    })),
  );
}
