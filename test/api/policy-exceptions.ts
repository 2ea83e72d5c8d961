import type { Policy } from './policies';

/** A workload that may break policies, and why. */
export interface PolicyException {
  /** `Kind namespace/name`. */
  readonly object: string;
  readonly policies: readonly Policy[];
  readonly reason: string;
}

/** All there are; one that nothing needs any more fails a test. */
export const POLICY_EXCEPTIONS: readonly PolicyException[] = [
  {
    object: 'DaemonSet kube-system/kube-vip',
    policies: ['no-privileges', 'no-host', 'non-root', 'read-only-root', 'seccomp'],
    reason:
      "puts the virtual address on the host's own interface and announces it: NET_ADMIN and NET_RAW on the host's network, as kube-vip's manifest has it",
  },
];
