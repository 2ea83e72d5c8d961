import { spawn, type ChildProcess } from 'node:child_process';
import { K3stackError } from '../../lib/errors';
import { onEndOfProcess } from '../end-of-process';

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
 * Runs the command by the shell of this machine, with `K3STACK_ENVIRONMENT` and `K3STACK_CLUSTER` set. It is over when the shell is; what that has left
 * behind may go on. At its time limit, and when this process ends, all of it is ended.
 *
 * @throws K3stackError `GATE_REFUSED` with what it wrote.
 */
export async function runGate(gate: GateCommand): Promise<void> {
  const { command, environment, cluster, next, last, folder, timeout = 3600 } = gate;
  const child = spawn(command, {
    shell: true,
    // A group of its own, so that it can be ended with its children.
    detached: true,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, K3STACK_ENVIRONMENT: environment, K3STACK_CLUSTER: cluster },
  });
  let output = '';
  const add = (chunk: Buffer): void => void (output = (output + chunk.toString('utf8')).slice(-OUTPUT_KEPT));
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = await endOf(child, timeout);
  child.stdout.destroy();
  child.stderr.destroy();
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

/** How a command has failed; `undefined` when it has not. */
async function endOf(child: ChildProcess, timeout: number): Promise<string | undefined> {
  let late = false;
  const timers = [
    setTimeout(() => {
      late = true;
      endGroup(child, 'SIGTERM');
      timers.push(setTimeout(() => endGroup(child, 'SIGKILL'), GRACE));
    }, timeout * 1000),
  ];
  const release = onEndOfProcess(() => endGroup(child, 'SIGTERM'));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      const why =
        code === 0 ? undefined : signal === null ? `it exited with ${code}` : `it was ended by ${signal}`;
      // The rest of what it wrote; a child that it left behind may keep that open for ever.
      child.on('close', () => resolve(why));
      timers.push(setTimeout(() => resolve(why), REST));
    });
  });
  release();
  if (late) endGroup(child, 'SIGKILL');
  timers.forEach(clearTimeout);
  return late ? `it took longer than ${timeout} s and was ended` : ended;
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Characters. */
const OUTPUT_KEPT = 8000;

/** Milliseconds between the request to end and the end. */
const GRACE = 5000;

/** Milliseconds in which the rest of an output comes. */
const REST = 500;
