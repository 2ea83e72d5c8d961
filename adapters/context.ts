import { join } from 'node:path';
import type { SynthesisContext } from '../constructs/synthesis/synthesize';
import { KnownHosts } from './known-hosts';
import { promotionOf } from '../lib/promotion/record';
import { readLockFile } from './lock-file';
import { readPromotions } from './promotions-file';
import { loadSchemas } from './schemas';

/**
 * What lies beside a program and is needed to describe its hosts: `known_hosts`, the lock file and the record of proven releases.
 *
 * @throws K3stackError `INVALID_KNOWN_HOSTS`, `INVALID_LOCK_FILE`, `INVALID_PROMOTIONS`.
 */
export function synthesisContext(folder: string): SynthesisContext {
  const knownHosts = KnownHosts.read(join(folder, 'known_hosts'));
  const lock = readLockFile(folder);
  const promotions = readPromotions(folder);
  return {
    get schemas() {
      return loadSchemas();
    },
    checksum: (version, artifact) => lock[version]?.[artifact]?.sha256,
    hostKey: (host, port) => knownHosts.hostKey(host, port),
    promotion: (environment, cluster, version) => promotionOf(promotions, { environment, cluster, version }),
  };
}
