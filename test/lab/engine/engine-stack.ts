import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalWorkspace, type EngineEvent, type Stack } from '@pulumi/pulumi/automation';
import {
  fullKeys,
  type LabStack,
  type Operation,
  type RunControl,
  type StackDefinition,
  type StackResult,
  type StateEntry,
} from './stack';

export interface EngineStackOptions extends StackDefinition {
  /** Folder for backend and project, an absolute path. */
  readonly folder: string;
}

/** A stack of a real Pulumi engine, in a backend of files; the program runs inside of this process. */
export class EngineStack implements LabStack {
  private opened: Promise<Stack> | undefined;

  constructor(private readonly options: EngineStackOptions) {}

  preview(): Promise<StackResult> {
    return this.run({}, (stack, onEvent) => stack.preview({ onEvent }).then(() => ({})));
  }

  up(control: RunControl = {}): Promise<StackResult> {
    return this.run(control, async (stack, onEvent, replace) => {
      const { outputs } = await stack.up({ onEvent, ...(replace.length > 0 && { replace: [...replace] }) });
      return Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value as unknown]));
    });
  }

  destroy(control: RunControl = {}): Promise<StackResult> {
    return this.run(control, (stack, onEvent) => stack.destroy({ onEvent }).then(() => ({})));
  }

  async exportState(): Promise<readonly StateEntry[]> {
    const { deployment } = await (await this.stack()).exportStack();
    const { resources = [] } = deployment as { resources?: ExportedResource[] };
    return resources.map(({ urn, type, inputs = {}, outputs = {}, dependencies = [] }) => ({
      urn,
      type,
      name: nameOf(urn),
      inputs,
      outputs,
      dependencies,
    }));
  }

  async forget(): Promise<void> {
    await (await this.stack()).workspace.removeStack(this.options.stack, { force: true });
    this.opened = undefined;
  }

  private async run(
    control: RunControl,
    work: (
      stack: Stack,
      onEvent: (event: EngineEvent) => void,
      replace: readonly string[],
    ) => Promise<Record<string, unknown>>,
  ): Promise<StackResult> {
    const stack = await this.stack();
    const replace = await this.urnsOf(control.replace ?? []);
    const log = new EventLog(control);
    // A run that was killed leaves its lock.
    await stack.cancel().catch(() => undefined);
    try {
      const outputs = await work(stack, (event) => log.take(event), replace);
      return { operations: log.operations, outputs, killed: false };
    } catch (error) {
      if (log.killed) return { operations: log.operations, outputs: {}, killed: true };
      return {
        operations: log.operations,
        outputs: {},
        killed: false,
        error: [...log.errors, (error as Error).message].join('\n'),
      };
    }
  }

  private async urnsOf(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return [];
    const state = await this.exportState();
    return state.filter(({ name }) => names.includes(name)).map(({ urn }) => urn);
  }

  private stack(): Promise<Stack> {
    this.opened ??= this.open();
    return this.opened;
  }

  private async open(): Promise<Stack> {
    const { folder, stack: stackName, project = 'lab', program, config = {}, secrets = {} } = this.options;
    const backend = join(folder, 'backend');
    mkdirSync(backend, { recursive: true });
    const stack = await LocalWorkspace.createOrSelectStack(
      {
        stackName,
        projectName: project,
        program: () => Promise.resolve(program() as Record<string, unknown>),
      },
      {
        projectSettings: { name: project, runtime: 'nodejs', backend: { url: `file://${backend}` } },
        envVars: { PULUMI_CONFIG_PASSPHRASE: 'lab', PULUMI_SKIP_UPDATE_CHECK: 'true' },
      },
    );
    const values = [
      ...Object.entries(fullKeys(config, project)).map(([key, value]) => [key, { value }] as const),
      ...Object.entries(fullKeys(secrets, project)).map(
        ([key, value]) => [key, { value, secret: true }] as const,
      ),
    ];
    await stack.setAllConfig(Object.fromEntries(values));
    return stack;
  }
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
}

/** Operations of the engine's events, and the hand that ends it. */
class EventLog {
  readonly operations: Operation[] = [];
  readonly errors: string[] = [];
  killed = false;
  private readonly started = new Map<string, number>();
  private finished = 0;

  constructor(private readonly control: RunControl) {}

  take(event: EngineEvent): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
    if (resourcePreEvent !== undefined) this.begin(resourcePreEvent.metadata);
    if (resOutputsEvent !== undefined) this.end(resOutputsEvent.metadata);
    if (resOpFailedEvent !== undefined) this.end(resOpFailedEvent.metadata, 'failed');
    if (diagnosticEvent?.severity === 'error')
      this.errors.push(`${nameOf(diagnosticEvent.urn ?? '')}: ${diagnosticEvent.message}`);
  }

  private begin({ urn, op }: Metadata): void {
    this.started.set(`${op} ${urn}`, Date.now());
    const { killDuring } = this.control;
    if (killDuring?.name === nameOf(urn) && op !== 'same') setTimeout(() => this.kill(), killDuring.after);
  }

  private end({ urn, op, type, diffs }: Metadata, error?: string): void {
    const own = OPS[op];
    if (own === undefined || !/^(command:|kubernetes:|pulumi:providers:kubernetes$)/.test(type)) return;
    const end = Date.now();
    const start = this.started.get(`${op} ${urn}`) ?? end;
    this.operations.push({
      op: own,
      urn,
      type,
      name: nameOf(urn),
      changed: diffs ?? [],
      start,
      end,
      ...(error !== undefined && { error }),
    });
    if (own === 'same' || error !== undefined) return;
    this.finished++;
    if (this.finished === this.control.killAfter) this.kill();
  }

  /** The engine and its plugins, children of this process, and nothing else. */
  private kill(): void {
    this.killed = true;
    for (const pid of descendants(process.pid).filter(isPulumi)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[];
}

const OPS: Readonly<Partial<Record<string, Operation['op']>>> = {
  same: 'same',
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  'create-replacement': 'replace',
  'delete-replaced': 'delete',
};

/** Why the engine cannot be used here; `undefined` when it can. */
export function whyNoEngine(): string | undefined {
  try {
    execFileSync('pulumi', ['version'], { stdio: 'ignore' });
  } catch {
    return 'pulumi is not on PATH; install it from https://www.pulumi.com/docs/install/';
  }
  const plugins = execFileSync('pulumi', ['plugin', 'ls', '--json'], { encoding: 'utf8' });
  const names = (JSON.parse(plugins) as { name: string }[]).map(({ name }) => name);
  return names.includes('command')
    ? undefined
    : 'the plugin is missing; run pulumi plugin install resource command 1.2.1';
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
  return [...children, ...children.flatMap(descendants)];
}

function parentOf(pid: number): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function isPulumi(pid: number): boolean {
  return textOf(`/proc/${pid}/comm`).startsWith('pulumi');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function nameOf(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
