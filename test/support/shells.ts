import { existsSync } from 'node:fs';

/** A shell that is installed here, with what runs one line by it. */
export interface Shell {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** Shells that read POSIX shell text. */
export const posixShells: readonly Shell[] = installed([
  ['sh', '/bin/sh', '-c'],
  ['dash', '/usr/bin/dash', '-c'],
  ['bash', '/usr/bin/bash', '-c'],
  ['bash --posix', '/usr/bin/bash', '--posix', '-c'],
  ['zsh', '/usr/bin/zsh', '-fc'],
  ['ksh', '/usr/bin/ksh', '-c'],
  ['busybox', '/usr/bin/busybox', 'sh', '-c'],
]);

/** Shells that somebody may log in with. */
export const loginShells: readonly Shell[] = [
  ...posixShells,
  ...installed([
    ['fish', '/usr/bin/fish', '--no-config', '-c'],
    ['tcsh', '/usr/bin/tcsh', '-fc'],
  ]),
];

function installed(shells: readonly (readonly [string, string, ...string[]])[]): Shell[] {
  return shells
    .filter(([, program]) => existsSync(program))
    .map(([name, program, ...args]) => ({ name, program, args }));
}
