import { spawn } from 'node:child_process';
import { K3stackError } from '../../lib/errors';

/** One run of the user's command between two nodes. */
export interface GateCommand {
  readonly command: string;
  readonly environment: string;
  readonly cluster: string;

  /** Summary of the step that waits for it. */
  readonly next: string;

  /** Whether there is no further node. */
  readonly last: boolean;

  /** Folder of the program; the command runs in it. */
  readonly folder: string;

  /** Seconds until it counts as failed. @default 3600 */
  readonly timeout?: number;
}

/**
 * Runs the command by the shell of this machine, with `K3STACK_ENVIRONMENT` and `K3STACK_CLUSTER` set.
 *
 * @throws K3stackError `GATE_REFUSED` with what it wrote.
 */
export async function runGate(gate: GateCommand): Promise<void> {
  const { command, environment, cluster, next, last, folder, timeout = 3600 } = gate;
  const child = spawn(command, {
    shell: true,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, K3STACK_ENVIRONMENT: environment, K3STACK_CLUSTER: cluster },
    timeout: timeout * 1000,
  });
  let output = '';
  const add = (chunk: Buffer): void => void (output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT));
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(
        code === 0 ? undefined : signal === null ? `it exited with ${code}` : `it was ended by ${signal}`,
      ),
    );
  });
  if (ended !== undefined) {
    const place = last
      ? 'the last node is done, and the step after it waits'
      : 'no further node is disturbed';
    throw new K3stackError(
      'GATE_REFUSED',
      `upgrade.gate stops the roll-out of ${environment}/${cluster}: ${ended}; ${place}. Mend what it found, then run the same again: it asks once more, and goes on with the step to ${next}\n${output.trimEnd()}`,
    );
  }
}

/** Characters. */
const OUTPUT_KEPT = 8000;
