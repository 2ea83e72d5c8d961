import type { DriftKind, DriftPart, HostDrift } from '../operations/drift';
import { plain, type Palette } from './palette';
import { alignedRows } from './text-table';
import { counted } from './words';

/** How hosts differ from the program, host by host, and the line that brings them back. Ends with a line feed. */
export function driftText(drifts: readonly HostDrift[], line?: string, color: Palette = plain): string {
  const differing = drifts.filter(({ parts }) => parts.length > 0);
  if (differing.length === 0)
    return `${color.green('✓')} ${counted(drifts.length, 'host')}: what the program says\n`;
  const has = (...kinds: readonly DriftKind[]): boolean =>
    differing.some(({ parts }) => parts.some(({ what }) => kinds.includes(what)));
  return [
    ...differing.map((drift) => hostParagraph(drift, color)),
    ...(line === undefined
      ? []
      : [`What was changed by hand is brought back by the next update with\n\n    ${line}\n`]),
    ...(has('other', 'extra')
      ? ['What the program says otherwise is brought there by the next update anyway.\n']
      : []),
    ...(has('stale')
      ? ['K3s that is to be restarted: systemctl restart k3s, or k3s-agent, on the host.\n']
      : []),
    ...(has('foreign') ? ['What others put there stays: remove it, or write it into the program.\n'] : []),
  ].join('\n');
}

function hostParagraph({ host, parts }: HostDrift, color: Palette): string {
  const rows = parts.map((part) => [part.name, difference(part)]);
  return [
    `${color.yellow('~')} ${color.bold(host)}  ${counted(parts.length, 'difference')}`,
    ...alignedRows(rows).map((row) => `    ${row}`),
    '',
  ].join('\n');
}

function difference({ what, live = false, declared, found }: DriftPart): string {
  const words = live ? WORDS[what].replace('the host', 'the Node') : WORDS[what];
  if (what !== 'edited' || declared === undefined) return words;
  return `${words}: it is ${JSON.stringify(found ?? '')} instead of ${JSON.stringify(declared)}`;
}

const WORDS: Readonly<Record<DriftKind, string>> = {
  missing: 'is gone from the host',
  edited: 'was changed on the host',
  stopped: 'does not run',
  stale: 'has not been restarted since its files changed',
  foreign: 'was put there by somebody else',
  other: 'is not what the program says',
  extra: 'is no longer in the program',
};
