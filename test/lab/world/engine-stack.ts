import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { type ConfigMap, type EngineEvent, LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import type { LabStack, Operation, RunReport, UpOptions } from './lab-stack';

/** Version of the Pulumi engine on PATH when its `command` plugin is there too; `undefined` otherwise. */
export function pulumiOnPath(): string | undefined {
  try {
    const version = execFileSync('pulumi', ['version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const plugins = execFileSync('pulumi', ['plugin', 'ls', '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const names = (JSON.parse(plugins) as { name: string }[]).map(({ name }) => name);
    return names.includes('command') && names.includes('kubernetes') ? version.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** A stack on the real engine, by the Automation API, its state in a folder. */
export class EngineStack implements LabStack {
  private constructor(
    readonly engine: string,
    private readonly stack: Stack,
    private readonly folder: string,
  ) {}

  /** @param program Made anew for every update. */
  static async create(options: {
    readonly folder: string;
    readonly environment: string;
    readonly program: () => Promise<Record<string, unknown>>;
    readonly config: ConfigMap;
  }): Promise<EngineStack> {
    const { folder, environment, program, config } = options;
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: environment, projectName: 'lab', program },
      {
        workDir: folder,
        envVars: engineVariables(folder),
      },
    );
    await stack.setAllConfig(config);
    return new EngineStack(`Pulumi ${pulumiOnPath() ?? ''}`, stack, folder);
  }

  up({ replace = [], parallel, ...watching }: UpOptions = {}): Promise<RunReport> {
    return this.run(
      (watch) =>
        this.stack.up({
          ...watch,
          ...(parallel !== undefined && { parallel }),
          ...(replace.length > 0 && { replace: replace.map((name) => this.urn(name)) }),
        }),
      watching,
    );
  }

  preview(): Promise<RunReport> {
    return this.run((watch) => this.stack.preview(watch));
  }

  destroy(): Promise<RunReport> {
    return this.run((watch) => this.stack.destroy(watch));
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = await this.stack.outputs();
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]));
  }

  /** The file itself: `pulumi stack export` by the Automation API shows secrets. */
  exportState(): Promise<string> {
    return readFile(join(this.folder, '.pulumi', 'stacks', 'lab', `${this.stack.name}.json`), 'utf8');
  }

  async steps(): Promise<string[]> {
    const { checkpoint } = JSON.parse(await this.exportState()) as Checkpoint;
    return checkpoint.latest.resources
      .filter(({ type }) => type === 'command:remote:Command')
      .map(({ urn }) => urn.split('::').at(-1) ?? '');
  }

  async loseState(): Promise<void> {
    const state = await this.stack.exportStack();
    await this.stack.importStack({
      ...state,
      deployment: { manifest: (state.deployment as { manifest: unknown }).manifest },
    });
  }

  async setConfig(key: string, value: string, secret = false): Promise<void> {
    await this.stack.setConfig(key, { value, secret });
  }

  async removeConfig(key: string): Promise<void> {
    await this.stack.removeConfig(key);
  }

  async dispose(): Promise<void> {
    await this.stack.cancel().catch(() => undefined);
  }

  /** What an engine that is killed while it writes leaves: a part of a file, and the one before beside it (docs/state.md). */
  private mendCheckpoint(): void {
    const file = join(this.folder, '.pulumi', 'stacks', 'lab', `${this.stack.name}.json`);
    if (!isJson(`${file}.attrs`)) rmSync(`${file}.attrs`, { force: true });
    if (!isJson(file)) copyFileSync(`${file}.bak`, file);
  }

  /** Names are unique in the lab's program, so the state knows the URN. */
  private urn(name: string): string {
    const urn = this.urns.get(name);
    if (urn === undefined) throw new Error(`the stack has no resource ${name}`);
    return urn;
  }

  private readonly urns = new Map<string, string>();
  private wasKilled = false;

  private async run(
    act: (watch: {
      onOutput: (text: string) => void;
      onEvent: (event: EngineEvent) => void;
    }) => Promise<unknown>,
    { killAfter, killDuring, onOperation }: Omit<UpOptions, 'replace' | 'parallel'> = {},
  ): Promise<RunReport> {
    // One that was killed leaves its lock.
    if (this.wasKilled) {
      this.mendCheckpoint();
      await this.stack.cancel().catch(() => undefined);
    }
    this.wasKilled = false;
    const kill = (): void => {
      this.wasKilled = true;
      killEngine();
    };
    let pendingKill: NodeJS.Timeout | undefined;
    const began = Date.now();
    const operations = new Map<
      string,
      { name: string; kind: Operation['kind']; start: number; end: number; failed: boolean }
    >();
    let output = '';
    let started = 0;
    const watch = {
      onOutput: (text: string) => (output += text),
      onEvent: ({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent) => {
        const metadata = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
        if (metadata === undefined) return;
        const name = metadata.urn.split('::').at(-1) ?? '';
        if (metadata.type.startsWith('command:')) this.urns.set(name, metadata.urn);
        const kind = kindOf(metadata.op);
        if (kind === undefined || metadata.type.startsWith('pulumi:') || metadata.type.startsWith('k3stack:'))
          return;
        const key = `${name} ${kind}`;
        const now = Date.now() - began;
        if (resourcePreEvent !== undefined && !operations.has(key)) {
          operations.set(key, { name, kind, start: now, end: now, failed: false });
          onOperation?.(name);
          if (++started === killAfter) kill();
          if (name === killDuring?.name) pendingKill ??= setTimeout(kill, killDuring.after);
        }
        const operation = operations.get(key);
        if (operation === undefined) return;
        operation.end = now;
        operation.failed ||= resOpFailedEvent !== undefined;
      },
    };
    const heardAgain = unheardRejections();
    const succeeded = await act(watch)
      .then(
        () => true,
        (error: Error) => {
          output += error.message;
          return false;
        },
      )
      .finally(() => setImmediate(heardAgain));
    clearTimeout(pendingKill);
    return { operations: [...operations.values()], output, seconds: (Date.now() - began) / 1000, succeeded };
  }
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest: { readonly resources: readonly { readonly urn: string; readonly type: string }[] };
  };
}

/** What the engine is told by its environment, also when a test uses its command line. */
export function engineVariables(folder: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'lab',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return true;
  } catch {
    return false;
  }
}

function kindOf(op: string): Operation['kind'] | undefined {
  switch (op) {
    case 'create':
    case 'update':
    case 'delete':
      return op;
    case 'create-replacement':
    case 'delete-replaced':
    case 'replace':
      return 'replace';
    default:
      return undefined;
  }
}

/** The engine is the only `pulumi` that this process has as a child; its plugins go with it, as they watch it. */
function killEngine(): void {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  for (const child of children.filter(Boolean)) {
    const name = readFileSync(`/proc/${child}/comm`, 'utf8').trim();
    if (name.startsWith('pulumi')) process.kill(Number(child), 'SIGKILL');
  }
}

/**
 * A program that throws leaves promises behind that nobody asks, which the SDK listens for. In a test its `process` is only a copy, and jest would take
 * them for a failure of the test.
 */
function unheardRejections(): () => void {
  const real = runInThisContext('process') as NodeJS.Process;
  const listeners = real.listeners('unhandledRejection');
  const ignore = (): void => {};
  real.removeAllListeners('unhandledRejection').on('unhandledRejection', ignore);
  return () => {
    real.off('unhandledRejection', ignore);
    for (const listener of listeners) real.on('unhandledRejection', listener);
  };
}
