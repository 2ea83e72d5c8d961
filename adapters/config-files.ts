import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigFiles } from '../lib/distributions/k3s/config-file';
import { K3stackError } from '../lib/errors';
import { INPUT_LIMIT, tooLarge } from './input-limit';
import { isFolder } from './path-stat';
import { readTextFile } from './text-file';

/**
 * A config.yaml of a node and the drop-ins in the folder beside it, `<name>.d`.
 *
 * @throws K3stackError `NO_CONFIG_FILE`, and `INPUT_TOO_LARGE` for one that is no configuration.
 */
export function readConfigFiles(file: string, folder: string): ConfigFiles {
  const path = resolve(folder, file);
  const dropInFolder = `${path}.d`;
  const base = readConfig(path);
  if (base === undefined && !isFolder(dropInFolder)) {
    throw new K3stackError(
      'NO_CONFIG_FILE',
      `there is no ${path}; name a config.yaml, or - for standard input`,
    );
  }
  return { ...(base !== undefined && { base }), dropIns: textsIn(dropInFolder) };
}

/** None where the folder is not there or is no folder, as K3s sees it. */
function textsIn(folder: string): Record<string, string> {
  if (!isFolder(folder)) return {};
  const names = readdirSync(folder).filter((name) => !isFolder(join(folder, name)));
  return Object.fromEntries(names.map((name) => [name, readConfig(join(folder, name)) ?? '']));
}

function readConfig(path: string): string | undefined {
  return readTextFile(path, {
    folder: (problem) => new K3stackError('NO_CONFIG_FILE', `${path} ${problem}; name the config.yaml in it`),
    size: { limit: INPUT_LIMIT, refusal: () => tooLarge(path) },
  });
}
