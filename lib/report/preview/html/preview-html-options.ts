import type { Origin } from '../../../diff/object-change';

/** What a page needs that is not in the report. */
export interface PreviewHtmlOptions {
  /** Address of a line of the sources. Only `https:` and `http:` become links. @default - origins are text */
  readonly link?: (origin: Origin) => string | undefined;

  /** Address of a page of the documentation, such as `risks.md#pvc-shrinks`. @default - ids of rules are text */
  readonly docs?: (page: string) => string | undefined;
}
