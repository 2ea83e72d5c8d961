import type { PreviewReport } from '../../lib/diff/report';

/** A report with every text replaced that somebody else may have written: names, paths, values, reasons, labels. */
export function withTexts(report: PreviewReport, change: (text: string) => string): PreviewReport {
  return changed(report, '', change) as PreviewReport;
}

function changed(value: unknown, key: string, change: (text: string) => string): unknown {
  if (typeof value === 'string') return WORDS.has(key) || value === '' ? value : change(value);
  if (Array.isArray(value)) {
    return value.map((item) => changed(item, typeof item === 'string' ? key : '', change));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => {
    const isFreeKey = key === 'columns' || key === 'matchLabels';
    return [isFreeKey ? change(name) : name, changed(member, name, change)];
  });
  return Object.fromEntries(entries);
}

/** Properties that hold one of a few words of ours. */
const WORDS = new Set([
  'schema',
  'level',
  'gate',
  'state',
  'type',
  'op',
  'disruption',
  'step',
  'side',
  'kind',
]);
