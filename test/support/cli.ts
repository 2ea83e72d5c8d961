import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { ReachHosts } from '../../cli/hosts/host-operator';
import { run } from '../../cli/run';

/** What a use of the command line left behind. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how the command line is used. */
export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;

  /** @default false */
  readonly tty?: boolean;

  /** What a person answers. @default - there is nobody to ask */
  readonly answer?: string;

  /** @default - over SSH */
  readonly reachHosts?: ReachHosts;
}

/** Uses the command line inside this process. */
export async function cli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { cwd, env = {}, stdin = '', tty = false, answer, reachHosts } = options;
  const text = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: tty,
    write: (chunk: string) => void (text[name] += chunk),
  });
  const code = await run(args, {
    cwd,
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: () => Promise.resolve(stdin),
    ...(answer !== undefined && { ask: () => Promise.resolve(answer) }),
    ...(reachHosts && { reachHosts }),
  });
  return { code, ...text };
}

/** A folder of its own with these files, outside of the repository; removed after the tests of the file. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'k3stack-test-')));
  folders.push(folder);
  addFiles(folder, files);
  return folder;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Writes files, relative to a folder. */
export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A program of these environments, one server each, with a release that can be named. */
export function k3sProgram(environments: readonly string[], version = 'v1.34.1+k3s1', rest = ''): string {
  return `import { Datastore, environments, K3sCluster } from 'k3stack';
export default environments(${JSON.stringify(Object.fromEntries(environments.map((name) => [name, {}])))}, (env) => {
  const servers = { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } };
  const cluster = new K3sCluster(env, 'k3s', { version: '${version}', datastore: Datastore.forServers(servers), servers });
  ${rest}
});
`;
}

/** A program with a cluster that something else made, and nothing to warn of. */
export function existingProgram(environments: readonly string[], rest = ''): string {
  return `import { environments, ExistingCluster, Namespace } from 'k3stack';
export default environments(${JSON.stringify(Object.fromEntries(environments.map((name) => [name, {}])))}, (env) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
  ${rest}
});
`;
}
