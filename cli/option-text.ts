import { describeDefault, describeOption, describeSince } from '../lib/distributions/k3s/describe-option';
import type { OptionSpec } from '../lib/distributions/k3s/options/option-spec';
import type { Palette } from '../lib/report/palette';
import { alignedRows } from '../lib/report/text-table';

/** Everything the table knows about one K3s option. */
export function optionText(name: string, spec: OptionSpec, color: Palette): string {
  const rows = [
    ['type', typeOf(spec)],
    ['role', spec.role === 'both' ? 'server and agent' : spec.role],
    ['default', describeDefault(spec)],
    ['applies', spec.applies],
    ['must match', matchOf(spec)],
    ['since', describeSince(spec)],
    ['also', (spec.aliases ?? []).join(', ')],
    ['variable', spec.env ?? ''],
    ['drains for', (spec.drainArgs ?? []).join(', ')],
    ['secret', spec.secret ? 'never in config.yaml' : ''],
    ['instead', spec.managed === undefined ? '' : `k3stack sets it; use ${spec.managed}`],
    ['deprecated', spec.deprecated === undefined ? '' : `use ${spec.deprecated}`],
  ].filter(([, value]) => value !== '');
  const lines = alignedRows(rows, (cell, column) => (column === 0 ? color.dim(cell) : cell));
  return [color.bold(name), describeOption(spec), ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function typeOf({ type, list, values, range }: OptionSpec): string {
  const one = values?.join(', ') ?? (range === undefined ? type : `${type} from ${range[0]} to ${range[1]}`);
  if (type === 'args') return 'map of arguments';
  return list === undefined ? one : `list of: ${one}`;
}

function matchOf({ mustMatch }: OptionSpec): string {
  if (mustMatch === undefined) return '';
  return `on all servers${mustMatch === 'refused' ? '; K3s refuses to join otherwise' : ''}`;
}
