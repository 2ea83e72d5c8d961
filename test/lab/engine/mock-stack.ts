import { isSecret, MonitorRun, plain, type Registration } from '../../support/pulumi-monitor';
import { runLocal, runRemote, type Connection, type Printed } from './remote-command';
import {
  fullKeys,
  type LabStack,
  type Operation,
  type RunControl,
  type StackDefinition,
  type StackResult,
  type StateEntry,
} from './stack';
import { StateFile, type SavedResource } from './state-file';

export interface MockStackOptions extends StackDefinition {
  /** Where the state is kept, an absolute path; holds secrets. */
  readonly stateFile: string;
}

/**
 * Plays Pulumi without an engine: the program registers its resources through the SDK's official mocks, and commands are carried out on hosts over SSH as
 * the plugin does. What it decides is what a real engine was seen to do (notes/observed.md; docs/decisions/0008-engine-and-hooks.md). Objects of Kubernetes
 * are only kept in the state. One run at a time: the SDK has one store for a process.
 */
export class MockStack implements LabStack {
  private readonly state: StateFile;

  constructor(private readonly options: MockStackOptions) {
    this.state = new StateFile(options.stateFile);
  }

  preview(): Promise<StackResult> {
    return this.program({}, true);
  }

  up(control: RunControl = {}): Promise<StackResult> {
    return this.program(control, false);
  }

  async destroy(control: RunControl = {}): Promise<StackResult> {
    const run = new EngineRun(this.state, control, false);
    await run.ending(run.deleteAll(this.state.all));
    return run.result({});
  }

  exportState(): Promise<readonly StateEntry[]> {
    return Promise.resolve(this.state.all);
  }

  forget(): Promise<void> {
    this.state.forget();
    return Promise.resolve();
  }

  private async program(control: RunControl, preview: boolean): Promise<StackResult> {
    const { program, stack, project = 'lab', config = {}, secrets = {} } = this.options;
    const run = new EngineRun(this.state, control, preview);
    const monitor: MonitorRun = new MonitorRun({
      create: (registration) => run.register(registration, monitor),
    });
    let outputs: unknown;
    const work = monitor
      .run({
        program,
        project,
        stack,
        preview,
        config: fullKeys(config, project),
        secretConfig: fullKeys(secrets, project),
      })
      .then(async (exported) => {
        outputs = exported;
        await run.deleteAll(run.gone(monitor.registrations));
      });
    await run.ending(work);
    return run.result((outputs ?? {}) as Record<string, unknown>);
  }
}

/** One run of the engine's part. */
class EngineRun {
  private readonly operations: Operation[] = [];
  private readonly errors: string[] = [];
  private readonly active = new Set<Promise<unknown>>();
  private readonly replaced: SavedResource[] = [];
  private readonly power = new AbortController();
  private readonly killed: Promise<void>;
  private finished = 0;

  constructor(
    private readonly state: StateFile,
    private readonly control: RunControl,
    private readonly preview: boolean,
  ) {
    this.killed = new Promise((resolve) => this.power.signal.addEventListener('abort', () => resolve()));
  }

  /** Waits until work is done, has failed with nothing under way any more, or the engine was ended. */
  async ending(work: Promise<unknown>): Promise<void> {
    const settled = work.then(
      () => undefined,
      async (error: unknown) => {
        if (this.errors.length === 0) this.errors.push(messageOf(error));
        while (this.active.size > 0) await Promise.allSettled(this.active);
      },
    );
    await Promise.race([settled, this.killed]);
    // What was cut off comes back with an error of its own; it must not reach into the next run.
    if (this.power.signal.aborted) await Promise.allSettled(this.active);
  }

  result(outputs: Readonly<Record<string, unknown>>): StackResult {
    const killed = this.power.signal.aborted;
    const failed = this.errors.length > 0;
    return {
      operations: this.operations,
      outputs: killed || failed ? {} : outputs,
      killed,
      ...(failed && !killed && { error: this.errors.join('\n') }),
    };
  }

