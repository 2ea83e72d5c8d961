import type { Origin } from '../../diff/object-change';
import type { ReportedField } from '../../diff/reported-fields';
import type { ChangeCost } from '../../distributions/change-costs';
import { oneOf, shape, text, type JsonSchema } from '../../synthesis/json-schema';

/** A whole number, 0 or more. */
export const count: JsonSchema = { type: 'integer', minimum: 0 };

/** Which code or which file made something. */
export const originSchema = shape<Origin>({}, { path: text, file: text, line: count });

/** What a change costs a host. */
export const costSchema = oneOf<ChangeCost>('none', 'live', 'restart', 'drain-restart', 'replace', 'refused');

/** One field that differs. Its values are whatever objects hold. */
export const fieldSchema = shape<FieldShape>(
  { path: text, op: oneOf<ReportedField['op']>('add', 'remove', 'replace', 'reorder') },
  { before: {}, after: {} },
);

/** `unknown` says by itself that it may be absent; the question mark says so to `shape`. */
type FieldShape = Omit<ReportedField, 'before' | 'after'> & {
  readonly before?: object;
  readonly after?: object;
};
