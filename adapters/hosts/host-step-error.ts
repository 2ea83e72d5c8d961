import { K3stackError } from '../../lib/errors';
import type { HostExit } from '../../lib/hosts/exit-codes';

/** A script on a host that ended with another code than 0. */
export class HostStepError extends K3stackError {
  override readonly name = 'HostStepError';

  /**
   * @param host Name of the host.
   * @param exit What its exit code means.
   * @param ended The code, and the last lines of what the script said.
   */
  constructor(
    readonly host: string,
    readonly step: string,
    readonly exit: HostExit,
    ended: { readonly code: number; readonly said: string },
  ) {
    super(
      'HOST_STEP_FAILED',
      `${step} failed on ${host} (${exit}, exit code ${ended.code}):\n  ${ended.said}\n${TO_DO[exit]}`,
    );
  }
}

/** What to do, for every exit code; `docs/errors/HOST_STEP_FAILED.md` has more. */
const TO_DO: Readonly<Record<HostExit, string>> = {
  ok: '',
  internal: 'this is a defect of k3stack, or of the shell on the host; report it with the lines above',
  requirements: 'nothing was changed; mend what is named, then run the same again',
  notOwned: 'nothing was changed: the host does not count as this node',
  sudo: "nothing was changed; let the host's sudoers allow the user, or set k3stack:sudoPassword (K3STACK_SUDO_PASSWORD)",
  scriptsMissing: 'the scripts were removed on the host; run the same again',
  badInput: 'nothing was changed; run the same again, and report it when it stays',
  locked: 'somebody else changes this host; wait until they are done, then run the same again',
  checksum:
    'what came is not what the lock file says, and was thrown away; see the mirror, or run k3stack lock',
  diskFull: 'make room on the disk of the host, then run the same again; what runs there was not touched',
  download:
    'see that the host reaches what it downloads from, or write airGap: true; then run the same again',
  twoClusters: 'take one of the two clusters to safety and remove it; k3stack does not choose',
  datastoreLost:
    'find out where the datastore went (an unmounted disk?) before anything else; restore it from a snapshot',
  wrongCluster: 'the host is in another cluster than its program says; use another host, or remove K3s there',
  joinFailed:
    'see that the host reaches the servers on the ports of K3s (k3stack check), then run the same again',
  nameTaken:
    'a Node of this name is there already; give the host another name, or delete that Node when its machine is gone',
  serverUnreachable: 'no server of the cluster answers; start one, then run the same again',
  quorum: 'nothing was stopped: etcd would lose its majority; bring the other servers back first',
  drain:
    'the node takes pods again; see what keeps the pods there (PodDisruptionBudgets), then run the same again',
  unhealthy: 'the roll-out stops here; mend the node or the version in the program, then run the same again',
  startFailed: 'see the journal of the service on the host (journalctl -u k3s), then run the same again',
  versionPath: 'nothing was changed; upgrade one minor after the other, and never back',
  dataLoss: 'nothing was removed; allow it by allowDataLoss in the program when the data may be lost',
  rotation: 'see the lines above; the credentials before are still valid. Run the same again',
  timeout: 'the script was ended; see the load of the host, then run the same again: it goes on where it was',
};
