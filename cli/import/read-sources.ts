import { resolve } from 'node:path';
import { readTextFile } from '../../adapters/text-file';
import { K3stackError } from '../../lib/errors';
import { invalidCrd, type CrdSource } from '../../lib/import-crd/crd';
import type { Terminal } from '../terminal';

/**
 * Texts of the files that were named; `-` is standard input.
 *
 * @throws K3stackError `INVALID_CRD` for what is missing, a folder, too large or no text.
 */
export async function readSources(files: readonly string[], terminal: Terminal): Promise<CrdSource[]> {
  const sources: CrdSource[] = [];
  for (const file of files) {
    sources.push(
      file === '-'
        ? { name: 'standard input', text: await standardInput(terminal) }
        : readSource(file, terminal),
    );
  }
  return sources;
}

function readSource(file: string, { cwd }: Terminal): CrdSource {
  const text = readTextFile(resolve(cwd, file), {
    folder: (problem) => invalidCrd(`${file} ${problem}`, 'name the files in it, such as crds/*.yaml'),
    size: {
      limit: LARGEST,
      refusal: () =>
        invalidCrd(
          `${file} has more than ${LARGEST / 1_048_576} MiB, which no definition has`,
          'name another file',
        ),
    },
  });
  if (text === undefined) throw invalidCrd(`there is no file ${file}`, 'name one that is there');
  if (text.includes('\0')) throw invalidCrd(`${file} is no text`, 'name a YAML or JSON file');
  return { name: file, text };
}

async function standardInput(terminal: Terminal): Promise<string> {
  try {
    return await terminal.stdin();
  } catch (error) {
    if (!(error instanceof K3stackError) || error.code !== 'INPUT_TOO_LARGE') throw error;
    throw invalidCrd('standard input is too large', 'write it to a file, and name that', error);
  }
}

/** Bytes. All definitions of prometheus-operator together have 4 MB. */
const LARGEST = 33_554_432;
