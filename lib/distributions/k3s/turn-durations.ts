import type { Step } from '../../synthesis/graph';
import type { Turn } from '../change-knowledge';

/** Seconds that a turn is expected to take: what was seen of K3s, and the waits that the step was told. */
export function turnSeconds({ role, kind, drained }: Turn, step: Step): number {
  const waits = kind === 'upgrade' || kind === 'restart' ? numberOf(step, 'HEALTHY_FOR') : 0;
  const limit = numberOf(step, 'DRAIN_TIMEOUT') || DRAIN_SECONDS;
  return ownSeconds(role, kind) + waits + (drained ? Math.min(DRAIN_SECONDS, limit) : 0);
}

function ownSeconds(role: Turn['role'], kind: Turn['kind']): number {
  switch (kind) {
    case 'first':
      return TURN_SECONDS.firstServer;
    case 'join':
      return role === 'server' ? TURN_SECONDS.joinServer : TURN_SECONDS.joinAgent;
    case 'upgrade':
      return role === 'server' ? TURN_SECONDS.upgradeServer : TURN_SECONDS.upgradeAgent;
    case 'restart':
      return role === 'server' ? TURN_SECONDS.restartServer : TURN_SECONDS.restartAgent;
    case 'remove':
      return TURN_SECONDS.uninstall;
    default:
      return TURN_SECONDS.live;
  }
}

function numberOf({ script }: Step, name: string): number {
  const value = Number(script?.values[name] ?? 0);
  return Number.isFinite(value) ? value : 0;
}

/**
 * Seconds that a part of a host's turn was seen to take, the longest of several runs: K3s v1.36.3 on hosts with systemd on one machine with two busy
 * processors, Debian 12, few pods. A machine with slow disks takes longer. docs/rolling-upgrade.md has runs from end to end.
 */
const TURN_SECONDS = {
  /** Restart with another configuration, until its API answers: 5.6 to 12 s. */
  restartServer: 12,

  /** Likewise, until its Node is Ready: 2.5 to 3.8 s. */
  restartAgent: 4,

  /** Another binary and a restart: 8.4 s until the API answers; 12.3 s from the stop to a Ready Node in the run of docs/rolling-upgrade.md, 3 s of it the wait. */
  upgradeServer: 10,

  /** Likewise: 7.8 s. */
  upgradeAgent: 8,

  /** The first server of a new cluster, start to Ready: 9.7 s and 1 s. */
  firstServer: 11,

  /** A server that joins: 21 s. */
  joinServer: 21,

  /** An agent that joins, start to Ready: 7 s. */
  joinAgent: 7,

  /** Uninstalling: 1.3 to 5.9 s. */
  uninstall: 6,

  /** Labels, taints or a file that is taken up as it is: less than a second on the host, and the login. */
  live: 2,
} as const;

/**
 * Seconds that draining a node is expected to take: every pod has 30 s to stop unless it says otherwise (k8s.io/api@v0.36.3:core/v1/types.go,
 * terminationGracePeriodSeconds: "Defaults to 30 seconds"), and they stop together. PodDisruptionBudgets may make it longer.
 */
export const DRAIN_SECONDS = 30;

/** What a gate between two waves does itself: 9.6 s between two rows of docs/rolling-upgrade.md. */
export const gateSeconds = 10;
