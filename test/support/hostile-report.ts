import type { PreviewReport } from '../../lib/diff/report';
import { sampleReport } from './preview-report';

/** The sample with hostile text before every text that is not one of a fixed set of words. */
export function hostileReport(payload: string): PreviewReport {
  return hostile(sampleReport(), payload, '') as PreviewReport;
}

function hostile(value: unknown, payload: string, key: string): unknown {
  if (typeof value === 'string') return WORDS.has(key) ? value : payload + value;
  if (Array.isArray(value)) return value.map((item) => hostile(item, payload, key));
  if (typeof value !== 'object' || value === null) return value;
  const isId = 'group' in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      hostile(each, payload, isId && name === 'kind' ? 'free' : name),
    ]),
  );
}

/** Members of a report that hold one of a fixed set of words. */
const WORDS = new Set([
  'schema',
  'level',
  'gate',
  'state',
  'kind',
  'op',
  'step',
  'disruption',
  'type',
  'side',
]);
