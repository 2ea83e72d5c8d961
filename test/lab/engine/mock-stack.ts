import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { ConfigMap } from '@pulumi/pulumi/automation';
import { isSecret, MonitorRun, plain, type Registration } from '../../support/pulumi-monitor';
import type { LabStack, Operation, RunReport, UpOptions } from '../world/lab-stack';
import { runLocal, runRemote, type Connection, type Printed } from './remote-command';
import { StateFile, type SavedResource } from './state-file';

export interface MockStackOptions {
  /** For the state, which holds secrets. */
  readonly folder: string;

  /** Name of the stack. */
  readonly environment: string;

  /** Run for every update. */
  readonly program: () => unknown;
  readonly config: ConfigMap;
}

/**
 * Plays Pulumi without an engine: the program registers its resources through the SDK's official mocks, and commands are carried out on hosts over SSH as
 * the plugin does. What it decides is what a real engine was seen to do (docs/decisions/0009-engine-and-hooks.md), and parity.test.ts compares the two. Objects
 * of Kubernetes are only kept in the state. One run at a time: the SDK has one store for a process.
 */
export class MockStack implements LabStack {
  readonly engine = 'the driver that plays Pulumi';
  private readonly state: StateFile;
  private exported: Readonly<Record<string, unknown>> = {};

  constructor(private readonly options: MockStackOptions) {
    this.state = new StateFile(join(options.folder, `${options.environment}.mock-state.json`));
  }

  preview(): Promise<RunReport> {
    return this.program({}, true);
  }

  up(options: UpOptions = {}): Promise<RunReport> {
    return this.program(options, false);
  }

  async destroy(): Promise<RunReport> {
    const run = new EngineRun(this.state, {}, false);
    await run.ending(run.deleteAll(this.state.all));
    return run.report();
  }

  outputs(): Promise<Readonly<Record<string, unknown>>> {
    return Promise.resolve(this.exported);
  }

  exportState(): Promise<string> {
    return Promise.resolve(JSON.stringify(this.state.all.map(masked), undefined, 1));
  }

  steps(): Promise<string[]> {
    const steps = this.state.all.filter(({ type }) => type === 'command:remote:Command');
    return Promise.resolve(steps.map(({ name }) => name));
  }

  loseState(): Promise<void> {
    this.state.forget();
    return Promise.resolve();
  }

  setConfig(key: string, value: string, secret = false): Promise<void> {
    this.options.config[key] = { value, secret };
    return Promise.resolve();
  }

  removeConfig(key: string): Promise<void> {
    delete this.options.config[key];
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private async program(options: UpOptions, preview: boolean): Promise<RunReport> {
    const { program, environment, config } = this.options;
    const run = new EngineRun(this.state, options, preview);
    const monitor: MonitorRun = new MonitorRun({
      create: (registration) => run.register(registration, (hook) => monitor.callHook(hook, registration)),
    });
    const values = { project: PROJECT, stack: environment, preview, program };
    const work = monitor
      .run({ ...values, config: valuesOf(config, false), secretConfig: valuesOf(config, true) })
      .then(async (outputs) => {
        if (!preview) this.exported = outputs as Readonly<Record<string, unknown>>;
        await run.deleteAll(run.gone(monitor.registrations));
      });
    await run.ending(work);
    return run.report();
  }
}

/** One run of the engine's part. */
class EngineRun {
  private readonly operations: Operation[] = [];
  private readonly errors: string[] = [];
  private readonly said: string[] = [];
  private readonly active = new Set<Promise<unknown>>();
  private readonly replaced: SavedResource[] = [];
  private readonly power = new AbortController();
  private readonly began = Date.now();
  private readonly turns: Array<() => void> = [];
  private running = 0;
  private started = 0;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly state: StateFile,
    private readonly options: UpOptions,
    private readonly preview: boolean,
  ) {
    setMaxListeners(0, this.power.signal);
  }

