import { K3stackError } from '../../lib/errors';
import type { Synthesis } from '../../lib/synthesis/synthesis';

/**
 * Nothing that is not pinned is put on a host.
 *
 * @throws K3stackError `LOCK_ENTRY_MISSING` naming everything that the lock file lacks.
 */
export function refuseMissingChecksums({ environment, hosts }: Synthesis): void {
  const missing = new Set(
    hosts.flatMap(({ artifacts }) =>
      artifacts
        .filter(({ sha256 }) => sha256 === undefined)
        .map(({ name, version }) => `${name} of ${version}`),
    ),
  );
  if (missing.size === 0) return;
  throw new K3stackError(
    'LOCK_ENTRY_MISSING',
    `${environment}: the lock file has no checksum for ${[...missing].join(', ')}, so no host is touched; run k3stack lock`,
  );
}
