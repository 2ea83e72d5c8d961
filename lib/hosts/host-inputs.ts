import type { Violation } from '../rules/violation';
import type { HostSynthesis } from '../synthesis/synthesis';

/** What is still missing beside the program before hosts can be provisioned: host keys and checksums. Warnings at synth. */
export function hostInputWarnings(hosts: readonly HostSynthesis[], environment: string): Violation[] {
  return [...missingHostKeys(hosts, environment), ...missingChecksums(hosts, environment)];
}

function missingHostKeys(hosts: readonly HostSynthesis[], environment: string): Violation[] {
  return hosts.flatMap(({ transport, path }) => {
    if (!('ssh' in transport)) return [];
    const { ssh } = transport;
    const hops = [
      { property: 'ssh.hostKey', ...ssh },
      ...(ssh.bastion ? [{ property: 'ssh.bastion.hostKey', ...ssh.bastion }] : []),
    ];
    return hops
      .filter((hop) => hop.hostKey === undefined)
      .map(({ host, property }) => ({
        rule: 'host-key',
        path: `${environment}/${path}`,
        property,
        problem: `no host key is known for ${host}`,
        fix: 'run k3stack hosts trust, and compare the fingerprint with the one that the host itself prints',
        blocks: 'provision' as const,
      }));
  });
}

/** One warning for each version and artifact, not for each host that needs it. */
function missingChecksums(hosts: readonly HostSynthesis[], environment: string): Violation[] {
  const missing = new Map<string, HostSynthesis>();
  for (const host of hosts) {
    for (const { name, version, sha256 } of host.artifacts) {
      if (sha256 === undefined && !missing.has(`${version} ${name}`)) missing.set(`${version} ${name}`, host);
    }
  }
  return [...missing].map(([artifact, host]) => ({
    rule: 'artifact-checksum',
    path: `${environment}/${host.path}`,
    property: 'version',
    problem: `the lock file has no checksum for ${artifact}`,
    fix: 'run k3stack lock',
    blocks: 'provision' as const,
  }));
}
