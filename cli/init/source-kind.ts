import { parseAllDocuments, isMap, LineCounter, type Document, type YAMLError } from 'yaml';
import { findOption } from '../../lib/distributions/k3s/options';
import { invalidInput } from './input-error';
import type { SourceFile } from './sources';

/** What a file holds. */
export type SourceKind = 'config' | 'drop-in' | 'registries' | 'unit' | 'environment' | 'script';

/**
 * What a file holds, by its name, and by its text where many names are usual.
 *
 * @throws K3stackError `INVALID_INPUT` for YAML that is none, or is of something else.
 */
export function sourceKind(file: SourceFile): SourceKind {
  const { name, folder, text } = file;
  if (folder.endsWith('.d') && /\.ya?ml\.d$/.test(folder)) {
    if (/\.ya?ml$/i.test(name)) readYaml(file);
    return 'drop-in';
  }
  if (/\.ya?ml$/i.test(name)) return yamlKind(file);
  if (/\.service$/.test(name) || /^ExecStart=/m.test(text)) return 'unit';
  if (/\.env$/.test(name) || /^(?:default|sysconfig)$/.test(folder)) return 'environment';
  return 'script';
}

/**
 * The first document of a YAML file, every scalar as it is written.
 *
 * @throws K3stackError `INVALID_INPUT` naming line and column.
 */
export function readYaml({ path, text }: SourceFile): Document.Parsed | undefined {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    logLevel: 'silent',
    lineCounter: lines,
    prettyErrors: false,
  });
  const [document] = documents as Document.Parsed[];
  const error: YAMLError | undefined = document?.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw invalidInput(
      `${path}:${line}:${col}: not YAML: ${problemOf(error)}`,
      'mend the line, K3s cannot read it either',
    );
  }
  const contents = document?.contents ?? null;
  if (contents !== null && !isMap(contents)) {
    const { line, col } = lines.linePos(contents.range[0]);
    throw invalidInput(`${path}:${line}:${col}: must be a map`, 'write one `option: value` per line');
  }
  return document;
}

/** Without the text it stumbled over, which may be a secret. */
function problemOf({ message }: YAMLError): string {
  return (message.split('\n')[0] ?? '').replace(/: ["'`].*$/s, '');
}

function yamlKind(file: SourceFile): SourceKind {
  const contents = readYaml(file)?.contents;
  const keys = isMap(contents) ? contents.items.map(({ key }) => String(key)) : [];
  if (keys.includes('apiVersion') && keys.includes('kind')) {
    throw invalidInput(
      `${file.path} is a Kubernetes manifest`,
      'leave it out: only settings of K3s are read',
    );
  }
  if (/^registries\.ya?ml$/i.test(file.name)) return 'registries';
  const isRegistries =
    keys.some((key) => key === 'mirrors' || key === 'configs') &&
    !keys.some((key) => findOption(key) !== undefined);
  return isRegistries ? 'registries' : 'config';
}
