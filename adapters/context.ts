import { join } from 'node:path';
import type { SynthesisContext } from '../constructs/synthesis/synthesize';
import { KnownHosts } from './known-hosts';
import { readLockFile } from './lock-file';
import { loadSchemas } from './schemas';

/**
 * What lies beside a program and is needed to describe its hosts: `known_hosts` and the lock file.
 *
 * @throws K3stackError `INVALID_KNOWN_HOSTS`, `INVALID_LOCK_FILE`.
 */
export function synthesisContext(folder: string): SynthesisContext {
  const knownHosts = KnownHosts.read(join(folder, 'known_hosts'));
  const lock = readLockFile(folder);
  return {
    get schemas() {
      return loadSchemas();
    },
    checksum: (version, artifact) => lock[version]?.[artifact]?.sha256,
    hostKey: (host, port) => knownHosts.hostKey(host, port),
  };
}
