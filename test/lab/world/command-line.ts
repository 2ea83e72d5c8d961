import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { K3sClusterProps } from 'k3stack';
import { SecretRef } from '../../../lib/secret';
import { runTool, tool, type ToolResult } from '../hosts/run-tool';
import { type ClusterProps, ENVIRONMENT, type World } from './world';

/** The command line of k3stack in a process of its own, as `npm run build` or `scripts/prepare.mjs` has made it, in the folder of a program. */
export class CommandLine {
  /** Its home folder, away from the one of whoever runs the test. */
  readonly home: string;

  /** @param folder Of the program. @default - the project of the world */
  constructor(
    private readonly world: World,
    readonly folder = world.project.folder,
  ) {
    this.home = join(folder, 'home');
    mkdirSync(this.home, { recursive: true });
  }

  /** Writes a program of one cluster, as {@link World.declare} has it. */
  declare(props: ClusterProps): void {
    this.declareExactly(this.world.propsOf(props));
  }

  /** The same of exactly these props. */
  declareExactly(props: K3sClusterProps): void {
    const text = [
      "import { environments, K3sCluster, secret } from 'k3stack';",
      `export default environments({ ${ENVIRONMENT}: {} }, (env) => {`,
      `  new K3sCluster(env, 'k3s', ${source(props)} as never);`,
      '  void secret;',
      '});',
      '',
    ].join('\n');
    writeFileSync(join(this.folder, 'environments.ts'), text);
  }

  /** Runs it with a key that all hosts accept; whatever the exit code is. */
  run(...args: readonly string[]): Promise<ToolResult> {
    return this.runAs(this.world.lab.keys.privateKeyFile, args);
  }

  /** Makes a project. */
  async init(...args: readonly string[]): Promise<void> {
    await tool(process.execPath, [MAIN, 'init', ...args]);
  }

  /** Runs it with another key, or further variables. */
  async runAs(
    identity: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ToolResult> {
    const result = await runTool(
      '/bin/sh',
      [
        '-c',
        'cd "$1" && shift && exec "$@"',
        'sh',
        this.folder,
        process.execPath,
        MAIN,
        ...args,
        '--identity',
        identity,
      ],
      {
        timeout: 900_000,
        env: { HOME: this.home, KUBECONFIG: '', SSH_AUTH_SOCK: '', K3STACK_BACKUP_PASSPHRASE: '', ...env },
      },
    );
    this.world.printed.push(result.stdout, result.stderr);
    return result;
  }
}

/** TypeScript of a value; a secret stays the reference that it is. */
function source(value: unknown): string {
  if (value instanceof SecretRef) return `secret('${value.name}')`;
  if (Array.isArray(value)) return `[${value.map(source).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{ ${entries.map(([key, each]) => `${JSON.stringify(key)}: ${source(each)}`).join(', ')} }`;
}

const MAIN = join(__dirname, '..', '..', '..', 'build', 'cli', 'main.js');
