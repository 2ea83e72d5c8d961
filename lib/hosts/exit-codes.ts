/** What a script on a host exits with, by name. The scripts have the same table (`lib/hosts/scripts/common.sh`); a test compares them. */
export const HOST_EXIT = {
  ok: 0,
  /** A defect of a script. */
  internal: 1,

  // The host is not fit, and nothing was changed.
  requirements: 10,
  notOwned: 11,
  sudo: 12,
  scriptsMissing: 13,
  badInput: 14,
  locked: 15,

  // Staging.
  checksum: 20,
  diskFull: 21,
  download: 22,

  // Coming into the cluster.
  twoClusters: 30,
  datastoreLost: 31,
  wrongCluster: 32,
  joinFailed: 33,
  nameTaken: 34,
  serverUnreachable: 35,

  // Changing what runs.
  quorum: 40,
  drain: 41,
  unhealthy: 42,
  startFailed: 43,
  versionPath: 44,
  dataLoss: 45,
  rotation: 46,

  /** The deadline passed; the script was ended. */
  timeout: 50,
} as const;

/** Name of an exit code of a script. */
export type HostExit = keyof typeof HOST_EXIT;

/** Name of a script's exit code; `undefined` for one that no script has. */
export function hostExitName(code: number): HostExit | undefined {
  return (Object.keys(HOST_EXIT) as HostExit[]).find((name) => HOST_EXIT[name] === code);
}
