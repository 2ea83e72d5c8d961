import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tool } from '../hosts/run-tool';

/** An SSH agent with one key, which this process and all that it starts finds by `SSH_AUTH_SOCK`. */
export class SshAgent {
  private constructor(
    private readonly folder: string,
    private readonly agent: ChildProcess,
  ) {}

  static async start(keyFile: string): Promise<SshAgent> {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-lab-agent-'));
    const socket = join(folder, 'socket');
    const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const agent = new SshAgent(folder, child);
    try {
      for (let wait = 0; !existsSync(socket); wait++) {
        if (wait === 100) throw new Error('ssh-agent has made no socket within 10 s');
        await sleep(100);
      }
      await tool('ssh-add', ['-q', keyFile], { env: { SSH_AUTH_SOCK: socket } });
    } catch (error) {
      await agent.stop();
      throw error;
    }
    process.env['SSH_AUTH_SOCK'] = socket;
    return agent;
  }

  async stop(): Promise<void> {
    delete process.env['SSH_AUTH_SOCK'];
    const running = this.agent.exitCode === null && this.agent.signalCode === null;
    if (running && this.agent.kill()) await once(this.agent, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
