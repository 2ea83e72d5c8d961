import type { StepResult } from '../hosts/step-result';
import { holdsLate } from '../late';
import type { DriftKind, DriftPart } from './drift';
import { ResultReader } from './result-reader';

/** Records of the step `nodes`: kind, node, key, value; of a taint its effect too. */
type Records = readonly (readonly string[])[];

/** What `settings-drift` reported of labels, annotations and taints that k3stack sets, by node. Values that only a run knows are not compared. */
export function nodeDrift(result: StepResult, records: Records): ReadonlyMap<string, readonly DriftPart[]> {
  const declared = new Map(records.map((record) => [recordKey(record), record[3] ?? '']));
  const parts = new Map<string, DriftPart[]>();
  for (const read of ResultReader.of(result).list('parts')) {
    const [node, kind, key] = [read.text('node'), read.text('kind'), read.text('key')];
    const wanted = declared.get(`${kind} ${node} ${key}`);
    const what = KINDS[read.text('state')];
    if (what === undefined || (what !== 'missing' && wanted !== undefined && holdsLate(wanted))) continue;
    const found = what === 'edited' ? read.optionalText('found') : undefined;
    const part = {
      name: `${SINGULAR[kind] ?? kind} ${key}`,
      what,
      live: true,
      ...(wanted !== undefined && kind !== 'annotations' && { declared: wanted }),
      ...(found !== undefined && { found }),
    };
    parts.set(node, [...(parts.get(node) ?? []), part]);
  }
  return parts;
}

function recordKey([kind, node, key, , effect]: readonly string[]): string {
  return `${kind}s ${node} ${key}${kind === 'taint' ? `:${effect}` : ''}`;
}

/** What was never set there is set by the next update, which the program waits for. */
const KINDS: Readonly<Record<string, DriftKind>> = {
  missing: 'missing',
  changed: 'edited',
  new: 'other',
  extra: 'extra',
};

const SINGULAR: Readonly<Record<string, string>> = {
  labels: 'label',
  annotations: 'annotation',
  taints: 'taint',
};
