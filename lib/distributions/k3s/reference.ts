import { describeDefault, describeSince } from './describe-option';
import { supportedMinors } from './option-availability';
import { optionGroups } from './options';
import type { OptionSpec } from './options/option-spec';
import { removedOptions } from './options/removed';

/** The page `docs/k3s-options.md`, made of the table alone. */
export function optionReference(): string {
  const groups = Object.entries(optionGroups).map(([title, group]) => renderGroup(title, group));
  return [INTRODUCTION, ...groups, renderRemoved()].join('\n');
}

function renderGroup(title: string, group: Readonly<Record<string, OptionSpec>>): string {
  const rows = Object.entries(group).map(([name, spec]) =>
    row(`\`${name}\``, describeType(spec), spec.role, describeDefault(spec), spec.applies, describe(spec)),
  );
  return `## ${title}\n\n${HEADER}\n${rows.join('\n')}\n`;
}

function renderRemoved(): string {
  const rows = Object.entries(removedOptions).map(([name, { removedIn, instead }]) =>
    row(`\`${name}\``, removedIn, instead),
  );
  const header = '| Option | Gone since | Write instead |\n|---|---|---|';
  return `## Options that K3s no longer has\n\n${header}\n${rows.join('\n')}\n`;
}

function describeType(spec: OptionSpec): string {
  const one = spec.values?.map((value) => `\`${value}\``).join(', ') ?? TYPES[spec.type] ?? spec.type;
  if (spec.list === undefined || spec.type === 'args') return one;
  return spec.values ? `list of ${one}` : `list of: ${one}`;
}

function describe(spec: OptionSpec): string {
  const since = describeSince(spec);
  const notes = [
    spec.help,
    spec.why && `${spec.why[0]?.toUpperCase()}${spec.why.slice(1)}.`,
    spec.managed && `**Not set directly**; use ${spec.managed}.`,
    spec.secret && '**Secret**: never in config.yaml.',
    spec.mustMatch &&
      `**Same on all servers**${spec.mustMatch === 'refused' ? ' (K3s refuses to join otherwise)' : ''}.`,
    since && `Since ${since}.`,
    spec.deprecated && `Deprecated: use ${spec.deprecated}.`,
    spec.experimental && 'Experimental.',
    spec.hidden && 'Not in `--help`.',
    spec.aliases && `Also ${spec.aliases.map((alias) => `\`${alias}\``).join(', ')}.`,
    spec.env && `Variable \`${spec.env}\`.`,
    spec.drainArgs &&
      `Pods are moved away first for ${spec.drainArgs.map((name) => `\`${name}\``).join(', ')}.`,
  ];
  return notes.filter((note) => note).join(' ');
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const TYPES: Partial<Record<OptionSpec['type'], string>> = {
  args: 'map of arguments',
  integer: 'whole number',
  ip: 'IP address',
  cidr: 'network',
  octal: 'octal mode, in quotes',
  'port-range': 'range of ports',
  string: 'text',
};

const HEADER = '| Option | Type | On | Default | Applies | |\n|---|---|---|---|---|---|';

const INTRODUCTION = `# K3s options

<!-- Made by scripts/update-option-reference.ts from lib/distributions/k3s/options; do not edit. -->

Every option of \`k3s server\` and \`k3s agent\` for K3s ${supportedMinors.first} to ${supportedMinors.last}, under its config.yaml key.

How a change reaches a node that runs (column *Applies*):

| | |
|---|---|
| \`live\` | at once |
| \`registration\` | K3s applies it only when the node registers; k3stack then sets it through the API |
| \`join-only\` | never: it is read only while the node joins |
| \`restart\` | K3s restarts, pods keep running |
| \`drain-restart\` | pods are moved away, K3s restarts |
| \`immutable\` | never: the change is refused, because it needs another node or another cluster |
`;
