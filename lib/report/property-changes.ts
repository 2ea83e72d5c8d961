import { machineOf } from '../rules/transition';
import type { Disruption } from '../synthesis/disruption';
import type { Artifact, HostSynthesis } from '../synthesis/synthesis';

/** Something else than options and files that differs on a host. */
export interface PropertyChange {
  readonly property: string;
  readonly before: string;
  readonly after: string;
  readonly disruption: Disruption;
}

/** Version, role, addresses, labels and the like that differ. */
export function propertyChanges(before: HostSynthesis, after: HostSynthesis): PropertyChange[] {
  const compare = (
    property: string,
    disruption: Disruption,
    of: (host: HostSynthesis) => string,
  ): PropertyChange[] => {
    const [from, to] = [of(before), of(after)];
    return from === to ? [] : [{ property, before: from || 'none', after: to || 'none', disruption }];
  };
  return [
    ...compare('role', 'replace', (host) => host.role),
    ...compare('architecture', 'replace', (host) => host.architecture),
    ...compare('address', 'replace', (host) => host.nodeIp ?? ''),
    ...compare('version', 'drain-restart', (host) => host.version),
    ...(before.version === after.version
      ? compare('artifacts', 'none', (host) => host.artifacts.map(artifactText).join(', '))
      : []),
    ...compare('pool', 'none', (host) => host.pool ?? ''),
    ...compare('reached at', 'none', machineOf),
    ...pairChanges('label', before.labels, after.labels),
    ...pairChanges('annotation', before.annotations, after.annotations),
    ...compare('taints', 'live', (host) => host.taints.join(', ')),
    ...rotationChanges(before.rotations, after.rotations),
  ];
}

function pairChanges(
  noun: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PropertyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => ({
      property: `${noun} ${key}`,
      before: before[key] ?? 'none',
      after: after[key] ?? 'none',
      disruption: 'live',
    }));
}

function rotationChanges(
  before: HostSynthesis['rotations'] = {},
  after: HostSynthesis['rotations'] = {},
): PropertyChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      property: `rotation of ${name}`,
      before: String(before[name] ?? 0),
      after: String(after[name] ?? 0),
      disruption: 'restart',
    }));
}

function artifactText({ name, sha256 }: Artifact): string {
  return `${name} ${sha256?.slice(0, 12) ?? 'without checksum'}`;
}