  /** What the engine does with a resource that the program registers. */
  async register(registration: Registration, monitor: MonitorRun): Promise<Answer> {
    await this.untilAllowed();
    const old = this.state.get(registration.urn);
    const inputs = withIgnored(registration, old);
    const changed = old === undefined ? [] : changedKeys(old.inputs, inputs);
    const entry = { ...savedOf(registration), inputs, outputs: old?.outputs ?? {} };
    if (!registration.custom || !COMMAND.test(registration.type)) return this.keep(entry, old, changed);
    const op = this.decide(entry, old, changed);
    if (op === 'same') return this.keep(entry, old, []);
    if (this.preview) {
      this.note(entry, op, changed, now());
      return { id: entry.name, state: inputs };
    }
    return this.track(
      this.change(entry, old, op, changed, (hook) => monitor.callHook(hook, registration), registration),
    );
  }

  /** Resources that the program no longer has, and what replacements left. */
  gone(registrations: readonly Registration[]): readonly SavedResource[] {
    const kept = new Set(registrations.map(({ urn }) => urn));
    return [...this.state.all.filter(({ urn }) => !kept.has(urn)), ...this.replaced];
  }

  /** Level by level, those first that most others are below of; within a level at the same time. With one that fails nothing new begins. */
  async deleteAll(entries: readonly SavedResource[]): Promise<void> {
    if (this.errors.length > 0) return;
    const urns = new Set(entries.map(({ urn }) => urn));
    for (const level of levels(entries).reverse()) {
      const results = await Promise.allSettled(level.map((entry) => this.remove(entry, urns)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }
  }

  private async remove(entry: SavedResource, going: ReadonlySet<string>): Promise<void> {
    await this.untilAllowed();
    const runs = entry.custom && COMMAND.test(entry.type);
    if (this.preview) {
      if (runs) this.note(entry, 'delete', [], now());
      return;
    }
    if (runs && !going.has(entry.deletedWith))
      await this.track(this.timed(entry, 'delete', [], () => this.runOperation(entry, 'delete')));
    if (!this.replaced.includes(entry)) this.state.remove(entry.urn);
  }

  private async change(
    entry: SavedResource,
    old: SavedResource | undefined,
    op: 'create' | 'update' | 'replace',
    changed: readonly string[],
    callHook: (name: string) => Promise<void>,
    { hooks }: Registration,
  ): Promise<Answer> {
    const operation = op === 'update' ? 'update' : 'create';
    const outputs = await this.timed(entry, op, changed, async () => {
      if (op === 'replace' && old !== undefined) {
        if (entry.deleteBeforeReplace) {
          await this.runOperation(old, 'delete');
          this.state.remove(old.urn);
        } else this.replaced.push(old);
      }
      for (const hook of operation === 'create' ? hooks.beforeCreate : hooks.beforeUpdate)
        await callHook(hook);
      return this.runOperation(entry, operation);
    });
    const saved = { ...entry, outputs: { ...outputs } };
    this.state.save(saved);
    this.count();
    return { id: entry.name, state: { ...entry.inputs, ...outputs } };
  }

  private decide(
    entry: SavedResource,
    old: SavedResource | undefined,
    changed: readonly string[],
  ): 'same' | 'create' | 'update' | 'replace' {
    if (old === undefined) return 'create';
    if (changed.includes('triggers') || this.control.replace?.includes(entry.name)) return 'replace';
    return changed.length > 0 ? 'update' : 'same';
  }

  /** Nothing is run, but edges and options are written down anew. */
  private keep(entry: SavedResource, old: SavedResource | undefined, changed: readonly string[]): Answer {
    if (!this.preview) this.state.save(entry);
    if (entry.custom)
      this.note(entry, old === undefined ? 'create' : changed.length > 0 ? 'update' : 'same', changed, now());
    return { id: entry.name, state: { ...entry.inputs, ...entry.outputs } };
  }

  private async runOperation(
    entry: SavedResource,
    operation: 'create' | 'update' | 'delete',
  ): Promise<Printed> {
    const inputs = unwrapped(entry.inputs) as Readonly<Record<string, unknown>>;
    const command = (operation === 'update' ? (inputs['update'] ?? inputs['create']) : inputs[operation]) as
      string | undefined;
    if (command === undefined) return { stdout: '', stderr: '' };
    const stdin = String(inputs['stdin'] ?? '');
    return entry.type.startsWith('command:local')
      ? await runLocal(command, stdin, this.power.signal)
      : await runRemote(inputs['connection'] as Connection, command, stdin, this.power.signal);
  }

  private async timed<T>(
    entry: SavedResource,
    op: Operation['op'],
    changed: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    const start = now();
    const { killDuring } = this.control;
    const timer =
      killDuring?.name === entry.name ? setTimeout(() => this.power.abort(), killDuring.after) : undefined;
    try {
      const result = await work();
      if (this.power.signal.aborted) throw new Error('the engine was ended');
      this.note(entry, op, changed, start);
      if (op === 'delete') this.count();
      return result;
    } catch (error) {
      const message = `${entry.name}: ${messageOf(error)}`;
      this.note(entry, op, changed, start, message);
      this.errors.push(message);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private note(
    entry: SavedResource,
    op: Operation['op'],
    changed: readonly string[],
    start: number,
    error?: string,
  ): void {
    const { urn, type, name } = entry;
    this.operations.push({
      op,
      urn,
      type,
      name,
      changed,
      start,
      end: now(),
      ...(error !== undefined && { error }),
    });
  }

  private count(): void {
    this.finished++;
    if (this.finished === this.control.killAfter) this.power.abort();
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.active.add(work);
    try {
      return await work;
    } finally {
      this.active.delete(work);
    }
  }

  /** After a failure, or without power, nothing begins; what waits for it waits for ever. */
  private async untilAllowed(): Promise<void> {
    if (this.errors.length > 0 || this.power.signal.aborted) await new Promise(() => undefined);
  }
}

interface Answer {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Entries by how many others they stand on, one after another; parents count as well. */
function levels(entries: readonly SavedResource[]): SavedResource[][] {
  const byUrn = new Map(entries.map((entry) => [entry.urn, entry]));
  const known = new Map<SavedResource, number>();
  const level = (entry: SavedResource): number => {
    const found = known.get(entry);
    if (found !== undefined) return found;
    const below = [...entry.dependencies, entry.parent].flatMap((urn) => byUrn.get(urn) ?? []);
    const own = below.length === 0 ? 0 : 1 + Math.max(...below.map(level));
    known.set(entry, own);
    return own;
  };
  const result: SavedResource[][] = [];
  for (const entry of entries) (result[level(entry)] ??= []).push(entry);
  return result;
}

function savedOf(registration: Registration): Omit<SavedResource, 'inputs' | 'outputs'> {
  const { urn, type, name, custom, dependencies, deletedWith, deleteBeforeReplace, parent } = registration;
  return { urn, type, name, custom, dependencies, deletedWith, deleteBeforeReplace, parent };
}

/** Inputs that are to be ignored stay as they were. */
function withIgnored(
  { inputs, ignoreChanges }: Registration,
  old: SavedResource | undefined,
): Record<string, unknown> {
  if (old === undefined) return { ...inputs };
  const ignored = new Set(
    ignoreChanges.includes('*') ? [...Object.keys(inputs), ...Object.keys(old.inputs)] : ignoreChanges,
  );
  const kept = Object.entries(old.inputs).filter(([key]) => ignored.has(key));
  return {
    ...Object.fromEntries(Object.entries(inputs).filter(([key]) => !ignored.has(key))),
    ...Object.fromEntries(kept),
  };
}

/** Whether a value is a secret is no difference. */
function changedKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const text = (value: unknown): string => JSON.stringify(unwrapped(value)) ?? '';
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => text(before[key]) !== text(after[key]))
    .sort();
}

/** Without the marks of secrets, keys sorted. */
function unwrapped(value: unknown): unknown {
  if (isSecret(value)) return unwrapped(plain(value));
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, unwrapped(entry)]),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const now = (): number => Date.now();
const COMMAND = /^command:(remote|local):Command$/;
