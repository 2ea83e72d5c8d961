import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCK_FILE, renderLock } from '../../../lib/distributions/k3s/lock';
import type { LabHost } from '../hosts/host';
import type { Release } from './releases';

/** A folder as an operator keeps it: pinned host keys and checksums, beside a program. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-project-'));

  /** Pins the keys of hosts, as `k3stack hosts trust` does. */
  trust(hosts: readonly LabHost[]): void {
    const lines = hosts.map(({ address, hostKeys }) => {
      const key = hostKeys.find((line) => line.startsWith('ssh-ed25519 '));
      return `${address} ${key ?? ''}`;
    });
    writeFileSync(join(this.folder, 'known_hosts'), `${lines.join('\n')}\n`);
  }

  /** Pins the checksums of releases, as `k3stack lock` does. */
  lock(releases: readonly Release[]): void {
    const lock = Object.fromEntries(
      releases.map(({ version, sha256, file }) => [version, { k3s: { sha256, source: `file:${file}` } }]),
    );
    writeFileSync(join(this.folder, LOCK_FILE), renderLock(lock));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
