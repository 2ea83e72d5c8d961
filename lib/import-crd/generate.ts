import { isPlainObject } from '../plain-object';
import { invalidCrd, type Crd, type CrdVersion } from './crd';
import { choiceNote, isRequired, propertiesOf, withAllOf } from './schema-shape';
import { SchemaTypes } from './schema-types';
import { jsDoc, quoted } from './source-text';
import { pascalCase, TypeNames } from './type-names';

/** What is generated. */
export interface GenerateOptions {
  /** Versions to have: those that a definition has of these. @default - of each kind the one that Kubernetes prefers */
  readonly versions?: readonly string[];

  /** Put before the name of every type. @default '' */
  readonly namePrefix?: string;

  /** Whether descriptions become comments. @default true */
  readonly docs?: boolean;
}

/** A kind that a file has a class for. */
export interface GeneratedKind {
  readonly kind: string;
  readonly version: string;

  /** Name of the class. */
  readonly name: string;
}

/** A file of types. */
export interface GeneratedFile {
  readonly group: string;
  readonly kinds: readonly GeneratedKind[];
  readonly text: string;
}

/** The first line of every generated file. */
export const GENERATED_MARK =
  '// Made by `k3stack import crd`: what is changed here is lost when it is made again.';

/**
 * TypeScript for custom kinds, a file for each API group, sorted. The same definitions give the same bytes, in whatever order they come.
 *
 * @throws K3stackError `INVALID_CRD` for versions that no definition has, for a kind that is defined twice, and for schemas that are nested
 * too deeply.
 */
export function generateTypes(crds: readonly Crd[], options: GenerateOptions = {}): GeneratedFile[] {
  refuseTwice(crds);
  const chosen = crds
    .flatMap((crd) => versionsOf(crd, options.versions).map((version, index) => ({ crd, version, index })))
    .sort(
      (a, b) => compare(a.crd.group, b.crd.group) || compare(a.crd.kind, b.crd.kind) || a.index - b.index,
    );
  if (chosen.length === 0) {
    const known = [...new Set(crds.flatMap(({ versions }) => versions.map(({ name }) => name)))].sort();
    throw invalidCrd(
      `no definition serves version ${(options.versions ?? []).join(' or ')}`,
      `write --version with ${known.join(', ')}`,
    );
  }
  const groups = [...new Set(chosen.map(({ crd }) => crd.group))];
  return groups.map((group) =>
    fileOf(
      group,
      chosen.filter(({ crd }) => crd.group === group),
      options,
    ),
  );
}

interface Chosen {
  readonly crd: Crd;
  readonly version: CrdVersion;

  /** Position among the chosen versions of its kind. */
  readonly index: number;
}

function versionsOf({ versions }: Crd, wanted: readonly string[] | undefined): readonly CrdVersion[] {
  if (wanted === undefined || wanted.length === 0) return versions.slice(0, 1);
  return wanted.includes('all') ? versions : versions.filter(({ name }) => wanted.includes(name));
}

function refuseTwice(crds: readonly Crd[]): void {
  const first = new Map<string, Crd>();
  for (const crd of crds) {
    const key = `${crd.group}/${crd.kind}`;
    const other = first.get(key);
    if (other !== undefined) {
      throw invalidCrd(
        `${crd.place}: ${crd.kind} of ${crd.group} is defined already, in ${other.place}`,
        'give one of them only',
      );
    }
    first.set(key, crd);
  }
}

function fileOf(group: string, chosen: readonly Chosen[], options: GenerateOptions): GeneratedFile {
  const names = new TypeNames();
  const prefix = options.namePrefix ?? '';
  // Classes first: what users write most has the plain name.
  const classes = chosen.map(({ crd, version, index }) => ({
    crd,
    version,
    name: names.take(`${prefix}${pascalCase(crd.kind)}${index === 0 ? '' : pascalCase(version.name)}`),
  }));
  const named = classes.map((each) => ({ ...each, props: names.take(`${each.name}Props`) }));
  const body = named.map((each) => kindText(each, names, options.docs ?? true));
  const kinds = named.map(({ crd, version, name }) => ({ kind: crd.kind, version: version.name, name }));
  return { group, kinds, text: `${HEAD}\n${body.join('\n')}` };
}

interface NamedKind {
  readonly crd: Crd;
  readonly version: CrdVersion;
  readonly name: string;
  readonly props: string;
}

function kindText({ crd, version, name, props }: NamedKind, names: TypeNames, docs: boolean): string {
  const origin = { root: version.schema, place: crd.place, docs };
  const types = new SchemaTypes(names, origin);
  const schema = isPlainObject(version.schema) ? withAllOf(version.schema) : {};
  const leftOut = ['apiVersion', 'kind', 'metadata', ...(version.statusSubresource ? ['status'] : [])];
  const members = types.members(schema, name, 0, leftOut);
  const isOpen = propertiesOf(schema).length === 0 || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const optional = !propertiesOf(schema).some(
    ([key, value]) => !leftOut.includes(key) && isRequired(schema, key, value),
  );
  const { description } = schema;
  const about = [
    docs && typeof description === 'string' ? description : undefined,
    `${crd.kind} of ${crd.group}/${version.name}${crd.namespaced ? '' : '; it lies in no namespace'}.`,
    choiceNote(schema),
    version.deprecation === undefined ? undefined : `@deprecated ${version.deprecation}`,
  ];
  const apiVersion = quoted(`${crd.group}/${version.name}`);
  return [
    `${jsDoc(about, '')}export class ${name} extends ApiObject {
  static readonly apiVersion = ${apiVersion};
  static readonly kind = ${quoted(crd.kind)};

  constructor(scope: Construct, id: string, props: ${props}${optional ? ' = {}' : ''}) {
    super(scope, id, { ...props, apiVersion: ${apiVersion}, kind: ${quoted(crd.kind)} });
  }
}
`,
    `${jsDoc([`What {@link ${name}} is made of.`], '')}export interface ${props} {
  readonly metadata?: ApiObjectMetadata;
${members}${isOpen ? '  readonly [key: string]: unknown;\n' : ''}}
`,
    ...types.declarations,
  ].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

const HEAD = `${GENERATED_MARK}
/* eslint-disable */
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
`;
