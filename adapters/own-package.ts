import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findUpwards } from './find-upwards';

/** Folder with this package's package.json: one up from the sources, two from what is compiled. */
export function ownFolder(): string {
  const file = findUpwards(__dirname, 'package.json');
  if (file === undefined) throw new Error('k3stack is not installed whole: package.json is missing');
  return dirname(file);
}

/** Version of this package. */
export function ownVersion(): string {
  return versionIn(join(ownFolder(), 'package.json'));
}

/** Version that a package.json tells. */
export function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
