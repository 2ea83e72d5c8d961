import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigFiles } from '../lib/distributions/k3s/config-file';
import { K3stackError } from '../lib/errors';

/**
 * A config.yaml of a node and the drop-ins in the folder beside it, `<name>.d`.
 *
 * @throws K3stackError `NO_CONFIG_FILE`
 */
export function readConfigFiles(file: string, folder: string): ConfigFiles {
  const path = resolve(folder, file);
  const dropInFolder = `${path}.d`;
  if (!existsSync(path) && !existsSync(dropInFolder)) {
    throw new K3stackError(
      'NO_CONFIG_FILE',
      `there is no ${path}; name a config.yaml, or - for standard input`,
    );
  }
  return {
    ...(existsSync(path) && { base: readFileSync(path, 'utf8') }),
    dropIns: existsSync(dropInFolder) ? textsIn(dropInFolder) : {},
  };
}

function textsIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}
