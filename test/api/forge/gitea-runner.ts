import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runnerBinary } from '../gitea/programs';
import type { GiteaServer } from './gitea-server';

/** A real runner of Gitea's Actions that starts jobs on this machine, as the label `here`. */
export class GiteaRunner {
  #log = '';

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  static start(gitea: GiteaServer): GiteaRunner {
    const folder = join(gitea.folder, 'runner');
    mkdirSync(folder);
    const token = gitea.run('actions', 'generate-runner-token').trim().split('\n').at(-1) ?? '';
    const env = { PATH: process.env['PATH'], HOME: folder };
    const who = [
      '--no-interactive',
      '--instance',
      gitea.url,
      '--token',
      token,
      '--name',
      'here',
      '--labels',
      'here:host',
    ];
    execFileSync(runnerBinary(), ['register', ...who], { cwd: folder, env, stdio: 'pipe' });
    return new GiteaRunner(spawn(runnerBinary(), ['daemon'], { cwd: folder, env }));
  }

  /** What it said last. */
  get log(): string {
    return this.#log.slice(-4000);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }
}
