import { dirname } from 'node:path';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { writing } from '../../adapters/cannot-write';
import { makeFolder } from '../../adapters/make-folder';
import { isFolder } from '../../adapters/path-stat';
import { readTextFile } from '../../adapters/text-file';
import { K3stackError } from '../../lib/errors';
import { GENERATED_MARK } from '../../lib/import-crd/generate';

/** A file to be written. */
export interface TypesFile {
  /** Absolute path. */
  readonly path: string;

  /** As messages name it. */
  readonly shown: string;
  readonly text: string;
}

/**
 * Writes generated files. Every one is looked at before the first is written, so that a refusal leaves all as they are.
 *
 * @param force Also replace files that `import crd` did not make.
 * @returns Paths of those whose text changed.
 * @throws K3stackError `IMPORT_CONFLICT`, `CANNOT_WRITE`.
 */
export function writeTypes(files: readonly TypesFile[], force: boolean): ReadonlySet<string> {
  const present = new Map(files.map((file) => [file.path, textAt(file)]));
  const foreign = files.filter(({ path }) => present.get(path)?.startsWith(GENERATED_MARK) === false);
  if (foreign.length > 0 && !force) {
    const names = foreign.map(({ shown }) => shown).join(', ');
    throw new K3stackError(
      'IMPORT_CONFLICT',
      `${names} ${foreign.length === 1 ? 'is' : 'are'} there, and k3stack import did not make ` +
        `${foreign.length === 1 ? 'it' : 'them'}; name another --out, or replace with --force. Nothing was written`,
    );
  }
  const changed = files.filter(({ path, text }) => present.get(path) !== text);
  for (const { path, shown, text } of changed) {
    writing(shown, () => {
      makeFolder(dirname(path));
      writeFileAtomically(path, text);
    });
  }
  return new Set(changed.map(({ path }) => path));
}

function textAt({ path, shown }: TypesFile): string | undefined {
  const refuse = (problem: string): K3stackError =>
    new K3stackError('IMPORT_CONFLICT', `${shown} ${problem}; name another --out. Nothing was written`);
  if (isFolder(path)) throw refuse('is a folder');
  return readTextFile(path, { folder: refuse });
}
