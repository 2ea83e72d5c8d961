import { readImage, versionStep, versionText, type ImageReference } from '../image-reference';
import type { ObjectChange } from '../../object-change';
import type { RiskHit, RiskRule } from '../risk-rule';
import { fieldIn, fromTo } from '../rule-text';
import { containersOf, WORKLOAD_KINDS, workloadOf } from '../workload-pods';

/** Images that are older, much newer, or may be others tomorrow. */
export const imageRules: readonly RiskRule[] = [
  {
    id: 'image-downgrade',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'An image goes back to an older version',
    reason: 'What the newer version wrote, such as the schema of a database, the older one may not read.',
    onApply: 'Its pods are made anew with the older version.',
    fix: 'Read whether the program supports it; else restore a backup of before the upgrade with it.',
    source: 'https://semver.org/#spec-item-11',
    check: (change) => steps(change, ({ before, after }) => stepOf(before, after) === 'downgrade'),
  },
  {
    id: 'image-major',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'An image takes a major step',
    reason: 'A new major version is where programs break with their past.',
    onApply: 'Its pods are made anew with the new version.',
    fix: 'Read the upgrade notes of the program, and back its data up.',
    source: 'https://semver.org/#spec-item-8',
    check: (change) => steps(change, ({ before, after }) => stepOf(before, after) === 'major'),
  },
  {
    id: 'image-registry-changed',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'An image comes from another registry or owner',
    reason: 'The same name elsewhere may be another program, and nodes need a login and a way there.',
    onApply: 'Its pods are made anew; they stay in ImagePullBackOff where the registry is not to be had.',
    fix: 'Be sure who publishes there; compare the digests of both.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    check: (change) =>
      steps(
        change,
        ({ before, after }) => before.registry !== after.registry || ownerOf(before) !== ownerOf(after),
        ({ before, after }) => fromTo(before.image, after.image),
      ),
  },
  {
    id: 'image-program-changed',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'A container runs another program',
    reason:
      'The name of the image is another one: settings, paths and data of the old program may mean nothing to it.',
    onApply: 'Its pods are made anew with the other program.',
    fix: 'Be sure that the image is meant, and who publishes it.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    check: (change) =>
      imagePairs(change)
        .filter(({ before, after }) => programOf(before) !== programOf(after))
        .map(({ field, name, before, after }) => ({
          field,
          what: `container ${name}: ${fromTo(before.image, after.image)}`,
        })),
  },
  {
    id: 'image-digest-lost',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'An image is no longer held by its digest',
    reason: 'A tag can be moved to another image by whoever may write to the registry.',
    onApply: 'Its pods are made anew with what the tag is at that time.',
    fix: 'Write tag and digest: image:1.2.3@sha256:…',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    check: (change) =>
      steps(change, ({ before, after }) => before.digest !== undefined && after.digest === undefined),
  },
  {
    id: 'image-moving-tag',
    level: 'caution',
    on: 'object',
    kinds: WORKLOAD_KINDS,
    title: 'An image has a tag that moves',
    reason: 'The same manifests run another program after a restart, and nobody can tell which it was.',
    onApply: 'Each node takes what the tag is when it pulls; two pods of one workload may differ.',
    fix: 'Write the version, best with its digest.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    check: movingHits,
  },
];

interface ImagePair {
  /** Of the container. */
  readonly name: string;
  readonly field: string;
  readonly before: ImageReference;
  readonly after: ImageReference;
}

/** Hits for images of one program that differ as asked. */
function steps(
  change: ObjectChange,
  isMeant: (pair: ImagePair) => boolean,
  text: (pair: ImagePair) => string = (pair) =>
    `${pair.after.image} ${fromTo(versionText(pair.before), versionText(pair.after))}`,
): readonly RiskHit[] {
  const hits = imagePairs(change)
    // Another program is another matter; the same one may have moved to another registry.
    .filter(({ before, after }) => programOf(before) === programOf(after))
    .filter(isMeant)
    .map((pair): RiskHit => ({ field: pair.field, what: text(pair) }));
  // Two containers of one image are one step.
  return hits.filter(({ what }, index) => hits.findIndex((hit) => hit.what === what) === index);
}

/** Images that change, of containers that keep their name. */
function imagePairs({ before, after }: ObjectChange): readonly ImagePair[] {
  const [old, now] = [before, after].map((side) => (side === undefined ? undefined : workloadOf(side)));
  if (old === undefined || now === undefined) return [];
  const had = new Map(containersOf(old.spec).map(({ name, container }) => [name, container['image']]));
  return containersOf(now.spec).flatMap(({ name, list, container }): ImagePair[] => {
    const image = container['image'];
    const [was, is] = [readImage(had.get(name)), readImage(image)];
    if (had.get(name) === image || was === undefined || is === undefined) return [];
    return [{ name, before: was, after: is, field: fieldIn(now.property, list, { name }, 'image') }];
  });
}

/** The last part of a path, without the processor that some have in it. */
function programOf({ path }: ImageReference): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(ARCHITECTURE, '');
}

/** The path without its last part. */
function ownerOf({ path }: ImageReference): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function stepOf({ tag: from }: ImageReference, { tag: to }: ImageReference): string | undefined {
  return from === undefined || to === undefined ? undefined : versionStep(from, to);
}

function movingHits({ before, after }: ObjectChange): readonly RiskHit[] {
  const now = after === undefined ? undefined : workloadOf(after);
  if (now === undefined) return [];
  const old = before === undefined ? undefined : workloadOf(before);
  const had = new Set(
    old === undefined ? [] : containersOf(old.spec).map(({ container }) => container['image']),
  );
  return containersOf(now.spec).flatMap(({ name, list, container }): RiskHit[] => {
    const image = readImage(container['image']);
    if (image === undefined || image.digest !== undefined || had.has(container['image'])) return [];
    if (image.tag !== undefined && !MOVING_TAGS.includes(image.tag)) return [];
    return [{ field: fieldIn(now.property, list, { name }, 'image'), what: String(container['image']) }];
  });
}

const MOVING_TAGS = ['latest', 'stable', 'main', 'master', 'edge', 'nightly', 'dev', 'head', 'develop'];
const ARCHITECTURE = /[-_](?:amd64|x86_64|arm64|aarch64|arm|ppc64le|s390x|riscv64)$/;
