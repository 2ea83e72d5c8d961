import type { HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import { failuresOf, successesOf } from '../outcome';
import { failureJson } from '../outcome-json';
import { tellFailures } from '../outcome-text';
import { openProject, type ProjectOptions } from '../project';
import { UsageError } from '../report-error';
import { writeJson, type Terminal } from '../terminal';

/** Hosts of several environments. */
export interface AllHosts {
  /** Folder of the program. */
  readonly folder: string;
  readonly hosts: readonly { readonly synthesis: Synthesis; readonly host: HostSynthesis }[];
  readonly syntheses: readonly Synthesis[];
}

/**
 * The hosts that a command is about; `undefined` when an environment could not be synthesized, which is told then.
 *
 * @throws UsageError for a host that no chosen environment has.
 */
export async function allHosts(
  given: ProjectOptions & { readonly host: readonly string[] },
  terminal: Terminal,
): Promise<AllHosts | undefined> {
  const { program, outcomes } = await openProject(given, terminal);
  if (failuresOf(outcomes).length > 0) {
    if (given.json) writeJson(terminal, failureJson(outcomes));
    else tellFailures(outcomes, terminal);
    return undefined;
  }
  const syntheses = successesOf(outcomes).map(({ synthesis }) => synthesis);
  const every = syntheses.flatMap((synthesis) => synthesis.hosts.map((host) => ({ synthesis, host })));
  const unknown = given.host.find((name) => !every.some(({ host }) => host.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `there is no host '${unknown}'; there are ${every.map(({ host }) => host.name).join(', ')}`,
    );
  const hosts = every.filter(({ host }) => given.host.length === 0 || given.host.includes(host.name));
  return { folder: program.folder, hosts, syntheses };
}
