import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CrdSource } from '../../lib/import-crd/crd';
import { customResourceModules } from './custom-resource-definitions';

/** A folder or file of a Go module that has CustomResourceDefinitions. */
export interface CrdFolder {
  readonly module: string;
  readonly version: string;
  readonly path: string;
}

/** Where definitions lie: those that the API server of the tests gets, and others that are hard. */
export async function crdFolders(): Promise<CrdFolder[]> {
  const modules = [...(await customResourceModules()), ...OTHERS];
  return modules.flatMap(({ module, version, paths }) => paths.map((path) => ({ module, version, path })));
}

/** Whether Go is installed: it brings the modules. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** Where Go keeps a module, downloaded when it is not there. */
export function moduleFolder(module: string, version: string): string {
  const told = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  return (JSON.parse(told) as { readonly Dir: string }).Dir;
}

/** The texts of definitions. */
export function sourcesIn({ module, version, path }: CrdFolder): CrdSource[] {
  const folder = moduleFolder(module, version);
  return filesAt(folder, path).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

function filesAt(folder: string, path: string): string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  return readdirSync(join(folder, path))
    .filter((file) => /\.ya?ml$/.test(file) && file !== 'kustomization.yaml')
    .sort()
    .map((file) => `${path}/${file}`);
}

/** Their folders were read in the modules themselves. */
const OTHERS = [
  {
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.5.7',
    paths: ['manifests/crds/applicationset-crd.yaml'],
  },
  { module: 'sigs.k8s.io/gateway-api', version: 'v1.6.3', paths: ['config/crd/experimental'] },
  {
    module: 'istio.io/api',
    version: 'v1.31.1',
    paths: ['kubernetes/customresourcedefinitions.gen.yaml'],
  },
];
