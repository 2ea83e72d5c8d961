import type { HostSynthesis } from '../synthesis/synthesis';
import type { Palette } from './palette';
import { alignedRows } from './text-table';
import { byteSize, listed } from './words';

/**
 * One host: role, version, addresses, files and options. Options are told once; a host that resembles an earlier one names it and
 * lists what differs.
 *
 * @param hosts All hosts of its cluster, in declared order.
 */
export function hostText(host: HostSynthesis, hosts: readonly HostSynthesis[], color: Palette): string {
  return [
    `  ${color.bold(host.name)}  ${facts(host).join(' · ')}`,
    ...block('files', fileRows(host), color),
    ...block('artifacts', artifactRows(host), color),
    ...optionLines(host, hosts, color),
    ...block('node', nodeRows(host), color),
  ].join('\n');
}

function facts(host: HostSynthesis): string[] {
  const { nodeIp, pool } = host;
  return [
    pool === undefined ? host.role : `${host.role} of pool ${pool}`,
    host.version,
    host.architecture,
    ...(nodeIp === undefined ? [] : [nodeIp]),
    reachedBy(host),
  ];
}

function reachedBy({ transport }: HostSynthesis): string {
  if ('local' in transport) return 'this machine';
  const { host, user = 'root', port = 22, bastion } = transport.ssh;
  const via = bastion === undefined ? '' : ` through ${bastion.host}`;
  return `${user}@${host}${port === 22 ? '' : `:${port}`}${via}`;
}

function fileRows(host: HostSynthesis): string[][] {
  return host.files.map((file) => [
    file.path,
    file.mode,
    file.owner,
    byteSize(Buffer.byteLength(file.content)),
  ]);
}

function artifactRows(host: HostSynthesis): string[][] {
  return host.artifacts.map(({ name, version, sha256, path }) => [
    path,
    `${name} ${version}`,
    sha256 === undefined ? 'no checksum in the lock file' : `sha256 ${sha256.slice(0, 12)}…`,
  ]);
}

function nodeRows(host: HostSynthesis): string[][] {
  const pairs = (entries: Readonly<Record<string, string>>): string =>
    listed(Object.entries(entries).map(([key, value]) => `${key}=${value}`));
  return [
    ['labels', pairs(host.labels)],
    ['taints', listed(host.taints)],
    ['annotations', pairs(host.annotations)],
  ].filter(([, value]) => value !== '');
}

function optionLines(host: HostSynthesis, hosts: readonly HostSynthesis[], color: Palette): string[] {
  const model = resembling(host, hosts);
  if (model === undefined) return block('options', optionRows(host.settings), color);
  const own = differing(host, model);
  if (Object.keys(own).length === 0) return block('options', [[`as ${model.name}`]], color);
  return [
    ...block('options', [[`as ${model.name}, but`]], color),
    ...block(
      '',
      optionRows(own).map(([key = '', value = '']) => [`  ${key}`, value]),
      color,
    ),
  ];
}

/** The first host of the same role, told in full already, unless most options differ from it. */
function resembling(host: HostSynthesis, hosts: readonly HostSynthesis[]): HostSynthesis | undefined {
  const first = hosts.find((other) => other.role === host.role);
  if (first === undefined || first.name === host.name) return undefined;
  return Object.keys(differing(host, first)).length * 2 < Object.keys(host.settings).length
    ? first
    : undefined;
}

function differing(host: HostSynthesis, model: HostSynthesis): Record<string, unknown> {
  const keys = [...new Set([...Object.keys(host.settings), ...Object.keys(model.settings)])].sort();
  return Object.fromEntries(
    keys
      .filter((key) => valueText(host.settings[key]) !== valueText(model.settings[key]))
      .map((key) => [key, host.settings[key]]),
  );
}

function optionRows(settings: Readonly<Record<string, unknown>>): string[][] {
  return Object.entries(settings).map(([key, value]) => [key, valueText(value)]);
}

/** An option's value on one line. */
export function valueText(value: unknown): string {
  if (value === undefined) return '(default)';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value === 'string') return /^[\x21-\x7e«»]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}

function block(title: string, rows: readonly (readonly string[])[], color: Palette): string[] {
  return alignedRows(rows).map(
    (line, index) => `    ${color.dim((index === 0 ? title : '').padEnd(TITLE_WIDTH))}  ${line}`,
  );
}

const TITLE_WIDTH = 'artifacts'.length;
