import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A way to install exactly what a lock file says. */
export interface PackageManager {
  readonly name: string;

  /** Words of a process; none of them runs a script of a package. */
  readonly install: readonly string[];

  /** Variables besides. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** A lock file and who wrote it. */
export interface LockFile {
  /** Folder it lies in, of which the packages are installed. */
  readonly folder: string;
  readonly file: string;
  readonly manager: PackageManager;
}

/**
 * The lock file that a program's packages are installed by: the nearest one, from its folder up to the root of the repository.
 *
 * @param folder Absolute path of the program's folder.
 * @param root Absolute path that is not left.
 */
export function findLockFile(folder: string, root: string): LockFile | undefined {
  for (const [name, manager] of LOCK_FILES) {
    const file = join(folder, name);
    if (existsSync(file)) return { folder, file, manager: manager(folder) };
  }
  const parent = dirname(folder);
  return folder === root || parent === folder ? undefined : findLockFile(parent, root);
}

/** Options as in npm@11 `npm help ci`. */
const npm = (): PackageManager => ({
  name: 'npm',
  install: ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
});

/** Options as in pnpm@10 `pnpm help install`. */
const pnpm = (): PackageManager => ({
  name: 'pnpm',
  install: ['pnpm', 'install', '--frozen-lockfile', '--ignore-scripts'],
});

/** Options as in yarn@1.22 `yarn help install` and @yarnpkg/cli-dist@4 `yarn install --help`; the later ones have a configuration in YAML. */
const yarn = (folder: string): PackageManager =>
  existsSync(join(folder, '.yarnrc.yml'))
    ? {
        name: 'yarn',
        install: ['yarn', 'install', '--immutable', '--mode=skip-build'],
        env: { YARN_ENABLE_TELEMETRY: '0' },
      }
    : {
        name: 'yarn',
        install: ['yarn', 'install', '--frozen-lockfile', '--ignore-scripts', '--non-interactive'],
      };

/** Options as in bun@1 `bun install --help`. */
const bun = (): PackageManager => ({
  name: 'bun',
  install: ['bun', 'install', '--frozen-lockfile', '--ignore-scripts'],
});

/** By what npm takes first where there are two, then by name. */
const LOCK_FILES: readonly (readonly [string, (folder: string) => PackageManager])[] = [
  ['npm-shrinkwrap.json', npm],
  ['package-lock.json', npm],
  ['pnpm-lock.yaml', pnpm],
  ['yarn.lock', yarn],
  ['bun.lock', bun],
  ['bun.lockb', bun],
];
