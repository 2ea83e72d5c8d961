import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const MEBIBYTE = 1024 * 1024;

/** What a user writes who has only this package. */
const program = `
import { K3sCluster, LocalPathStorage, environments } from 'k3stack';

export default environments({ home: { address: '192.0.2.10' } }, (env, { address }) => {
  const cluster = new K3sCluster(env, 'k3s', { version: 'v1.34.1+k3s1', servers: { alfa: { nodeIp: address } } });
  new LocalPathStorage(cluster, 'local-path');
});
`;

const stackProgram = `
import { run, Host, K3sClusterStack, synthesisOf, type StackOutputs } from 'k3stack/pulumi';
import environments from './environments.js';

export const outputs: StackOutputs = run(environments, { workloads: 'none' });
export const { nodeName } = new Host('alfa', { synthesis: synthesisOf(environments, 'home'), access: {} });
// @ts-expect-error -- misspelt
export const misspelt = () => run(environments, { wrokloads: 'none' });
export const lifetimeOf = (cluster: K3sClusterStack) => ({ deletedWith: cluster.lifetime });
`;

const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
  },
  files: ['environments.ts'],
};

describe('the packed package, installed into an empty folder without Pulumi', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-package-'));
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  let archive: string;

  beforeAll(() => {
    const root = process.cwd();
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    archive = join(folder, (JSON.parse(packed) as [{ filename: string }])[0].filename);
    const versions = (
      JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        devDependencies: Record<string, string>;
      }
    ).devDependencies;
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    writeFileSync(join(folder, 'environments.ts'), program);
    const tools = ['typescript', '@types/node'].map((name) => `${name}@${versions[name]}`);
    run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', archive, ...tools);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is found by its names in ECMAScript modules, on which Node insists', () => {
    const names = "import { WebService, K3sCluster, SecretRef } from 'k3stack';";
    writeFileSync(
      join(folder, 'main.mjs'),
      `${names}\nconsole.log([WebService, K3sCluster, SecretRef.existing].map((each) => typeof each).join());`,
    );
    expect(run('node', 'main.mjs').trim()).toBe('function,function,function');
  });

  test('loads what is used of it only', () => {
    const script = [
      "void require('k3stack').WebService;",
      "const files = Object.keys(require.cache).filter((file) => file.includes('k3stack'));",
      "console.log(files.filter((file) => /postgres|edge|inference|platform.(?!k3s-cluster-of)|cdk8s-plus/.test(file.slice(file.lastIndexOf('k3stack')))).length, files.length > 10);",
    ].join('\n');
    expect(run('node', '-e', script).trim()).toBe('0 true');
  });

  test('stays under 4 MB', () => {
    expect(statSync(archive).size).toBeLessThan(4 * MEBIBYTE);
  });

  test('brings no Pulumi along', () => {
    expect(existsSync(join(folder, 'node_modules/cdk8s'))).toBe(true);
    expect(existsSync(join(folder, 'node_modules/@pulumi'))).toBe(false);
  });

  test('synthesizes a program', () => {
    run('npx', '--no-install', 'k3stack', 'synth', '--quiet');
    const synthesis = JSON.parse(readFileSync(join(folder, 'dist/home/synthesis.json'), 'utf8')) as {
      hosts: { name: string }[];
    };
    expect(synthesis.hosts.map((host) => host.name)).toEqual(['alfa']);
  });

  test('type-checks a program, and a misspelt option in it fails', () => {
    run('npx', '--no-install', 'tsc');
    writeFileSync(
      join(folder, 'environments.ts'),
      program.replace('servers:', "config: { server: { 'tls-sans': ['x'] } }, servers:"),
    );
    expect(() => run('npx', '--no-install', 'tsc')).toThrow();
  });

  describe('with the packages of Pulumi beside it', () => {
    beforeAll(() => {
      // What they need themselves is found where they really are.
      symlinkSync(join(process.cwd(), 'node_modules/@pulumi'), join(folder, 'node_modules/@pulumi'));
      writeFileSync(join(folder, 'environments.ts'), program);
      writeFileSync(join(folder, 'index.ts'), stackProgram);
    });

    test('type-checks the program of a stack, and finds a misspelt option in it', () => {
      const compilerOptions = { ...tsconfig.compilerOptions, skipLibCheck: true };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['index.ts'] }));
      run('npx', '--no-install', 'tsc');
    }, 60_000);

    test('loads its components, which find the scripts for hosts', () => {
      const found = JSON.parse(
        run(
          'node',
          '-e',
          `const components = Object.keys(require('k3stack/pulumi'));
           const { readHostScripts } = require(require.resolve('k3stack/package.json').replace('package.json', 'build/adapters/hosts/host-scripts.js'));
           console.log(JSON.stringify({ components, scripts: readHostScripts('k3s').files }));`,
        ),
      ) as { components: string[]; scripts: Record<string, string> };
      expect(found.components.sort()).toEqual([
        'GitWorkloads',
        'Host',
        'K3sClusterStack',
        'Workloads',
        'run',
        'synthesisOf',
      ]);
      const sources = ['lib/hosts/scripts', 'lib/distributions/k3s/scripts'].flatMap((sourceFolder) =>
        readdirSync(sourceFolder).filter((file) => file.endsWith('.sh')),
      );
      expect(Object.keys(found.scripts).sort()).toEqual(sources.sort());
      expect(found.scripts['job.sh']).toBe(readFileSync('lib/hosts/scripts/job.sh', 'utf8'));
    }, 60_000);
  });
});
