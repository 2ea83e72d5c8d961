import { loadAll, Schema, Type, types, YAMLException } from 'js-yaml';
import { DEPTH_LIMIT } from './data-problem';
import { applyMergeKeys, MERGE_MARK } from './merge-keys';
import { yamlScalar } from './yaml-scalar';

/** Where a text is wrong, from its own first line, counted from 0. What is wrong never quotes the text, which may be a Secret's. */
export interface YamlProblem {
  readonly line?: number;
  readonly column?: number;
  readonly problem: string;
}

/** Values of a text; with a problem as well when a key was given twice, and the last one taken. */
export interface ParsedYaml {
  readonly values: readonly unknown[];
  readonly problem?: YamlProblem;
}

/**
 * Reads YAML as Kubernetes does: `docs/decisions/0013-reading-manifests.md`. Aliases give the same object again, so values may have cycles: ask
 * `dataProblem` before walking one.
 */
export function parseYaml(text: string): ParsedYaml {
  try {
    return { values: load(text, false) };
  } catch (error) {
    const problem = problemOf(error);
    if (problem.problem !== DUPLICATE) return { values: [], problem };
    return parseWithDuplicates(text, { ...problem, problem: DUPLICATE_KEY });
  }
}

/** What clients of Kubernetes do with a key that is given twice: the last one counts. */
function parseWithDuplicates(text: string, problem: YamlProblem): ParsedYaml {
  try {
    return { values: load(text, true), problem };
  } catch (error) {
    return { values: [], problem: problemOf(error) };
  }
}

function load(text: string, json: boolean): unknown[] {
  const values = loadAll(text, null, { schema: SCHEMA, json, maxDepth: DEPTH_LIMIT });
  return text.includes('<<') ? values.map(applyMergeKeys) : values;
}

function problemOf(error: unknown): YamlProblem {
  if (error instanceof RangeError) return { problem: `does not parse: ${error.message}` };
  if (!(error instanceof YAMLException)) throw error;
  const { reason, mark } = error;
  if (reason === DUPLICATE) return { ...place(mark), problem: DUPLICATE };
  if (reason.startsWith('nesting exceeded'))
    return { ...place(mark), problem: `is nested deeper than ${DEPTH_LIMIT} levels` };
  return { ...place(mark), problem: `does not parse: ${withoutQuotes(reason)}` };
}

/** The problem of a text whose values are there all the same. */
export const DUPLICATE_KEY = 'has the same key twice in one map';

function place(mark: YAMLException['mark']): Pick<YamlProblem, 'line' | 'column'> {
  return mark === undefined ? {} : { line: mark.line, column: mark.column };
}

/** Names of tags and aliases that are quoted may be the value of a Secret that lacks its quotes. */
function withoutQuotes(reason: string): string {
  return reason.replace(/\s*(?:"[^]*"|!<[^]*>|: [^]*)/g, '');
}

const DUPLICATE = 'duplicated mapping key';

const PREFIX = 'tag:yaml.org,2002:';

/** What the last plain scalar was found to be: `construct` is called straight after `resolve`. */
let resolved: unknown;

const PLAIN_SCALAR = new Type(`${PREFIX}plain`, {
  kind: 'scalar',
  resolve: (text) => (resolved = yamlScalar(text)) !== undefined,
  construct: () => resolved,
});

/** Merge keys so far: each stands for itself until the map is complete. */
let merges = 0;

const MERGE_KEY = new Type(`${PREFIX}merge-in-order`, {
  kind: 'scalar',
  resolve: (text) => text === '<<',
  construct: () => `${MERGE_MARK}${merges++}`,
});

/** A scalar whose tag says what it is: text that is no such thing is refused. */
function tagged(name: string, isOne: (value: unknown) => boolean): Type {
  return new Type(`${PREFIX}${name}`, {
    kind: 'scalar',
    resolve: (text) => isOne((resolved = yamlScalar(text ?? ''))),
    construct: () => resolved,
  });
}

/** Digits are text when a number cannot hold them. */
const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';

const BINARY = new Type(`${PREFIX}binary`, {
  kind: 'scalar',
  construct: (text) => Buffer.from(text ?? '', 'base64').toString('utf8'),
});

/** Tags that Kubernetes' parser does not know say nothing. */
const OTHER_TAGS = [
  new Type('', { kind: 'scalar', multi: true, construct: (text) => text ?? '' }),
  new Type('', { kind: 'sequence', multi: true }),
  new Type('', { kind: 'mapping', multi: true }),
];

const SCHEMA = new Schema({
  implicit: [PLAIN_SCALAR, MERGE_KEY],
  explicit: [
    types.str,
    types.seq,
    types.map,
    tagged('null', (value) => value === null),
    tagged('bool', (value) => typeof value === 'boolean'),
    tagged('int', isNumber),
    tagged('float', isNumber),
    BINARY,
    ...OTHER_TAGS,
  ],
});
