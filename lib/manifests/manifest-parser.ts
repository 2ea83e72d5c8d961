import type { KubernetesObject } from '../synthesis/synthesis';
import { dataProblem } from './data-problem';
import type { ManifestDocument, ReadProblem } from './manifest-document';
import { manifestObjects } from './manifest-objects';
import { parseJsonStream } from './parse-json-stream';
import { DUPLICATE_KEY, parseYaml, type YamlProblem } from './parse-yaml';
import { splitDocuments } from './split-documents';

/** What one file holds. */
export interface ParsedManifests {
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ReadProblem[];

  /** Whether any document has an `apiVersion` or a `kind`, or cannot be read at all. */
  readonly isManifest: boolean;
}

/** Reads texts. Documents of the same text are parsed once and share their objects, so one parser is for everything that is to be compared. */
export class ManifestParser {
  readonly #known = new Map<string, ParsedText>();

  /** @param file Where the text is from, as documents and problems name it. */
  parse(text: string, file: string): ParsedManifests {
    const documents: ManifestDocument[] = [];
    const problems: ReadProblem[] = [];
    let isManifest = false;
    for (const { text: part, line } of splitDocuments(text)) {
      const parsed = this.#parsed(part);
      for (const object of parsed.objects) documents.push({ object, file, line });
      for (const { line: offset = 0, ...problem } of parsed.problems)
        problems.push({ file, ...problem, line: line + offset });
      isManifest ||= parsed.isManifest;
    }
    return { documents, problems: withoutRepetition(problems), isManifest };
  }

  #parsed(text: string): ParsedText {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const parsed = parseText(text);
    this.#known.set(text, parsed);
    return parsed;
  }
}

/** Lines are counted from the first one of the text, and from 0. */
interface ParsedText {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Omit<ReadProblem, 'file'>[];
  readonly isManifest: boolean;
}

function parseText(text: string): ParsedText {
  const json = text.trimStart().startsWith('{') ? parseJsonStream(text) : undefined;
  if (json !== undefined) return objectsIn(json, text);
  const { values, problem } = parseYaml(text);
  const found = objectsIn(values, text);
  if (problem === undefined) return found;
  const isManifest = found.isManifest || values.length === 0;
  return { ...found, problems: [syntaxProblem(text, problem), ...found.problems], isManifest };
}

function objectsIn(values: readonly unknown[], text: string): ParsedText {
  // Asked once for a text, which may hold thousands of values.
  const form: TextForm = {
    // Only aliases make more values than there is text, and only JSON is parsed without a limit of depth.
    isPlain: !text.includes('*') && !text.trimStart().startsWith('{'),
    isTemplate: text.includes('{{'),
    limit: Math.max(LEAST_LIMIT, text.length),
  };
  const found = values
    .filter((value) => value !== null && value !== undefined)
    .map((value) => objectsOf(value, form));
  return {
    objects: found.flatMap(({ objects }) => objects),
    problems: found.flatMap(({ problems }) => problems),
    isManifest: found.some(({ isManifest }) => isManifest),
  };
}

interface TextForm {
  readonly isPlain: boolean;

  /** Whether it may be a template. */
  readonly isTemplate: boolean;

  /** Values that one of it may have. */
  readonly limit: number;
}

function objectsOf(
  value: unknown,
  { isPlain, isTemplate, limit }: TextForm,
): ReturnType<typeof manifestObjects> {
  const problem = isPlain ? undefined : dataProblem(value, limit);
  if (problem !== undefined)
    return {
      objects: [],
      problems: [{ problem, fix: 'write out what the document means' }],
      isManifest: true,
    };
  if (!isTemplate || !JSON.stringify(value).includes(MAP_AS_KEY)) return manifestObjects(value);
  return { objects: [], problems: [TEMPLATE_PROBLEM], isManifest: true };
}

function syntaxProblem(text: string, { line, column, problem }: YamlProblem): ParsedText['problems'][number] {
  const place = { ...(line !== undefined && { line }), ...(column !== undefined && { column: column + 1 }) };
  if (problem === DUPLICATE_KEY)
    return { ...place, problem, fix: 'keep one of them; the last one was taken' };
  if (text.includes('{{')) return TEMPLATE_PROBLEM;
  return { ...place, problem, fix: 'mend the YAML there' };
}

/** Every part of a template is wrong in its own way: one problem says it. */
function withoutRepetition(problems: readonly ReadProblem[]): readonly ReadProblem[] {
  const first = problems.find(({ problem }) => problem === TEMPLATE_PROBLEM.problem);
  return first === undefined
    ? problems
    : problems.filter((one) => one === first || one.problem !== TEMPLATE_PROBLEM.problem);
}

/** Values that a document may have in any case. */
const LEAST_LIMIT = 1_000_000;

const TEMPLATE_PROBLEM = {
  problem: 'is a template, not YAML',
  fix: 'render it first, such as with helm template, and compare what that writes',
};

/** What `image: {{ .Values.image }}` is to a parser of YAML: a map whose key is a map. */
const MAP_AS_KEY = '"[object Object]":';
