import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab';

/** An ssh_config for the hosts of a lab, by their names. */
export function sshConfig(
  lab: Lab,
  options: { readonly user?: string; readonly knownHosts: string },
): string {
  const { user = 'root', knownHosts } = options;
  return lab.hosts
    .map((host) =>
      [
        `Host ${host.name}`,
        `  HostName ${host.address}`,
        `  Port ${host.port}`,
        `  User ${user}`,
        `  IdentityFile ${lab.keys.privateKeyFile}`,
        '  IdentitiesOnly yes',
        `  UserKnownHostsFile ${knownHosts}`,
        '  StrictHostKeyChecking yes',
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** A known_hosts file with all keys of all hosts as they are now. */
export function knownHosts(lab: Lab): string {
  const lines = lab.hosts.flatMap((host) => host.hostKeys.map((key) => `${host.address} ${key}\n`));
  return lines.join('');
}

/** Writes both files into the lab's folder, as the hosts are now; returns the ssh_config. */
export function writeSshConfig(lab: Lab, user?: string): string {
  const file = join(lab.folder, 'ssh_config');
  const hostsFile = join(lab.folder, 'known_hosts');
  writeFileSync(hostsFile, knownHosts(lab));
  writeFileSync(file, sshConfig(lab, { user, knownHosts: hostsFile }));
  return file;
}
