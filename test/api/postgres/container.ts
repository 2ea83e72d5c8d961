import { spawn } from 'node:child_process';
import type { EnvVar } from '../../../constructs/workloads/environment-variables';

/** A container as a manifest says it, as far as tests run it. */
export interface ManifestContainer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly EnvVar[];
}

/** What stands for the machine that a container would find. */
export interface Machine {
  /** Values of Kubernetes Secrets: `name/key`. */
  readonly secrets: Readonly<Record<string, string>>;

  /** Variables that say where things are here: folders, ports, programs. */
  readonly env: Readonly<Record<string, string>>;

  /** Programs in place of those of the command's first word. @default - the same ones */
  readonly programs?: Readonly<Record<string, readonly string[]>>;

  /** User that runs it. @default - this one */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How a container ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A container's process. */
export interface Running {
  readonly ended: Promise<Ended>;

  /** Everything it has said so far. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the command of a container, exactly as the manifest has it, with the variables that a kubelet would give it. */
export function start(container: ManifestContainer, machine: Machine, more: readonly string[] = []): Running {
  const env = variables(container.env, machine);
  const given = [...container.command, ...(container.args ?? [])].map((word) => expanded(word, env));
  const [first = '', ...rest] = given;
  const [program = '', ...before] = machine.programs?.[first] ?? [first];
  const child = spawn(program, [...before, ...rest, ...more], {
    env: { ...env, ...machine.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...machine.user,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output: text }));
  });
  return {
    ended,
    output: () => text,
    kill: (signal) => void (child.pid !== undefined && process.kill(-child.pid, signal)),
  };
}

function variables(env: readonly EnvVar[], { secrets }: Machine): Record<string, string> {
  return Object.fromEntries(
    env.map((entry) => {
      if ('value' in entry) return [entry.name, entry.value];
      const { secretKeyRef } = entry.valueFrom as { secretKeyRef: { name: string; key: string } };
      const value = secrets[`${secretKeyRef.name}/${secretKeyRef.key}`];
      if (value === undefined)
        throw new Error(`there is no key ${secretKeyRef.key} in Secret ${secretKeyRef.name}`);
      return [entry.name, value];
    }),
  );
}

/** `$(NAME)` and `$$` as a kubelet reads them: kubernetes/kubernetes@v1.34.1:third_party/forked/golang/expansion/expand.go. */
export function expanded(word: string, env: Readonly<Record<string, string>>): string {
  return word.replace(/\$(\$|\(([^)]*)\))/g, (whole, after: string, name?: string) =>
    after === '$' ? '$' : (env[name ?? ''] ?? whole),
  );
}
