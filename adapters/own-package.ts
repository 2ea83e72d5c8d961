import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder with this package's package.json: one up from the sources, two from what is compiled. */
export function ownFolder(): string {
  const above = dirname(__dirname);
  return existsSync(join(above, 'package.json')) ? above : dirname(above);
}

/** Version of this package. */
export function ownVersion(): string {
  return versionIn(join(ownFolder(), 'package.json'));
}

/** Version that a package.json tells. */
export function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
