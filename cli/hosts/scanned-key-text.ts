import type { Palette } from '../../lib/report/palette';
import { addressText } from '../../adapters/ssh/hop';
import type { ScannedKey } from '../../adapters/ssh/scan-hosts';

/** One line about a key; two when it changed. */
export function keyText(scanned: ScannedKey, color: Palette): string {
  const { endpoint, state, fingerprint = '', knownFingerprint = '', key = '', problem } = scanned;
  const where = `${addressText(endpoint.host, endpoint.port)} (${endpoint.names.join(', ')})`;
  const [type] = key.split(' ');
  switch (state) {
    case 'known':
      return `${color.green('=')} ${where} ${type} ${fingerprint} known\n`;
    case 'new':
      return `${color.yellow('+')} ${where} ${type} ${fingerprint} new\n`;
    case 'changed':
      return `${color.red('!')} ${where} has changed\n    known ${knownFingerprint}\n    found ${type} ${fingerprint}\n    ${problem ?? `find out why; if the machine was made anew: --replace ${endpoint.host}`}\n`;
    case 'unusable':
    case 'unreachable':
      return `${color.red('✗')} ${where} ${problem ?? ''}\n`;
  }
}

/** The same for machines. */
export function keyJson(
  scanned: ScannedKey & { readonly written: boolean },
): Readonly<Record<string, unknown>> {
  const { endpoint, ...rest } = scanned;
  return { host: endpoint.host, port: endpoint.port, hosts: endpoint.names, ...rest };
}
