import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Script from '../../scripts/custom-resource-schemas.mjs';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { established } from './acceptance';
import { inParallel } from './in-parallel';
import type { ApiClient } from './api-client';

/** Makes every kind that the package's software brings known to the API server, from files of the Go modules it is published in. */
export async function installCustomResources(api: ApiClient): Promise<void> {
  const definitions = await customResourceDefinitions();
  await inParallel(definitions, async (definition) => {
    await api.create(definition, { allowedWarnings: OF_OTHERS });
  });
  await inParallel(definitions, (definition) => established(api, definition));
}

/**
 * Folder with YAML files of further definitions, for software whose definitions no module has: `K3STACK_API_CRDS`.
 *
 * @returns `undefined` when none is given.
 */
export function givenDefinitions(): string | undefined {
  return process.env['K3STACK_API_CRDS'] || undefined;
}

/** All CustomResourceDefinitions of the modules in scripts/custom-resource-schemas.mjs, and those that are given. */
export async function customResourceDefinitions(): Promise<KubernetesObject[]> {
  const { CUSTOM_RESOURCES, customResourceFiles, readDefinitions } = await modulesScript();
  const directories = moduleDirectories(
    CUSTOM_RESOURCES.map(({ module, version }) => `${module}@${version}`),
  );
  const own = CUSTOM_RESOURCES.flatMap((origin, index) => {
    const directory = directories[index] ?? '';
    return customResourceFiles(directory, origin).flatMap((file) => readDefinitions(directory, file));
  });
  const folder = givenDefinitions();
  const given = folder === undefined ? [] : readdirSync(folder).sort();
  return [...own, ...given.flatMap((file) => readDefinitions(folder ?? '', file))];
}

/** The modules with their versions. */
export async function customResourceModules(): Promise<readonly Script.CustomResourceModule[]> {
  return (await modulesScript()).CUSTOM_RESOURCES;
}

/** Imported when it is wanted: it is no CommonJS. */
function modulesScript(): Promise<typeof Script> {
  return import('../../scripts/custom-resource-schemas.mjs');
}

/** Where Go keeps modules, downloaded when they are not there. */
function moduleDirectories(modules: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-modules-'));
  try {
    const answer = execFileSync('go', ['mod', 'download', '-json', ...modules], {
      cwd: folder,
      encoding: 'utf8',
    });
    return (JSON.parse(`[${answer.replaceAll(/\}\s*\{/g, '},{')}]`) as { readonly Dir: string }[]).map(
      ({ Dir }) => Dir,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const OF_OTHERS = [{ warning: /./, reason: 'these files are as their projects publish them' }];
