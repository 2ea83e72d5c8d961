import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Origin, OriginsDocument } from '../../../lib/origins';
import { cli, folderWith } from '../../support/cli';

/** A folder with these files, and the packages that a program with constructs of its own imports. */
function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = folderWith(files);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of ['cdk8s', 'constructs'])
    symlinkSync(join(__dirname, '../../../node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** Runs `synth --origins` in a folder with these files, and returns the origins of `production`. */
async function originsOf(
  files: Readonly<Record<string, string>>,
  program = '.',
): Promise<Readonly<Record<string, Origin>>> {
  const folder = projectWith(files);
  const out = join(folder, 'origins.json');
  const { code, stderr } = await cli(['synth', '--program', program, '--origins', out], { cwd: folder });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const document = JSON.parse(readFileSync(out, 'utf8')) as OriginsDocument;
  expect(document.schema).toBe('k3stack.origins/v1');
  return document.environments['production'] ?? {};
}

/** Where a text stands, as an origin; with `‸` in it where exactly. */
function placeOf(file: string, source: string, text: string): Origin {
  const at = source.indexOf(text.replace('‸', '')) + Math.max(text.indexOf('‸'), 0);
  expect(at).toBeGreaterThan(-1);
  const before = source.slice(0, at).split('\n');
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const PROGRAM = `import { Chart, ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { environments, ExistingCluster, Namespace, WebService } from 'k3stack';
import { addApi } from './parts/api';

interface Settings {
  readonly replicas: number;
}

class Notes extends Construct {
  constructor(scope: Construct, id: string, private readonly texts: readonly string[]) {
    super(scope, id);
    this.texts.forEach((text, index) =>
      new ApiObject(this, \`note-\${index}\`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop' }, data: { text } }));
  }
}

export default environments<Settings>({ production: { replicas: 2 } }, (env, { replicas }) => {
  const cluster = new ExistingCluster(env, 'laptop', {
    kubeconfig: { context: 'k3d' },
    kubernetesVersion: '1.34',
  });
  const shop = new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
  const web = new WebService(shop, 'web', { image: 'ghcr.io/acme/shop:1.4.2', replicas });
  void web; addApi(shop);
  for (const name of ['red', 'blue']) {
    const chart = new Chart(env, name, { namespace: 'shop', disableResourceNameHashes: true });
    new ApiObject(chart, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { name } });
  }
  new Notes(shop, 'notes', ['one', 'two']);
});
`;

const API = `import { WebService, type Namespace } from 'k3stack';

/** A part of the shop. */
export function addApi(namespace: Namespace): WebService {
  const image: string = 'ghcr.io/acme/api:2.0.0';

  return new WebService(namespace, 'api', { image });
}
`;

test('says of each object of a TypeScript program which line and column made it', async () => {
  const origins = await originsOf({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  const place = (text: string): Origin => placeOf('environments.ts', PROGRAM, text);
  expect(origins['laptop']).toEqual(place("new ExistingCluster(env, 'laptop'"));
  expect(origins['laptop/shop']).toEqual(place("new Namespace(cluster, 'shop'"));
  expect(origins['laptop/shop/web']).toEqual(place("new WebService(shop, 'web'"));
  const object = place("new ApiObject(chart, 'settings'");
  expect([origins['red/settings'], origins['blue/settings']]).toEqual([object, object]);
  expect(origins['laptop/shop/notes/note-1']).toEqual(place('new ApiObject(this'));
});

test('gives everything that a preset makes the line of the preset', async () => {
  const origins = await originsOf({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  const made = Object.keys(origins).filter((path) => path.startsWith('laptop/shop/web/'));
  expect(made.length).toBeGreaterThan(3);
  const preset = placeOf('environments.ts', PROGRAM, "new WebService(shop, 'web'");
  expect(made.filter((path) => JSON.stringify(origins[path]) !== JSON.stringify(preset))).toEqual([]);
});

test('names the helper in another file that calls new, not who calls the helper', async () => {
  const origins = await originsOf({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  expect(origins['laptop/shop/api']).toEqual(placeOf('parts/api.ts', API, 'new WebService('));
});

test('has an origin for every path that the synthesis names', async () => {
  const folder = projectWith({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  await cli(['synth', '--origins', 'origins.json'], { cwd: folder });
  const synthesis = readFileSync(join(folder, 'dist/production/synthesis.json'), 'utf8');
  const paths = [...synthesis.matchAll(/"path": ?"(laptop[^"]*|red[^"]*|blue[^"]*)"/g)].map(
    ([, path]) => path,
  );
  const document = JSON.parse(readFileSync(join(folder, 'origins.json'), 'utf8')) as OriginsDocument;
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((path) => document.environments['production']?.[path ?? ''] === undefined)).toEqual([]);
});

test.each(['environments.mts', 'environments.cts', 'environments.js', 'environments.mjs'])(
  'works for %s',
  async (name) => {
    const source = `import { environments, ExistingCluster, Namespace } from 'k3stack';

export default environments({ production: {} }, (env) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  if (true) { new Namespace(cluster, 'shop', { podSecurity: 'baseline' }); }
});
`;
    const origins = await originsOf({ [name]: source });
    expect(origins['laptop/shop']).toEqual(placeOf(name, source, 'new Namespace('));
  },
);

test('works for CommonJS', async () => {
  const source = `const { environments, ExistingCluster, Namespace } = require('k3stack');
module.exports = environments({ production: {} }, (env) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
});
`;
  const origins = await originsOf({ 'environments.cjs': source });
  expect(origins['laptop/shop']).toEqual(placeOf('environments.cjs', source, 'new Namespace('));
});

test('names the TypeScript that a compiler made a JavaScript program of', async () => {
  // typescript 5.9.3: tsc --module commonjs --target es2022 --sourceMap src/environments.ts
  const source = `import { environments, ExistingCluster } from 'k3stack';

interface Nothing {}

export default environments<Nothing>({ production: {} }, (env) => {
  new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
});
`;
  const ts = await import('typescript');
  const { outputText, sourceMapText = '' } = ts.transpileModule(source, {
    fileName: '../src/environments.ts',
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true },
  });
  const map = { ...(JSON.parse(sourceMapText) as object), sources: ['../src/environments.ts'] };
  const origins = await originsOf(
    {
      'src/environments.ts': source,
      'build/environments.js': outputText,
      'build/environments.js.map': JSON.stringify(map),
    },
    'build/environments.js',
  );
  expect(origins['laptop']).toEqual(placeOf('src/environments.ts', source, 'new ExistingCluster('));
});

test('names files relative to the working directory, from a program below it', async () => {
  const origins = await originsOf(
    { 'deploy/infra/environments.ts': PROGRAM, 'deploy/infra/parts/api.ts': API },
    'deploy/infra',
  );
  expect(origins['laptop/shop/api']).toMatchObject({ file: 'deploy/infra/parts/api.ts', line: 7 });
});

test('takes the line of the program for what a library in node_modules makes', async () => {
  const library = `const { ApiObject } = require('cdk8s');
const { Construct } = require('constructs');
exports.Banner = class Banner extends Construct {
  constructor(scope, id) {
    super(scope, id);
    new ApiObject(this, 'text', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop' } });
  }
};
`;
  const source = `import { environments, ExistingCluster, Namespace } from 'k3stack';
import { Banner } from '@acme/banner';
export default environments({ production: {} }, (env) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  const shop = new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
  new Banner(shop, 'banner');
});
`;
  const origins = await originsOf({
    'environments.ts': source,
    'node_modules/@acme/banner/package.json':
      '{ "name": "@acme/banner", "version": "1.0.0", "main": "index.js" }',
    'node_modules/@acme/banner/index.js': library,
  });
  expect(origins['laptop/shop/banner/text']).toEqual(placeOf('environments.ts', source, 'new Banner('));
});

test('keeps the origins of two environments apart', async () => {
  const source = `import { environments, ExistingCluster, Namespace } from 'k3stack';
export default environments({ production: { name: 'a' }, staging: { name: 'b' } }, (env, { name }) => {
  const cluster = new ExistingCluster(env, 'laptop', { kubeconfig: { context: 'k3d' }, kubernetesVersion: '1.34' });
  if (name === 'a') new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
  else new Namespace(cluster, 'shop', { podSecurity: 'baseline' });
});
`;
  const folder = folderWith({ 'environments.ts': source });
  await cli(['synth', '--origins', 'origins.json'], { cwd: folder });
  const { environments } = JSON.parse(readFileSync(join(folder, 'origins.json'), 'utf8')) as OriginsDocument;
  expect(environments['production']?.['laptop/shop']?.line).toBe(4);
  expect(environments['staging']?.['laptop/shop']?.line).toBe(5);
});

test('writes the same bytes to dist with and without origins, and the origins nowhere else', async () => {
  const folder = projectWith({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  const read = (name: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file.slice(join(folder, name).length), readFileSync(file, 'utf8')]),
    );
  await cli(['synth', '--out', 'with', '--origins', 'origins.json'], { cwd: folder });
  await cli(['synth', '--out', 'without'], { cwd: folder });
  expect(Object.keys(read('with')).length).toBeGreaterThan(2);
  expect(read('with')).toEqual(read('without'));
});

test('does not keep what it transformed where synth without origins would find it', async () => {
  const folder = projectWith({ 'environments.ts': PROGRAM, 'parts/api.ts': API });
  await cli(['synth', '--origins', 'origins.json'], { cwd: folder });
  const kept = readdirSync(join(folder, 'node_modules/.cache/jiti'));
  expect(kept.filter((name) => !name.includes('+map'))).toEqual([]);
  expect(kept.length).toBeGreaterThan(0);
});

test('tells a syntax error of the program as it does without origins', async () => {
  const folder = folderWith({ 'environments.ts': 'export default {\n  a: : 1,\n};\n' });
  const plain = await cli(['synth'], { cwd: folder });
  const traced = await cli(['synth', '--origins', 'origins.json'], { cwd: folder });
  expect(traced).toEqual(plain);
  expect(traced.stderr).toContain('environments.ts:2:6');
  expect(existsSync(join(folder, 'origins.json'))).toBe(false);
});
