import { join, resolve } from 'node:path';
import { ExitCode } from '../../lib/errors';
import { generateTypes, type GeneratedFile } from '../../lib/import-crd/generate';
import { readCrds } from '../../lib/import-crd/read-crds';
import { counted } from '../../lib/report/words';
import { printable } from '../../lib/rules/violation';
import { defineCommand } from '../command';
import { readSources } from '../import/read-sources';
import { writeTypes, type TypesFile } from '../import/write-types';
import { UsageError } from '../report-error';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

/** `k3stack import crd`: TypeScript for the kinds of CustomResourceDefinitions. */
export const importTypes = defineCommand({
  arguments: [
    { name: 'what', help: 'crd: CustomResourceDefinitions', required: true, suggest: ['crd'] },
    {
      name: 'file',
      help: 'YAML or JSON that has them; - is standard input',
      variadic: true,
      suggest: 'files',
    },
  ],
  options: {
    out: {
      kind: 'text',
      value: 'folder',
      help: 'Where a file for each API group is written; - is standard output',
      default: 'imports',
      suggest: 'folders',
    },
    version: {
      kind: 'list',
      value: 'name',
      help: 'Versions to have, or all (default: of each kind the one that Kubernetes prefers)',
      suggest: ['all', 'v1', 'v1beta1'],
    },
    'name-prefix': { kind: 'text', value: 'text', help: 'Put before the name of every class and type' },
    docs: { kind: 'switch', help: 'Leave the descriptions out' },
    force: { kind: 'flag', help: 'Also replace files that this command did not make' },
    json: { kind: 'flag', help: 'Write JSON to standard output' },
    quiet: { kind: 'flag', help: 'Write nothing but errors' },
  },
  epilog: `  k3stack import crd crds/*.yaml
  kubectl get crds -o yaml | k3stack import crd - --out src/imports`,
  async run({ terminal, options, words: [what, ...files] }) {
    checkUsage(what, files, options['name-prefix'], options.out === '-' && options.json);
    const { crds, others } = readCrds(await readSources(files, terminal));
    const generated = generateTypes(crds, {
      versions: options.version,
      docs: options.docs,
      ...(options['name-prefix'] !== undefined && { namePrefix: options['name-prefix'] }),
    });
    if (options.out === '-') {
      terminal.stdout.write(onlyOf(generated).text);
      return ExitCode.ok;
    }
    const folder = resolve(terminal.cwd, options.out);
    const placed = generated.map((file) => placedIn(folder, file, terminal));
    const changed = writeTypes(placed, options.force);
    const told = placed.map(({ path, shown, kinds }) => ({ file: shown, written: changed.has(path), kinds }));
    if (options.json) writeJson(terminal, { files: told, others });
    else if (!options.quiet) tellFiles(told, others, terminal);
    return ExitCode.ok;
  },
});

function checkUsage(
  what: string | undefined,
  files: readonly string[],
  prefix: string | undefined,
  isMixed: boolean,
): void {
  if (what !== 'crd')
    throw new UsageError(`import takes crd and files, got '${what ?? ''}'; write k3stack import crd FILE`);
  if (files.length === 0)
    throw new UsageError('no file is named; write k3stack import crd FILE, or - for standard input');
  if (files.filter((file) => file === '-').length > 1)
    throw new UsageError('standard input can be read once; keep one -');
  if (isMixed) throw new UsageError('--out - and --json both write to standard output; keep one of them');
  if (prefix !== undefined && !/^[A-Za-z_$][\w$]*$/.test(prefix))
    throw new UsageError(
      `--name-prefix must be the beginning of a class name, got '${prefix}'; write such as Acme`,
    );
}

function onlyOf(files: readonly GeneratedFile[]): GeneratedFile {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    `--out - takes one API group, got ${files.map(({ group }) => group).join(', ')}; name a folder, or the files of one group`,
  );
}

function placedIn(
  folder: string,
  { group, kinds, text }: GeneratedFile,
  terminal: Terminal,
): TypesFile & Pick<GeneratedFile, 'kinds'> {
  const path = join(folder, `${group}.ts`);
  return { path, shown: shownPath(terminal, path), text, kinds };
}

interface ToldFile extends Pick<GeneratedFile, 'kinds'> {
  readonly file: string;
  readonly written: boolean;
}

function tellFiles(files: readonly ToldFile[], others: number, { stdout, env }: Terminal): void {
  const color = paletteFor(stdout, env);
  for (const { file, written, kinds } of files) {
    const names = kinds.map(({ name, version }) => `${name} ${color.dim(version)}`).join(', ');
    const sign = written ? color.green('✓') : color.dim('=');
    stdout.write(`${sign} ${color.bold(printable(file))}  ${names}\n`);
  }
  if (others > 0) stdout.write(color.dim(`${counted(others, 'object')} of other kinds left out\n`));
}
