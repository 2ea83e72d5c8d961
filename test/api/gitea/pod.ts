import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvVar } from '../../../constructs/workloads/environment-variables';
import { expanded } from '../postgres/container';
import type { Cell, CellContainer } from './cell';

/** Pod spec of a manifest, as far as it matters here. */
export interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly securityContext?: { readonly readOnlyRootFilesystem?: boolean };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly defaultMode?: number };
  readonly projected?: object;
}

/** What the API server would give a kubelet. */
export interface PodWorld {
  /** Name of the pod, unique in the cell. */
  readonly name: string;

  /** Kubernetes Secrets of its namespace, by `name/key`. */
  readonly secrets: Readonly<Record<string, string>>;

  /** ConfigMaps of its namespace. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;

  /** Files of a projected volume. */
  readonly token?: Readonly<Record<string, string>>;

  /** Variables that a kubelet adds. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A pod whose containers a test starts one by one, as a kubelet does. */
export class CellPod {
  constructor(
    private readonly cell: Cell,
    private readonly spec: PodSpec,
    private readonly world: PodWorld,
  ) {
    for (const volume of spec.volumes ?? []) this.fill(volume);
  }

  /** The container as the manifest has it. */
  container(name: string, more: { readonly mounts?: Readonly<Record<string, string>> } = {}): CellContainer {
    const all = [...(this.spec.initContainers ?? []), ...this.spec.containers];
    const found = all.find((container) => container.name === name);
    if (found === undefined) throw new Error(`pod ${this.world.name} has no container ${name}`);
    const env = this.environment(found.env ?? []);
    const mounts = (found.volumeMounts ?? []).map(({ name: volume, mountPath }) => [
      mountPath,
      this.folder(volume),
    ]);
    const expand = (words: readonly string[]) => words.map((word) => expanded(word, env));
    return {
      name: `${this.world.name}-${name}`,
      ...(found.command && { command: expand(found.command) }),
      ...(found.args && { args: expand(found.args) }),
      env: { ...this.world.env, ...env },
      mounts: { ...more.mounts, ...(Object.fromEntries(mounts) as Record<string, string>) },
      readOnlyRoot: found.securityContext?.readOnlyRootFilesystem ?? false,
    };
  }

  /** Where a volume of the pod is on this machine. */
  folder(volume: string): string {
    return this.cell.volume(`${this.world.name}-${volume}`);
  }

  private environment(variables: readonly EnvVar[]): Record<string, string> {
    const env: Record<string, string> = {};
    for (const variable of variables)
      env[variable.name] =
        'value' in variable ? expanded(variable.value, env) : this.secret(variable.valueFrom);
    return env;
  }

  private secret(from: object): string {
    const { name, key } = (from as { secretKeyRef: { name: string; key: string } }).secretKeyRef;
    const value = this.world.secrets[`${name}/${key}`];
    if (value === undefined) throw new Error(`there is no key ${key} in Secret ${name}`);
    return value;
  }

  private fill({ name, configMap, projected }: Volume): void {
    const folder = this.folder(name);
    const files = configMap ? this.world.configMaps[configMap.name] : projected && this.world.token;
    if ((configMap || projected) && files === undefined)
      throw new Error(`nothing is known of volume ${name}`);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files ?? {}))
      writeFileSync(join(folder, file), text, { mode: configMap?.defaultMode ?? 0o644 });
  }
}
