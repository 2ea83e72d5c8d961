// A stand-in for a host: a folder that scripts take for `/`, with the few programs they need of K3s and systemd.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { Operation } from '../../lib/hosts/launcher';
import { inputText, type StepInput } from '../../lib/hosts/step-input';
import { stepResultIn, type StepResult } from '../../lib/hosts/step-result';

/** What a step did. */
export interface StepRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly result: StepResult | undefined;
}

const LIB = join(__dirname, '..', '..', 'lib');

export class ScriptHost {
  readonly folder = mkdtempSync(join(tmpdir(), 'k3stack-scripts-'));
  readonly root = join(this.folder, 'root');
  readonly scripts = join(this.folder, 'scripts');
  private readonly programs = join(this.folder, 'programs');

  /** Program that reads the scripts. */
  constructor(private readonly shell: readonly string[] = ['/bin/sh']) {
    for (const path of [this.root, this.scripts, this.programs]) mkdirSync(path);
    for (const from of ['hosts/scripts', 'distributions/k3s/scripts']) {
      cpSync(join(LIB, from), this.scripts, { recursive: true });
    }
    this.program('systemctl', 'exit 99');
    this.program('journalctl', 'exit 99');
  }

  /** Owner of what this process writes, as files on a host have it. */
  readonly owner = `${userInfo().username}:${spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim()}`;

  /** A program in front of those of this machine. */
  program(name: string, text: string): void {
    this.executable(join(this.programs, name), text);
  }

  executable(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  /** Replaces the programs of this machine by links to `target`, such as those of busybox. */
  link(names: readonly string[], target: string): void {
    for (const name of names) symlinkSync(target, join(this.programs, name));
  }

  /** One more step. */
  step(name: string, text: string): void {
    writeFileSync(join(this.scripts, `${name}.sh`), text);
  }

  path(path: string): string {
    return join(this.root, path);
  }
  has(path: string): boolean {
    return existsSync(this.path(path));
  }
  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }
  list(path: string): string[] {
    return this.has(path) ? readdirSync(this.path(path)).sort() : [];
  }
  write(path: string, text: string, mode = 0o600): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text, { mode });
  }

  /** Runs a step as the launcher does, after its mark. */
  run(
    operation: Operation,
    input: Partial<StepInput> & { readonly step: string },
    env: Record<string, string> = {},
  ): Promise<StepRun> {
    return this.runText(operation, inputText({ deadline: 60, values: {}, records: [], ...input }), env);
  }

  async runText(operation: Operation, input: string, env: Record<string, string> = {}): Promise<StepRun> {
    const [program = '', ...args] = this.shell;
    const child = spawn(program, [...args, join(this.scripts, 'job.sh'), operation], { env: this.env(env) });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const code =
      child.exitCode ?? (await new Promise<number>((done) => child.on('exit', (c) => done(c ?? -1))));
    return { code, stdout, stderr, result: stepResultIn(stdout) };
  }

  /** Starts a step and cuts the connection after a while. */
  async cut(operation: Operation, input: StepInput, milliseconds: number): Promise<void> {
    const [program = '', ...args] = this.shell;
    const child = spawn(program, [...args, join(this.scripts, 'job.sh'), operation], { env: this.env({}) });
    child.stdin.end(inputText(input));
    await new Promise((done) => setTimeout(done, milliseconds));
    child.kill('SIGKILL');
  }

  /** What shell text prints behind the libraries, with variables of an input. */
  source(libraries: readonly string[], program: string, variables: Record<string, string> = {}): SourceRun {
    const scratch = join(this.folder, 'scratch');
    mkdirSync(scratch, { recursive: true });
    const [shell = '', ...args] = this.shell;
    const names = ['common', 'files', 'locks', 'systemd', ...libraries];
    const run = spawnSync(
      shell,
      [...args, '-c', `set -eu\n${names.map((name) => `. "$SCRIPTS/${name}.sh"`).join('\n')}\n${program}`],
      {
        encoding: 'utf8',
        env: this.env({ SCRIPTS: this.scripts, SCRATCH: scratch, JOB: scratch, ...variables }),
      },
    );
    return { code: run.status ?? -1, stdout: run.stdout, stderr: run.stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private env(more: Record<string, string>): Record<string, string> {
    const path = `${this.programs}:${process.env['PATH'] ?? ''}`;
    return { PATH: path, K3STACK_PATH: this.programs, K3STACK_ROOT: this.root, LC_ALL: 'C', ...more };
  }
}

export interface SourceRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece as Buffer));
  return Buffer.concat(pieces).toString('utf8');
}
