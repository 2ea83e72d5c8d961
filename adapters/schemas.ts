import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { KubernetesSchemas } from '../lib/kubernetes/schema';
import { findUpwards } from './find-upwards';

/** The schemas this package ships, read once per process. */
export function loadSchemas(): KubernetesSchemas {
  loaded ??= JSON.parse(brotliDecompressSync(readFileSync(dataFile())).toString('utf8')) as KubernetesSchemas;
  return loaded;
}

/** The data lies at the root of the package: one folder up from the sources, two from what is compiled. */
function dataFile(): string {
  const file = findUpwards(__dirname, join('schemas', 'kubernetes.json.br'));
  if (file === undefined)
    throw new Error('k3stack is not installed whole: schemas/kubernetes.json.br is missing');
  return file;
}

let loaded: KubernetesSchemas | undefined;
