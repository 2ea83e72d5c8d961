import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import type { CommandOptions, CommandResult, HostConnection } from './host-connection';
import { runCommand } from './run-command';
import { connectionLost } from './ssh-errors';

/** The machine that the program itself runs on. */
export class LocalConnection implements HostConnection {
  readonly where: string;
  readonly open = true;

  /** @param name Of the host. */
  constructor(name: string) {
    this.where = `${name} (this machine, as ${userInfo().username})`;
  }

  exec(command: string, options: CommandOptions = {}): Promise<CommandResult> {
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'pipe', detached: true });
    return runCommand(
      this.where,
      {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        onEnd: (ended) => {
          child.on('error', (error) => ended({ unknown: error }));
          child.on('close', (code, signal) =>
            ended(
              code === null
                ? { unknown: connectionLost(this.where, `the command was ended by ${signal}`) }
                : { code },
            ),
          );
        },
        // With all of its own: a shell leaves its children behind.
        kill: () => void (child.pid !== undefined && endGroup(child.pid)),
      },
      options,
    );
  }

  close(): void {}
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}
