import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOL_PATH } from './run-tool';

/** Why no lab can run on this machine, with what to do about it; `undefined` when one can. Changes nothing. */
export function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') return `the lab needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the lab needs root: run it with sudo';
  if (!hasCapabilities())
    return 'the lab needs CAP_SYS_ADMIN and CAP_NET_ADMIN: run it in a privileged container';
  const missing = TOOLS.filter(([command]) => !isOnPath(command));
  if (missing.length === 0) return undefined;
  const commands = missing.map(([command]) => command).join(', ');
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  return `the lab needs ${commands}: apt-get install ${packages}`;
}

function hasCapabilities(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const has = (bit: bigint) => (BigInt(`0x${effective ?? '0'}`) >> bit) % 2n === 1n;
  return has(CAP_NET_ADMIN) && has(CAP_SYS_ADMIN);
}

function isOnPath(command: string): boolean {
  return TOOL_PATH.split(':').some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** Each program that the lab runs, with the Debian package that has it. */
const TOOLS: readonly (readonly [command: string, debianPackage: string])[] = [
  ['apt-get', 'apt'],
  ['bash', 'bash'],
  ['chroot', 'coreutils'],
  ['debootstrap', 'debootstrap'],
  ['ebtables', 'iptables'],
  ['ip', 'iproute2'],
  ['mount', 'mount'],
  ['nsenter', 'util-linux'],
  ['perl', 'perl-base'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['systemd-nspawn', 'systemd-container'],
  ['tc', 'iproute2'],
];
