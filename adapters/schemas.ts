import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { KubernetesSchemas } from '../lib/kubernetes/schema';

/** The schemas this package ships, read once per process. */
export function loadSchemas(): KubernetesSchemas {
  loaded ??= JSON.parse(
    brotliDecompressSync(readFileSync(findData(__dirname))).toString('utf8'),
  ) as KubernetesSchemas;
  return loaded;
}

/** The data lies at the root of the package: one folder up from the sources, two from what is compiled. */
function findData(folder: string): string {
  const file = join(folder, 'schemas', 'kubernetes.json.br');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('k3stack is not installed whole: schemas/kubernetes.json.br is missing');
  return findData(parent);
}

let loaded: KubernetesSchemas | undefined;
