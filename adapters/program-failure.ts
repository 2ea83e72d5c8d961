import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { inspect, types } from 'node:util';
import { K3stackError } from '../lib/errors';

/**
 * What a program threw, while it was loaded or while one of its environments was built, as an error its author can mend. What this package
 * threw by mistake stays as it is.
 *
 * @param file The program.
 */
export function programFailure(thrown: unknown, file: string): Error {
  if (thrown instanceof K3stackError) return thrown;
  // Not instanceof: a program may run in a context of its own, where Error is another one.
  if (!types.isNativeError(thrown)) {
    return new K3stackError(
      'PROGRAM_FAILED',
      `${shown(file, file)} threw what is no Error: ${inspect(thrown)}`,
    );
  }
  return (
    syntaxError(thrown, file) ??
    missingImport(thrown, file) ??
    (isOfPackage(thrown) ? thrown : thrownError(thrown, file))
  );
}

function syntaxError(error: Error, file: string): K3stackError | undefined {
  const [, problem = '', path = '', line = '1', column = '0'] =
    /^ParseError: (.*?)\s*\n\s*(.+):(\d+):(\d+)\s*$/s.exec(error.message) ?? [];
  if (path === '') return undefined;
  const excerpt = sourceLine(path, Number(line));
  const pointer =
    excerpt === undefined
      ? ''
      : `\n  ${line} | ${excerpt}\n  ${' '.repeat(line.length)} | ${' '.repeat(Number(column))}^`;
  return new K3stackError(
    'PROGRAM_SYNTAX',
    `${shown(path, file)}:${line}:${Number(column) + 1}: ${problem.trim()}${pointer}`,
    undefined,
    { cause: error },
  );
}

function sourceLine(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}

function missingImport(error: Error, file: string): K3stackError | undefined {
  if (!('code' in error) || (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND'))
    return undefined;
  const name = /Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1];
  if (name === undefined) return undefined;
  const isFile = /^[./]|^[A-Za-z]:\\/.test(name);
  const from =
    [...error.message.matchAll(/^- (.+)$/gm)].map(([, path]) => path ?? '').find(isUserFile) ?? file;
  return new K3stackError(
    'PROGRAM_IMPORT',
    `${shown(from, file)} imports ${JSON.stringify(name)}, which is not there; ` +
      (isFile ? 'mend the path' : `run npm install ${packageOf(name)}`),
    undefined,
    { cause: error },
  );
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The user's frames only: what this package and its libraries do in between says nothing to them. */
function thrownError(error: Error, file: string): K3stackError {
  const frames = framesOf(error).filter(({ path }) => path !== undefined && isUserFile(path));
  const lines = frames.map(({ line }) => `    ${line}`);
  return new K3stackError(
    'PROGRAM_FAILED',
    [`${shown(file, file)} threw ${error.name}: ${error.message}`, ...lines].join('\n'),
    undefined,
    { cause: error },
  );
}

/** Whether the innermost frame with a file is one of this package. */
function isOfPackage(error: Error): boolean {
  const innermost = framesOf(error).find(({ path }) => path !== undefined && !path.startsWith('node:'));
  const path = innermost?.path;
  return path !== undefined && PACKAGE_FOLDERS.some((folder) => path.startsWith(folder));
}

/** Whether a file is neither of Node, nor of a library, nor of this package. */
export function isUserFile(path: string): boolean {
  return (
    !path.startsWith('node:') &&
    !path.includes(`${sep}node_modules${sep}`) &&
    !PACKAGE_FOLDERS.some((folder) => path.startsWith(folder))
  );
}

function framesOf(error: Error): { line: string; path: string | undefined }[] {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => ({
      line: line.trim(),
      path: /(?:\(|at (?:async )?)(?:file:\/\/)?([^():]+|[A-Za-z]:[^():]+):\d+:\d+\)?$/.exec(line)?.[1],
    }));
}

function shown(path: string, program: string): string {
  const own = relative(dirname(program), path);
  return own === '' || own.startsWith('..') ? path : own;
}

/** Where this package's own code lies, compiled or not. */
const PACKAGE_FOLDERS = ['lib', 'constructs', 'adapters', 'cli', 'stacks'].map(
  (folder) => join(dirname(__dirname), folder) + sep,
);
