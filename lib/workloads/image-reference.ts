/** Parts of the reference of a container image. */
export interface ImageReference {
  /** Registry and path, such as `ghcr.io/acme/shop`. */
  readonly repository: string;
  readonly tag?: string;

  /** `sha256:…`. */
  readonly digest?: string;
}

/**
 * Reads a reference as container runtimes do; `undefined` when it is none. Grammar: distribution/reference@v0.6.0:regexp.go.
 */
export function parseImage(text: string): ImageReference | undefined {
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, repository = '', tag, digest] = match;
  return { repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Whether a reference names one image for good: a digest, or a tag that is not one of those that move. */
export function isPinned({ tag, digest }: ImageReference): boolean {
  return digest !== undefined || (tag !== undefined && !MOVING_TAGS.includes(tag));
}

/** Tags that are set anew for each build. */
const MOVING_TAGS = ['latest', 'stable', 'main', 'master', 'edge', 'nightly', 'dev'];

const HOST =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?';
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const REFERENCE = new RegExp(
  `^((?:${HOST}/)?${PART}(?:/${PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);
