import type { CheckedHost, HostCheck } from '../../adapters/hosts/check-hosts';
import type { ProbedLink } from '../../adapters/hosts/probe-ports';
import type { Palette } from '../../lib/report/palette';

/**
 * What was found out about hosts, for people.
 *
 * @param quiet Leave out what is well.
 */
export function checkText({ hosts, links }: HostCheck, color: Palette, quiet: boolean): string {
  const lines = [
    ...hosts.filter((host) => !quiet || host.state !== 'ready').flatMap((host) => hostLines(host, color)),
    ...linkLines(links, color, quiet),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function hostLines(
  { environment, host, state, error, findings, facts }: CheckedHost,
  color: Palette,
): string[] {
  const name = `${environment}/${host}`;
  if (error !== undefined)
    return [
      `${color.red('✗')} ${name} ${error.code}`,
      ...error.message.split('\n').map((line) => `    ${line}`),
    ];
  const about =
    facts === undefined
      ? ''
      : color.dim(` ${facts.machine}, ${facts.cpus} CPUs, ${facts.memory} MiB, ${facts.diskFree} MiB free`);
  return [
    `${state === 'ready' ? color.green('✓') : color.red('✗')} ${name}${about}`,
    ...findings.map(
      ({ rule, problem, fix, blocks }) =>
        `    ${blocks === 'nothing' ? color.yellow('!') : color.red('✗')} ${problem}; ${fix} (${rule})`,
    ),
  ];
}

/** What is blocked in full; what is well, or cannot be told, by its number. */
function linkLines(links: readonly ProbedLink[], color: Palette, quiet: boolean): string[] {
  if (links.length === 0) return [];
  const of = (state: ProbedLink['state']): ProbedLink[] => links.filter((link) => link.state === state);
  const unreached = links
    .filter(({ blocks }) => blocks)
    .map(
      ({ from, to, address, port, state }) =>
        `${color.red('✗')} ${from} does not reach the API of the running cluster at ${address} ${port}/tcp (${to}): ${state === 'refused' ? 'nothing listens there' : 'nothing answers'}; see that K3s runs on the servers, that what stands in front of them leads there, and that a firewall lets ${from} through`,
    );
  const silent = of('silent')
    .filter(({ blocks }) => !blocks)
    .map(
      ({ from, to, address, port, protocol, purpose }) =>
        `${color.red('✗')} ${from} does not reach ${to} at ${address} ${port}/${protocol} (${purpose}): nothing answers; open it in the firewall between them`,
    );
  if (quiet) return [...unreached, ...silent];
  const counts = [
    count(of('open').length, 'answer'),
    count(of('refused').filter(({ blocks }) => !blocks).length, 'are free, and nothing listens there yet'),
  ].flat();
  const unknown = of('not-probed').map(({ from, to, port, protocol, purpose, reason = '' }) =>
    color.dim(`- not probed: ${from} to ${to} ${port}/${protocol} (${purpose}): ${reason}`),
  );
  return [
    ...unreached,
    ...silent,
    ...(counts.length > 0 ? [`${color.green('✓')} ports between hosts: ${counts.join(', ')}`] : []),
    ...unknown,
  ];
}

function count(number: number, what: string): string[] {
  return number === 0 ? [] : [`${number} ${what}`];
}
