import type { Finding } from '../rules/rule';
import type { HostSynthesis } from '../synthesis/synthesis';
import type { HostFacts } from './facts';
import { at } from './host-finding';

/** Why the user does not become root; all that can be said of a host then. */
export function sudoFindings(
  { sudo, sudoPassword, problem }: Pick<HostFacts, 'sudo' | 'sudoPassword'> & { readonly problem?: string },
  host: HostSynthesis,
): Finding[] {
  if (sudo === 'root' || sudo === 'passwordless' || sudoPassword === 'right') return [];
  const allow = `let the host's sudoers say: ${userOf(host)} ALL=(ALL) NOPASSWD: ALL`;
  if (sudo === 'none')
    return [
      at(host, problem ?? 'the user may not use sudo', `write ssh.user: 'root', or ${allow}`, 'ssh.user'),
    ];
  return sudoPassword === 'wrong'
    ? [
        at(
          host,
          'the sudo password is wrong',
          'set k3stack:sudoPassword, or K3STACK_SUDO_PASSWORD, anew',
          'ssh.user',
        ),
      ]
    : [
        at(
          host,
          'sudo asks for a password',
          `set k3stack:sudoPassword, or K3STACK_SUDO_PASSWORD; or ${allow}`,
          'ssh.user',
        ),
      ];
}

function userOf({ transport }: HostSynthesis): string {
  return 'ssh' in transport ? (transport.ssh.user ?? 'root') : 'the user';
}
