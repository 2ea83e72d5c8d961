import { K3stackError } from '../../lib/errors';
import type { HostFacts } from '../../lib/hosts/facts';
import { directCommand, loginCommand } from '../../lib/hosts/launcher';
import { framed, inputText, type StepInput } from '../../lib/hosts/step-input';
import { stepResultIn } from '../../lib/hosts/step-result';
import type { HostConnection } from '../ssh/host-connection';
import { directProgram } from './direct-program';
import type { HostScripts } from './host-scripts';

/** How the user of the login becomes root, as the host says it. */
export type RootAccess = Pick<HostFacts, 'sudo' | 'sudoPassword'> & {
  /** Why not, where it is not about a password. */
  readonly problem?: string;
};

/**
 * Asks a host how its user becomes root. Nothing is changed there.
 *
 * @throws K3stackError `HOST_SHELL_UNUSABLE` when it runs no command, and what {@link HostConnection.exec} throws.
 */
export async function rootAccess(connection: HostConnection, sudoPassword?: string): Promise<RootAccess> {
  const { code, stdout, stderr } = await connection.exec(loginCommand(), {
    stdin: `${sudoPassword ?? ''}\n`,
    timeout: 60,
  });
  const [, mode] = /^k3stack-login (\w+)$/m.exec(stdout) ?? [];
  const access = mode === undefined ? undefined : ACCESS[mode];
  if (access !== undefined) return access;
  throw new K3stackError(
    'HOST_SHELL_UNUSABLE',
    `${connection.where} does not run commands: it ended with ${code} and said ${JSON.stringify(lastLines(`${stdout}\n${stderr}`))}; ` +
      'give the user a login shell that does (usermod -s /bin/sh), and no ForceCommand',
  );
}

/** Whether steps can be run. */
export function becomesRoot({ sudo, sudoPassword }: Pick<HostFacts, 'sudo' | 'sudoPassword'>): boolean {
  return sudo === 'root' || sudo === 'passwordless' || (sudo === 'password' && sudoPassword === 'right');
}

/**
 * Gathers the facts of a host, of one that root can be become on. Nothing is changed there.
 *
 * @param input Variables that the script `facts` gets; those of the host's `prepare`.
 * @throws K3stackError `HOST_FACTS_UNREADABLE`, and what {@link HostConnection.exec} throws.
 */
export async function gatherFacts(
  connection: HostConnection,
  scripts: HostScripts,
  input: StepInput,
  access: RootAccess,
  sudoPassword?: string,
): Promise<HostFacts> {
  const before = Date.now() / 1000;
  const { code, stdout, stderr } = await connection.exec(directCommand(), {
    stdin: framed(directProgram(scripts, 'facts', inputText(input)), sudoPassword),
    timeout: 120,
  });
  const after = Date.now() / 1000;
  const found = stepResultIn(stdout);
  const missing =
    found && REQUIRED.filter(([name, type]) => typeof found[name] !== type).map(([name]) => name);
  if (code !== 0 || found === undefined || missing?.length !== 0) {
    throw new K3stackError(
      'HOST_FACTS_UNREADABLE',
      `${connection.where} tells ${missing === undefined || missing.length === 0 ? 'nothing' : `no ${missing.join(', ')}`} about itself: it ended with ${code} and said ${JSON.stringify(lastLines(stderr || stdout))}; see that it has coreutils and awk, and room in /run`,
    );
  }
  return factsOf(found, { before, after }, access);
}

/** @param asked When the question went out, and when the answer came: seconds since 1970. */
export function factsOf(
  found: Readonly<Record<string, unknown>>,
  asked: { readonly before: number; readonly after: number },
  { sudo, sudoPassword }: RootAccess,
): HostFacts {
  const { clock, node, owner, installed } = found;
  const facts = Object.fromEntries(
    Object.entries(found).filter(
      ([name, value]) => !NO_FACTS.has(name) && value !== null && (value !== '' || name === 'machineId'),
    ),
  );
  const mark = {
    ...(typeof owner === 'string' && owner !== '' && { owner }),
    ...(typeof node === 'string' && node !== '' && { node }),
  };
  return {
    ...(facts as unknown as HostFacts),
    ...(typeof installed === 'object' &&
      installed !== null && {
        installed: { ...mark, ...(installed as NonNullable<HostFacts['installed']>) },
      }),
    clockSkew: skew(Number(clock), asked),
    sudo,
    ...(sudoPassword !== undefined && { sudoPassword }),
  };
}

/** The host read its clock at some time between question and answer, and tells whole seconds: only what lies outside of that is a difference. */
function skew(clock: number, { before, after }: { readonly before: number; readonly after: number }): number {
  if (!Number.isFinite(clock)) return 0;
  if (clock > after + 1) return clock - after;
  if (clock < before - 1) return clock - before;
  return 0;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('\n').slice(-600);
}

/** What every host tells, and what it is. */
const REQUIRED: readonly (readonly [string, 'string' | 'number' | 'object'])[] = [
  ['system', 'string'],
  ['machine', 'string'],
  ['hostname', 'string'],
  ['machineId', 'string'],
  ['init', 'string'],
  ['cgroupControllers', 'object'],
  ['portsInUse', 'object'],
  ['memory', 'number'],
  ['cpus', 'number'],
  ['diskFree', 'number'],
];

/** Of the result itself, or put together anew. */
const NO_FACTS = new Set(['k3stack', 'step', 'did', 'clock', 'node', 'owner', 'installed']);

/** What {@link loginCommand} answers with. */
const ACCESS: Readonly<Record<string, RootAccess>> = {
  root: { sudo: 'root' },
  passwordless: { sudo: 'passwordless' },
  right: { sudo: 'password', sudoPassword: 'right' },
  wrong: { sudo: 'password', sudoPassword: 'wrong' },
  missing: { sudo: 'password' },
  forbidden: { sudo: 'none', problem: 'sudo does not allow it' },
  tty: { sudo: 'none', problem: 'sudo asks for a terminal (requiretty)' },
  broken: { sudo: 'none', problem: 'sudo does not work there (is it setuid root?)' },
  absent: { sudo: 'none', problem: 'sudo is not installed' },
};
