import type { HostSynthesis } from '../../synthesis/synthesis';
import type { HostField } from '../host-report';

/** How a host is reached and known, where that differs: nothing on the host changes by it. Its address is one of the host's properties. */
export function connectionChanges(before: HostSynthesis, after: HostSynthesis): HostField[] {
  const [old, now] = [connectionOf(before), connectionOf(after)];
  return NAMES.filter((name) => old[name] !== now[name]).map((name) => ({
    name,
    before: old[name] ?? 'unknown',
    after: now[name] ?? 'unknown',
    disruption: 'none',
  }));
}

function connectionOf({ transport }: HostSynthesis): Partial<Record<(typeof NAMES)[number], string>> {
  if ('local' in transport) return {};
  const { user = 'root', hostKey, bastion } = transport.ssh;
  return {
    'ssh user': user,
    ...(hostKey !== undefined && { 'host key': hostKey }),
    ...(bastion?.hostKey !== undefined && { 'host key of the bastion': bastion.hostKey }),
  };
}

const NAMES = ['ssh user', 'host key', 'host key of the bastion'] as const;
