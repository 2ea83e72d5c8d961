import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { invalidInput } from './input-error';

/** A text file that was given, or found in a folder that was. */
export interface SourceFile {
  /** As messages name it. */
  readonly path: string;

  /** Name without folders. */
  readonly name: string;

  /** Name of the folder it lies in. */
  readonly folder: string;
  readonly text: string;
}

/** The files of one host. */
export interface HostSource {
  /** Name of its folder, when a folder was given. */
  readonly name?: string;

  /** Name of the folder its files lie in, when single files were given. */
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

/**
 * Reads what `init --from` was given: files, folders of one host each, or a folder of such folders. Files of one folder are one host; a
 * config.yaml brings the drop-ins beside it.
 *
 * @throws K3stackError `INVALID_INPUT` for what is missing, unreadable, too large or no text.
 */
export function readSources(given: readonly string[], cwd: string): HostSource[] {
  const hosts = new Map<string, { name?: string; files: Map<string, SourceFile> }>();
  const add = (root: string, file: string, name?: string): void => {
    const host = hosts.get(root) ?? { files: new Map<string, SourceFile>() };
    if (name !== undefined) host.name = name;
    host.files.set(file, readSource(file, cwd));
    hosts.set(root, host);
  };
  for (const path of given) {
    const absolute = resolve(cwd, path);
    if (isFolder(absolute, path)) {
      for (const host of hostFolders(absolute, path))
        filesOf(host).forEach((file) => add(host, file, basename(host)));
    } else {
      for (const file of [absolute, ...dropInsOf(absolute)]) add(rootOf(absolute), file);
    }
  }
  return [...hosts].map(([root, { name, files }]) => ({
    ...(name !== undefined && { name }),
    folder: basename(root),
    files: [...files.values()],
  }));
}

function isFolder(absolute: string, shown: string): boolean {
  try {
    return statSync(absolute).isDirectory();
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function hostFolders(folder: string, shown: string): string[] {
  const children = entriesOf(folder)
    .filter((name) => !name.startsWith('.') && isKnownFolder(join(folder, name)))
    .map((name) => join(folder, name))
    .filter((child) => filesOf(child).length > 0);
  if (children.length > 0) return children;
  if (filesOf(folder).length > 0) return [folder];
  throw invalidInput(
    `${shown} holds no files of K3s: looked for config.yaml, registries.yaml, k3s.service and *.sh there, in etc/ below it, and in its folders`,
    'name the files one by one, or a folder for each host',
  );
}

/** Whether a folder is one of a host: `init` is not to write into it. */
export function holdsK3sFiles(folder: string): boolean {
  return filesOf(folder).length > 0;
}

/** Files of K3s in a folder that is a copy of a host's root, or holds them directly. */
function filesOf(folder: string): string[] {
  return PLACES.flatMap((place) => {
    const names = entriesOf(join(folder, place)).filter((name) =>
      place.endsWith('.d') ? true : OF_K3S.test(name),
    );
    return names.map((name) => join(folder, place, name)).filter((file) => lstatSync(file).isFile());
  });
}

function dropInsOf(file: string): string[] {
  if (!/\.ya?ml$/.test(file)) return [];
  return entriesOf(`${file}.d`)
    .map((name) => join(`${file}.d`, name))
    .filter((entry) => lstatSync(entry).isFile());
}

/** The host's own folder, whose copy of `etc/…` a file lies in. */
function rootOf(file: string): string {
  const folder = dirname(file).split(sep).join('/');
  const root = folder.replace(
    /(?:\/etc\/rancher\/k3s|\/etc\/systemd\/system|\/etc\/default|\/etc\/sysconfig)?(?:\/[^/]+\.ya?ml\.d)?$/,
    '',
  );
  return root === '' ? '/' : root;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw unreadable(folder, error);
  }
}

function isKnownFolder(path: string): boolean {
  return basename(path) !== 'node_modules' && lstatSync(path).isDirectory();
}

function readSource(file: string, cwd: string): SourceFile {
  const near = relative(cwd, file);
  const path = near.startsWith('..') ? file : near;
  return { path, name: basename(file), folder: basename(dirname(file)), text: readText(file, path) };
}

function readText(file: string, shown: string): string {
  let bytes: Buffer;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw invalidInput(`${shown} is not a file`, 'name a file or a folder');
    if (stat.size > LARGEST) {
      throw invalidInput(
        `${shown} has ${stat.size} bytes, and no file of K3s's settings is that large`,
        `name files below ${LARGEST} bytes`,
      );
    }
    bytes = readFileSync(file);
  } catch (error) {
    throw error instanceof Error && 'errno' in error ? unreadable(shown, error) : error;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw invalidInput(`${shown} is no text`, 'name config.yaml, registries.yaml, a script or a unit');
}

function unreadable(shown: string, error: unknown): Error {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    ELOOP: 'it links to itself',
  };
  return invalidInput(
    `cannot read ${shown}: ${reasons[code] ?? message}`,
    'name files and folders that can be read',
    error,
  );
}

/** Where K3s's files lie below a copy of a host's root. */
const PLACES = [
  '.',
  'config.yaml.d',
  'etc/rancher/k3s',
  'etc/rancher/k3s/config.yaml.d',
  'etc/systemd/system',
  'etc/default',
  'etc/sysconfig',
];
const OF_K3S =
  /^(?:config\.ya?ml|registries\.ya?ml|k3s[\w-]*\.service(?:\.env)?|k3s(?:-agent)?|[\w.-]+\.sh)$/;

/** Bytes. */
const LARGEST = 1024 * 1024;
