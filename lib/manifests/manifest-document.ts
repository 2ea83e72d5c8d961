import type { WrittenWaiver } from '../diff/waivers';
import type { KubernetesObject } from '../synthesis/synthesis';

/** One Kubernetes object of the manifests that were read, and where it was found. */
export interface ManifestDocument {
  /**
   * Plain data as the API server would be sent it. Documents of the same text share one object, so equal references are equal objects; nobody may change
   * one. Whole numbers beyond 2^53 are text of their digits, because a number would not keep them.
   */
  readonly object: KubernetesObject;

  /** Relative to the folder that was read, with `/`; the file's own name for a single file, and `-` for standard input. Control characters are escapes. */
  readonly file: string;

  /** Where the document begins, counted from 1. Objects of one `List` share it. */
  readonly line: number;
}

/** Something that was not read, with what to do. Everything else of the input was. */
export interface ReadProblem {
  /** As {@link ManifestDocument.file}. */
  readonly file: string;

  /** Counted from 1. @default - the file as a whole */
  readonly line?: number;

  /** Counted from 1. @default - the line as a whole */
  readonly column?: number;

  /** What is wrong; continues a sentence that begins with the place. */
  readonly problem: string;

  /** What to do about it. */
  readonly fix: string;
}

/** What a folder, a file or standard input holds. */
export interface ManifestSet {
  /** In the order of file names, and of documents in a file. */
  readonly documents: readonly ManifestDocument[];

  /** In the same order. */
  readonly problems: readonly ReadProblem[];

  /** Files of a folder that are no manifests, such as `kustomization.yaml`: relative to it, in their order. */
  readonly ignored: readonly string[];

  /** Those that are written in comments of manifests. */
  readonly waivers: readonly WrittenWaiver[];
}
