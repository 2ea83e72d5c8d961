import { parseImage } from '../../workloads/image-reference';

/** An image of a container, taken apart. */
export interface ImageReference {
  /** Registry with path, as written: `nginx`, `ghcr.io/acme/shop`. */
  readonly image: string;

  /** Registry, `docker.io` where none is written. */
  readonly registry: string;

  /** Path in the registry, with `library/` where Docker Hub fills it in. */
  readonly path: string;
  readonly tag?: string;

  /** `sha256:…`. */
  readonly digest?: string;
}

/** How far a version is from another one. */
export type VersionStep = 'major' | 'minor' | 'patch' | 'downgrade' | 'other';

/** Takes the reference of an image apart; `undefined` when it is none. */
export function readImage(text: unknown): ImageReference | undefined {
  const parsed = typeof text === 'string' ? parseImage(text) : undefined;
  if (parsed === undefined) return undefined;
  const { repository: image, tag, digest } = parsed;
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const isHost = first === 'localhost' || /[.:]/.test(first);
  const registry = isHost ? first : DOCKER_HUB;
  const path = isHost ? image.slice(slash + 1) : image;
  return {
    image,
    registry: registry === 'index.docker.io' ? DOCKER_HUB : registry,
    path: registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** Tag and digest as written; `latest` where neither is. */
export function versionText({ tag, digest }: ImageReference): string {
  if (digest === undefined) return tag ?? 'latest';
  return `${tag ?? ''}@${digest}`;
}

/**
 * The step from one tag to another: `v` and words before the version are passed over where both have them, and so are variants such as
 * `-alpine`. A version that begins with a year has no majors. `undefined` for two equal tags, `other` where one of them is no version.
 */
export function versionStep(from: string, to: string): VersionStep | undefined {
  if (from === to) return undefined;
  const [before, after] = [readVersion(from), readVersion(to)];
  if (before === undefined || after === undefined || before.prefix !== after.prefix) return 'other';
  const position = firstDifference(before.numbers, after.numbers);
  if (position === undefined) return suffixStep(before.suffix, after.suffix);
  // `16` names every 16.x: how far it is from 16.3, nobody can tell.
  if (position >= Math.min(before.numbers.length, after.numbers.length)) return 'other';
  const [old = 0, young = 0] = [before.numbers[position], after.numbers[position]];
  if (young < old) return 'downgrade';
  if (old >= FIRST_DATE || young >= FIRST_DATE) return 'other';
  const isCalendar = (before.numbers[0] ?? 0) >= FIRST_YEAR || (after.numbers[0] ?? 0) >= FIRST_YEAR;
  if (isCalendar) return position < 2 ? 'minor' : 'patch';
  return STEPS[position] ?? 'patch';
}

interface Version {
  /** Words before the version, such as `release-`. */
  readonly prefix: string;
  readonly numbers: readonly number[];
  readonly suffix: string;
}

function readVersion(tag: string): Version | undefined {
  const match = VERSION.exec(tag);
  if (match === null) return undefined;
  const [, prefix = '', numbers = '', suffix = ''] = match;
  return { prefix: prefix.toLowerCase(), numbers: numbers.split('.').map(Number), suffix };
}

/** The first part that differs; parts that one of them has and that are not 0 count. */
function firstDifference(left: readonly number[], right: readonly number[]): number | undefined {
  for (let index = 0; index < Math.max(left.length, right.length); index++)
    if ((left[index] ?? -1) !== (right[index] ?? -1)) return index;
  return undefined;
}

/** Of the same version: a release and its candidates, builds, or another variant. */
function suffixStep(before: string, after: string): VersionStep {
  const [old, young] = [PRERELEASE.test(before), PRERELEASE.test(after)];
  if (old !== young) return old ? 'patch' : 'downgrade';
  if (before.replace(/\d+/g, '0') !== after.replace(/\d+/g, '0')) return 'other';
  const [left, right] = [before, after].map((suffix) => (suffix.match(/\d+/g) ?? []).map(Number));
  const position = firstDifference(left ?? [], right ?? []);
  if (position === undefined) return 'other';
  return (right?.[position] ?? 0) < (left?.[position] ?? 0) ? 'downgrade' : 'patch';
}

const DOCKER_HUB = 'docker.io';
const STEPS: readonly VersionStep[] = ['major', 'minor', 'patch'];

/** Majors do not come this far; years do. konflate takes the same bound: home-operations/konflate@51868e1:internal/diff/lint.go, majorOf. */
const FIRST_YEAR = 1000;

/** A number this large is a date such as 20240131, or a count of builds. */
const FIRST_DATE = 100_000;

/** Words, up to four numbers, and what follows: `RELEASE.2024-01-16T16-07-38Z`, `v1.34.1-k3s1`, `3.12-alpine3.20`, `1.2.3rc1`. */
const VERSION = /^((?:[A-Za-z]+[-_.])*)v?(\d+(?:\.\d+){0,3})((?:[-_+.]|(?:rc|alpha|beta|a|b)\d).*)?$/;
const PRERELEASE = /(?:^|[-_.+])(?:rc|alpha|beta|pre|preview|snapshot|dev|m|a|b)(?:[-_.]?\d+)*(?:[-_.+]|$)/i;