  /** Waits until work is done, or has failed, or was cut off by a kill, with nothing under way any more. */
  async ending(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.power.signal.aborted) this.errors.push(KILLED);
      if (this.errors.length === 0) this.errors.push(messageOf(error));
      while (this.active.size > 0) await Promise.allSettled(this.active);
    } finally {
      clearTimeout(this.killTimer);
    }
  }

  report(): RunReport {
    const lines = this.operations.map(
      ({ name, kind, failed }) => `${kind} ${name}${failed ? ' **failed**' : ''}`,
    );
    return {
      operations: this.operations,
      output: [...lines, ...this.said, ...this.errors].join('\n'),
      seconds: (Date.now() - this.began) / 1000,
      succeeded: this.errors.length === 0,
    };
  }

  /** What the engine does with a resource that the program registers. */
  async register(registration: Registration, callHook: CallHook): Promise<Answer> {
    await this.untilAllowed();
    const old = this.state.get(registration.urn);
    const inputs = withIgnored(registration, old);
    const changed = old === undefined ? [] : changedKeys(old.inputs, inputs);
    const entry = { ...savedOf(registration), inputs, outputs: old?.outputs ?? {} };
    const kind = this.decide(entry, old, changed);
    if (kind === 'same' || !entry.custom || !COMMAND.test(entry.type)) return this.keep(entry, kind);
    if (this.preview) {
      this.begin(entry, kind);
      return { id: entry.name, state: inputs };
    }
    return this.track(() => this.change(entry, old, kind, registration.hooks, callHook));
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
    const runs = entry.custom && COMMAND.test(entry.type) && !going.has(entry.deletedWith);
    if (this.preview) {
      if (runs) this.begin(entry, 'delete');
      return;
    }
    if (runs) await this.track(() => this.timed(entry, 'delete', () => this.runOperation(entry, 'delete')));
    if (!this.replaced.includes(entry)) this.state.remove(entry.urn);
  }

  private async change(
    entry: SavedResource,
    old: SavedResource | undefined,
    kind: 'create' | 'update' | 'replace' | 'delete',
    hooks: Registration['hooks'],
    callHook: CallHook,
  ): Promise<Answer> {
    const outputs = await this.timed(entry, kind, async () => {
      if (kind === 'replace' && old !== undefined) await this.beforeReplacing(entry, old);
      for (const hook of kind === 'update' ? hooks.beforeUpdate : hooks.beforeCreate) await callHook(hook);
      return { ...(await this.runOperation(entry, kind === 'update' ? 'update' : 'create')) };
    });
    this.state.save({ ...entry, outputs });
    return { id: entry.name, state: { ...entry.inputs, ...outputs } };
  }

  private async beforeReplacing({ deleteBeforeReplace }: SavedResource, old: SavedResource): Promise<void> {
    if (!deleteBeforeReplace) {
      this.replaced.push(old);
      return;
    }
    await this.runOperation(old, 'delete');
    this.state.remove(old.urn);
  }

  private decide(
    { name }: SavedResource,
    old: SavedResource | undefined,
    changed: readonly string[],
  ): Exclude<Operation['kind'], 'delete'> {
    if (old === undefined) return 'create';
    if (changed.includes('triggers') || this.options.replace?.includes(name) === true) return 'replace';
    return changed.length > 0 ? 'update' : 'same';
  }

  /** Nothing is run, but edges and options are written down anew. */
  private keep(entry: SavedResource, kind: Operation['kind']): Answer {
    if (!this.preview) this.state.save(entry);
    if (entry.type.startsWith('kubernetes:') && kind !== 'same') this.begin(entry, kind);
    return { id: entry.name, state: { ...entry.inputs, ...entry.outputs } };
  }

  private async runOperation(
    entry: SavedResource,
    operation: 'create' | 'update' | 'delete',
  ): Promise<Printed> {
    const inputs = unwrapped(entry.inputs) as Readonly<Record<string, unknown>>;
    const command = inputs[operation] ?? (operation === 'update' ? inputs['create'] : undefined);
    if (typeof command !== 'string') return { stdout: '', stderr: '' };
    const stdin = typeof inputs['stdin'] === 'string' ? inputs['stdin'] : '';
    const printed = entry.type.startsWith('command:local')
      ? await runLocal(command, stdin, this.power.signal)
      : await runRemote(inputs['connection'] as Connection, command, stdin, this.power.signal);
    if (printed.stderr !== '') this.said.push(`${entry.name}: ${printed.stderr.trimEnd()}`);
    return printed;
  }

  private async timed<T>(entry: SavedResource, kind: Operation['kind'], work: () => Promise<T>): Promise<T> {
    const operation = this.begin(entry, kind);
    try {
      if (this.power.signal.aborted) throw new Error(KILLED);
      const result = await work();
      if (this.power.signal.aborted) throw new Error(KILLED);
      return result;
    } catch (error) {
      operation.failed = true;
      this.errors.push(`${entry.name}: ${messageOf(error)}`);
      throw error;
    } finally {
      operation.end = Date.now() - this.began;
    }
  }

  private begin(
    { name }: SavedResource,
    kind: Operation['kind'],
  ): { -readonly [K in keyof Operation]: Operation[K] } {
    const start = Date.now() - this.began;
    const operation = { name, kind, start, end: start, failed: false };
    this.operations.push(operation);
    this.options.onOperation?.(name);
    this.started++;
    const { killAfter, killDuring } = this.options;
    if (this.started === killAfter) this.power.abort();
    if (name === killDuring?.name) this.killTimer ??= setTimeout(() => this.power.abort(), killDuring.after);
    return operation;
  }

  private async track<T>(begin: () => Promise<T>): Promise<T> {
    await this.turn();
    await this.untilAllowed();
    const work = begin();
    this.active.add(work);
    try {
      return await work;
    } finally {
      this.active.delete(work);
      this.running--;
      this.turns.shift()?.();
    }
  }

  /** Waits until fewer than `parallel` operations are under way. */
  private async turn(): Promise<void> {
    while (this.running >= (this.options.parallel ?? Infinity))
      await new Promise<void>((resolve) => this.turns.push(resolve));
    this.running++;
  }

  /** After a failure nothing begins; what waits for it waits until the engine is killed, or for ever. */
  private async untilAllowed(): Promise<void> {
    const { signal } = this.power;
    if (signal.aborted) throw new Error(KILLED);
    if (this.errors.length === 0) return;
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error(KILLED)), { once: true });
    });
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
  const { additionalSecretOutputs } = registration;
  return {
    urn,
    type,
    name,
    custom,
    dependencies,
    deletedWith,
    deleteBeforeReplace,
    parent,
    additionalSecretOutputs,
  };
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

type CallHook = (name: string) => Promise<void>;

function valuesOf(config: ConfigMap, secret: boolean): Record<string, string> {
  const entries = Object.entries(config).filter(([, value]) => (value.secret ?? false) === secret);
  return Object.fromEntries(
    entries.map(([key, { value }]) => [key.includes(':') ? key : `${PROJECT}:${key}`, value]),
  );
}

/** As a state on disk has it: nothing that is secret can be read. */
function masked({ additionalSecretOutputs, ...entry }: SavedResource): object {
  const hide = (value: unknown): unknown => {
    if (isSecret(value)) return '[secret]';
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(inner)]));
  };
  const outputs = Object.entries(entry.outputs).map(([key, value]) => [
    key,
    additionalSecretOutputs.includes(key) ? '[secret]' : hide(value),
  ]);
  return { ...entry, inputs: hide(entry.inputs), outputs: Object.fromEntries(outputs) as object };
}

const KILLED = 'the engine was killed, as by SIGKILL';
const PROJECT = 'lab';
const COMMAND = /^command:(remote|local):Command$/;
