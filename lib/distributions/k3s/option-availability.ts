import { compare, parse, type SemVer } from 'semver';
import { K3stackError } from '../../errors';
import { options, type OptionName } from './options';
import type { OptionSpec } from './options/option-spec';

/** Kubernetes minors whose options the table describes, first and last. */
export const supportedMinors = { first: '1.32', last: '1.36' } as const;

/**
 * Whether a K3s release knows the option.
 *
 * @param k3sVersion As K3s writes it: `v1.34.1+k3s1`.
 * @throws K3stackError `INVALID_K3S_VERSION` for text that is no K3s version.
 */
export function optionAvailable(name: OptionName, k3sVersion: string): boolean {
  const { since } = options[name] as OptionSpec;
  if (since === undefined) return true;
  const version = parseVersion(k3sVersion);
  const gates = since.map(parseVersion);
  const gate = gates.find((g) => g.major === version.major && g.minor === version.minor);
  if (gate !== undefined) return compareReleases(version, gate) >= 0;
  return gates.every((g) => compare(version, g) > 0);
}

function parseVersion(text: string): SemVer {
  const version = /\+k3s\d+$/.test(text) ? parse(text) : null;
  if (version === null) {
    throw new K3stackError(
      'INVALID_K3S_VERSION',
      `K3s version must look like v1.34.1+k3s1, got ${JSON.stringify(text)}`,
    );
  }
  return version;
}

// semver ignores build metadata, but +k3s2 is a later release than +k3s1.
function compareReleases(a: SemVer, b: SemVer): number {
  return compare(a, b) || revision(a) - revision(b);
}

function revision({ build }: SemVer): number {
  return Number(build[0]?.slice('k3s'.length));
}
