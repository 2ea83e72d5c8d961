import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node } from 'yaml';
import { goTrim } from './go-values';
import type { GivenOption, GivenValue, OptionFinding, ParsedOptions } from './parsed-options';
import { readPlainScalar } from './yaml-scalar';

/** The text of config.yaml and of what lies in config.yaml.d. */
export interface ConfigFiles {
  /** Text of config.yaml. @default - there is none */
  readonly base?: string;

  /** Text of each file in config.yaml.d by its name. @default - none */
  readonly dropIns?: Readonly<Record<string, string>>;
}

/**
 * Reads config.yaml and its drop-ins as K3s does (`pkg/configfilearg/parser.go`): drop-ins `*.yaml` and `*.yml` in byte order
 * of their names; a later file replaces a key; `key+` appends to it; within a file the last of two equal keys counts.
 * Never throws: text that K3s cannot read becomes a note.
 */
export function parseConfigFiles(files: ConfigFiles): ParsedOptions {
  const notes: OptionFinding[] = [];
  const merged = new Map<string, GivenOption>();
  for (const [source, text] of inOrder(files, notes)) {
    for (const { append, ...option } of readFile(source, text, notes)) {
      const earlier = append ? merged.get(option.key) : undefined;
      merged.set(option.key, earlier ? appended(earlier, option) : option);
    }
  }
  return { given: [...merged.values()], notes };
}

interface FileOption extends GivenOption {
  readonly append: boolean;
}

function inOrder({ base, dropIns = {} }: ConfigFiles, notes: OptionFinding[]): [string, string][] {
  const read = (name: string) => /\.ya?ml$/i.test(name);
  for (const name of Object.keys(dropIns).filter((n) => !read(n))) {
    notes.push(note('warning', `K3s does not read config.yaml.d/${name}`, 'name it *.yaml, or remove it'));
  }
  const later = Object.entries(dropIns)
    .filter(([name]) => read(name))
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([name, text]): [string, string] => [`config.yaml.d/${name}`, text]);
  return base === undefined ? later : [['config.yaml', base], ...later];
}

function readFile(source: string, text: string, notes: OptionFinding[]): FileOption[] {
  // `failsafe` leaves every scalar as text; readPlainScalar decides what K3s makes of it.
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [document, ...others] = documents as Document.Parsed[];
  if (document === undefined) return [];
  const fault = document.errors[0]?.message.split('\n')[0];
  if (fault !== undefined || (document.contents !== null && !isMap(document.contents))) {
    const problem = `K3s cannot read ${source} and stops: ${fault ?? 'it is not a map of options'}`;
    notes.push(note('error', problem, 'write one `option: value` per line'));
    return [];
  }
  if (others.length > 0) {
    notes.push(
      note(
        'error',
        `K3s reads only the first YAML document of ${source}`,
        'remove the `---` and what follows',
      ),
    );
  }
  return isMap(document.contents)
    ? document.contents.items.map((pair) =>
        readPair(source, document, pair as { key: Node; value: Node | null }),
      )
    : [];
}

function readPair(source: string, document: Document, pair: { key: Node; value: Node | null }): FileOption {
  const written = readValue(document, pair.key).text;
  const append = written.endsWith('+');
  const value = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
  const values = isSeq(value)
    ? value.items.map((item) => readValue(document, item as Node))
    : [readValue(document, value ?? null)];
  return { key: append ? written.slice(0, -1) : written, values, source, append };
}

function readValue(document: Document, node: Node | null): GivenValue {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (isMap(resolved) || isSeq(resolved)) {
    return { kind: isMap(resolved) ? 'map' : 'list', text: '', written: String(resolved) };
  }
  const text = isScalar(resolved) && typeof resolved.value === 'string' ? resolved.value : '';
  const plain = !isScalar(resolved) || (resolved.type === 'PLAIN' && resolved.tag === undefined);
  return plain
    ? { ...readPlainScalar(text), written: text }
    : { kind: 'string', text: goTrim(text), written: text };
}

// An earlier single value becomes the first of a list; K3s drops it when it is empty and not text.
function appended(earlier: GivenOption, later: GivenOption): GivenOption {
  const kept = earlier.values.filter((value) => value.kind !== 'null');
  const added = later.values.filter((value) => value.kind !== 'null');
  return { key: later.key, values: [...kept, ...added], source: `${earlier.source}, ${later.source}` };
}

function note(level: OptionFinding['level'], problem: string, fix: string): OptionFinding {
  return { key: '', level, problem, fix };
}
