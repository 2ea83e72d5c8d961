/** An API version taken apart; the core group is `''`. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** The group and version in `apps/v1` or `v1`; `undefined` when it has another form. */
export function parseApiVersion(apiVersion: string): GroupVersion | undefined {
  const parts = apiVersion.split('/');
  if (parts.length > 2 || parts.includes('')) return undefined;
  const [group, version] = parts.length === 1 ? ['', parts[0]] : parts;
  return { group: group ?? '', version: version ?? '' };
}

/** The reverse of {@link parseApiVersion}. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Orders API versions as Kubernetes prefers them: stable, then beta, then alpha, newest first. */
export function byPreference(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function rank(apiVersion: string): { stability: number; major: number; minor: number } {
  const match = /(?:^|\/)v(\d+)(?:(alpha|beta)(\d+))?$/.exec(apiVersion);
  const stability = match === null ? -1 : match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return { stability, major: Number(match?.[1] ?? 0), minor: Number(match?.[3] ?? 0) };
}
