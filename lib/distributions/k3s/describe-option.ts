import { supportedMinors } from './option-availability';
import type { Applies, OptionSpec } from './options/option-spec';

/** One line on an option: what it does, its default, when a change of it applies, and where it must be equal. */
export function describeOption(spec: OptionSpec): string {
  const parts = [
    spec.help,
    spec.default === undefined ? '' : `Default: ${describeDefault(spec)}.`,
    `A change ${APPLIES[spec.applies]}.`,
    spec.mustMatch === undefined ? '' : `Must be the same on all servers${MATCH[spec.mustMatch]}.`,
    spec.experimental ? 'Experimental.' : '',
    spec.why === undefined ? '' : `Note: ${spec.why}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** The default as people read it: a value as it is, or how it is worked out. */
export function describeDefault(spec: OptionSpec): string {
  if (spec.default === undefined) return '';
  const text = String(spec.default);
  return text.startsWith('- ') ? text.slice(2) : `\`${text}\``;
}

/** Which releases have the option, such as `v1.33.4+k3s1`; empty when all supported ones do. */
export function describeSince({ since = [] }: OptionSpec): string {
  const none = since.every((version) => minorOf(version) > Number(supportedMinors.last.split('.')[1]));
  if (since.length === 0) return '';
  return none
    ? `${since.join(', ')} (none of ${supportedMinors.first} to ${supportedMinors.last})`
    : since.join(', ');
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

const APPLIES: Record<Applies, string> = {
  live: 'applies at once',
  registration: 'is applied by K3s only when the node registers; k3stack applies it live',
  'join-only': 'has no effect once the node has joined',
  restart: 'restarts K3s; pods keep running',
  'drain-restart': 'moves pods away and restarts K3s',
  immutable: 'is refused: it needs another node or cluster',
};

const MATCH = { refused: ' (K3s refuses to join otherwise)', documented: '' } as const;
