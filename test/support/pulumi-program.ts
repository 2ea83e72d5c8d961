import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environments, type Environment } from '../../constructs';
import { synthesisContext } from '../../adapters/context';
import { synthesize } from '../../constructs/synthesis/synthesize';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import type { OpenOperatorSide } from '../../stacks/cluster-steps';
import { isSecret, MonitorRun, type EnginePart, type ProgramRun, type Registration } from './pulumi-monitor';

/** What a run of a program registered. */
export interface Ran {
  readonly outputs: unknown;
  readonly resources: ReadonlyMap<string, Registration>;

  /** Names of steps and objects in the order in which they were done. */
  readonly order: readonly string[];
  readonly monitor: MonitorRun;
}

/** Runs a program against mocks that answer as the hosts would. */
export async function ran(
  run: ProgramRun & { readonly hooks?: boolean },
  engine: EnginePart = answeringHosts(run.preview),
): Promise<Ran> {
  const order: string[] = [];
  const monitor = new MonitorRun({
    create: async (registration) => {
      if (run.hooks === true)
        for (const hook of registration.hooks.beforeCreate) await monitor.callHook(hook, registration);
      const result = await engine.create(registration);
      if (registration.custom) order.push(registration.name);
      return result;
    },
  });
  const outputs = await monitor.run(run);
  const resources = new Map(monitor.registrations.map((entry) => [entry.name, entry]));
  return { outputs, order, monitor, resources: new Map([...resources, ...byUrn(monitor.registrations)]) };
}

/** What the scripts report, as far as the program reads it. Fails for a type that nobody expects. */
export function answeringHosts(preview = false): EnginePart {
  return {
    create: ({ type, name, inputs }) => {
      if (
        !/^(pulumi:pulumi:Stack|k3stack:index:\w+|command:(remote|local):Command|pulumi:providers:kubernetes|kubernetes:.*)$/.test(
          type,
        )
      )
        return Promise.reject(new Error(`no ${type} was expected`));
      const report = { k3stack: 1, step: name, node: 'alfa', did: [], ...REPORTS[name.split('/')[1] ?? ''] };
      const outputs =
        type.startsWith('command:') && !preview
          ? { stdout: `Welcome!\n${JSON.stringify(report)}`, stderr: '' }
          : {};
      return Promise.resolve({ id: name, state: { ...inputs, ...outputs } });
    },
  };
}

/** Runs nothing on hosts, and tells what it was asked. */
export function recordingSide(calls: string[], fail?: (step: string) => void): OpenOperatorSide {
  return (_, login, { late }) => {
    calls.push(`open ${JSON.stringify({ ...login, late })}`);
    return {
      beforeStep: (step, operation) => {
        calls.push(`${operation} ${step.id}`);
        fail?.(step.id);
        return Promise.resolve();
      },
      close: () => void calls.push('close'),
    };
  };
}

/** The synthesis of one environment, with a lock file and host keys for whatever it needs. */
export function provisionable(define: (env: Environment) => void, name = 'production'): Synthesis {
  const context = synthesisContext(tmpdir());
  const program = environments({ [name]: {} }, define);
  return synthesize(program.build(name), {
    ...context,
    checksum: (_, artifact) => artifact.padEnd(64, '0').replace(/[^0-9a-f]/g, '0'),
    hostKey: () => HOST_KEY,
  });
}

/** A folder with a program's lock file and known_hosts, gone after the run. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-stack-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every text that lies open in a resource: what neither is marked as a secret, nor lies in something that is. */
export function openTexts(value: unknown): string[] {
  if (isSecret(value)) return [];
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [key, ...openTexts(entry)]);
}

function byUrn(registrations: readonly Registration[]): [string, Registration][] {
  return registrations.map((entry) => [entry.urn, entry]);
}

const REPORTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bootstrap: { caHash: 'c0ffee' },
  kubeconfig: {
    caHash: 'c0ffee',
    kubeconfig: Buffer.from('apiVersion: v1 # canary-kubeconfig').toString('base64'),
  },
};

export const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL1iFfMo5IyahdkpWzNueMmi2CgDFa2UgevYEcBsP0Kg';
