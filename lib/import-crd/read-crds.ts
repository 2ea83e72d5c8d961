import { LineCounter, parseAllDocuments, type Document } from 'yaml';
import { isPlainObject } from '../plain-object';
import { invalidCrd, type Crd, type CrdSource, type CrdVersion } from './crd';
import { compareVersions } from './version-order';

/** What the given texts hold. */
export interface ReadCrds {
  /** In the order they are met. */
  readonly crds: readonly Crd[];

  /** Objects of other kinds, which bundles of manifests have. */
  readonly others: number;
}

/**
 * Reads CustomResourceDefinitions from YAML or JSON: several documents, lists, and bundles with other objects in them.
 *
 * @throws K3stackError `INVALID_CRD` naming file, document and line.
 */
export function readCrds(sources: readonly CrdSource[]): ReadCrds {
  const found = sources.flatMap(documentsOf).flatMap((document) => objectsIn(document));
  const definitions = found.filter(({ object }) => object['kind'] === 'CustomResourceDefinition');
  if (definitions.length === 0) {
    const names = sources.map(({ name }) => name).join(', ');
    throw invalidCrd(
      `${names}: there is no CustomResourceDefinition`,
      'name a file that has one, such as what `kubectl get crds -o yaml` writes',
    );
  }
  return { crds: definitions.map(readCrd), others: found.length - definitions.length };
}

/** An object with the way to it in its document. */
interface FoundObject {
  readonly object: Readonly<Record<string, unknown>>;
  readonly at: readonly (string | number)[];
  readonly place: (at?: readonly (string | number)[]) => string;
}

interface ReadDocument {
  readonly content: unknown;
  readonly place: FoundObject['place'];
}

function documentsOf({ name, text }: CrdSource): ReadDocument[] {
  const lines = new LineCounter();
  const documents = parsed(name, text, lines);
  return documents.map((document, index) => {
    const numbered = documents.length > 1 ? `, document ${index + 1}` : '';
    const lineAt = (offset: number): string => `${name}${numbered}, line ${lines.linePos(offset).line}`;
    const [error] = document.errors;
    if (error !== undefined && /call stack/i.test(error.message)) throw tooDeep(name, error);
    if (error !== undefined) {
      const fix = /\{\{/.test(text)
        ? 'it is a template of a Helm chart: give what `helm template` makes of it'
        : 'mend it, or name another file';
      const problem = error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '';
      throw invalidCrd(`${lineAt(error.pos[0])}: it is no YAML: ${problem}`, fix, error);
    }
    const start = document.contents?.range?.[0] ?? 0;
    const place: FoundObject['place'] = (at = []) => lineAt(offsetOf(document, at) ?? start);
    return { content: contentOf(document, place), place };
  });
}

function parsed(name: string, text: string, lineCounter: LineCounter): Document[] {
  // Before the parser runs out of its stack, at which Node.js may end as a whole.
  if (flowDepth(text) > DEEPEST_FLOW) throw tooDeep(name);
  try {
    return [
      ...parseAllDocuments(text, { lineCounter, prettyErrors: true, logLevel: 'silent' }),
    ] as Document[];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(name, error);
  }
}

function tooDeep(name: string, error?: Error): Error {
  return invalidCrd(`${name}: it is nested too deeply to be read`, 'name another file', error);
}

/** How deep brackets lie in each other. Brackets in plain text need not match, so a line with a key of its own starts anew. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[[\]{}]|\n[ -]*[\w-]+:(?= |\n)/g)) {
    if (token.startsWith('\n')) depth = 0;
    else if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

const DEEPEST_FLOW = 600;

/** Plain data of a document; one whose aliases would make it grow without end is refused. */
function contentOf(document: Document, place: FoundObject['place']): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (!(error instanceof ReferenceError) && !(error instanceof RangeError)) throw error;
    throw invalidCrd(`${place()}: it cannot be read: ${error.message}`, 'write it without aliases', error);
  }
}

/** Where the value at a path begins, or the nearest one above it that is there. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node)
      return (node.range as readonly number[] | undefined)?.[0];
  }
  return undefined;
}

function objectsIn({ content, place }: ReadDocument, at: readonly (string | number)[] = []): FoundObject[] {
  if (content === null || content === undefined) return [];
  if (!isPlainObject(content))
    throw invalidCrd(`${place(at)}: it is no Kubernetes object`, 'write apiVersion, kind, metadata and spec');
  const { kind, items } = content;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items))
    return items.flatMap((item: unknown, index) =>
      objectsIn({ content: item, place }, [...at, 'items', index]),
    );
  return [{ object: content, at, place }];
}

function readCrd({ object, at, place }: FoundObject): Crd {
  const spec = isPlainObject(object['spec']) ? object['spec'] : {};
  const names = isPlainObject(spec['names']) ? spec['names'] : {};
  const refuse = (path: string, problem: string, fix: string): never => {
    throw invalidCrd(`${place([...at, ...path.split('.')])}: ${path} ${problem}`, fix);
  };
  const { group } = spec;
  if (typeof group !== 'string' || !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(group))
    return refuse(
      'spec.group',
      `must be a domain, got ${JSON.stringify(group)}`,
      'write such as example.org',
    );
  const { kind } = names;
  if (typeof kind !== 'string' || !/^[A-Za-z][A-Za-z0-9-]{0,62}$/.test(kind))
    return refuse(
      'spec.names.kind',
      `must be a kind, got ${JSON.stringify(kind)}`,
      'write such as Certificate',
    );
  const versions = versionsOf(spec).filter(({ served }) => served);
  if (versions.length === 0) return refuse('spec.versions', 'has no version that is served', 'add one');
  const sorted = versions.map(({ version }) => version).sort((a, b) => compareVersions(a.name, b.name));
  const twice = sorted.find(({ name }, index) => sorted[index + 1]?.name === name);
  if (twice !== undefined) refuse('spec.versions', `has ${twice.name} twice`, 'remove one of them');
  return { group, kind, namespaced: spec['scope'] !== 'Cluster', versions: sorted, place: place(at) };
}

/** Also those of `apiextensions.k8s.io/v1beta1`, which had one schema for all versions, and could have one version only. */
function versionsOf(spec: Readonly<Record<string, unknown>>): { version: CrdVersion; served: boolean }[] {
  const list = Array.isArray(spec['versions']) ? spec['versions'] : [{ name: spec['version'] }];
  return list.filter(isPlainObject).flatMap((version) => {
    const { name, served, deprecated, deprecationWarning } = version;
    if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return [];
    const own = version['schema'] ?? spec['validation'];
    const subresources = version['subresources'] ?? spec['subresources'];
    const warning = typeof deprecationWarning === 'string' ? deprecationWarning : `${name} is deprecated`;
    return [
      {
        served: served !== false,
        version: {
          name,
          statusSubresource: isPlainObject(subresources) && isPlainObject(subresources['status']),
          schema: isPlainObject(own) ? own['openAPIV3Schema'] : undefined,
          ...(deprecated === true && { deprecation: warning }),
        },
      },
    ];
  });
}
