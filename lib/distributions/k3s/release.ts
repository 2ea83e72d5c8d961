/** A K3s release taken apart. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;

  /** The number after `+k3s`. */
  readonly revision: number;
}

/** Parts of a release such as `v1.34.1+k3s1`; `undefined` for other text. */
export function parseRelease(text: string): Release | undefined {
  const match = RELEASE.exec(text);
  if (match === null) return undefined;
  const [major = 0, minor = 0, patch = 0, revision = 0] = match.slice(1).map(Number);
  return { major, minor, patch, revision };
}

/** Below zero when `a` is older; `+k3s2` is newer than `+k3s1`, which plain semver would not tell. */
export function compareReleases(a: Release, b: Release): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || a.revision - b.revision;
}

/** No number begins with 0, revisions count from 1, and a pre-release such as `-rc1` is one that semver takes. */
const RELEASE =
  /^v?(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})(?:-[a-z]+(?:\.?[1-9]\d{0,3})?)?\+k3s([1-9]\d{0,3})$/;
