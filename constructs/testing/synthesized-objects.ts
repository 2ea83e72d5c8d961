import type { KubernetesSchemas } from '../../lib/kubernetes/schema';
import { objectValidator } from '../../lib/kubernetes/validate-object';
import { nearest } from '../../lib/nearest';
import type { Violation } from '../../lib/rules/violation';
import type { KubernetesObject, Synthesis } from '../../lib/synthesis/synthesis';
import { assertKind, assertMap, assertText, assertTexts } from './arguments';
import { listed, ObjectAssertionError } from './assertion-error';
import { objectName, placedName } from './object-name';
import { mismatches } from './partial-match';
import { assertPolicy, type Policy } from './policy';
import { snapshotOf, type SnapshotOptions } from './snapshot';

/** An object, and which cluster it goes to. */
export interface TestObject {
  readonly object: KubernetesObject;

  /** With late values as their examples, which schemas can be held to. @default - it has no late values */
  readonly sample?: KubernetesObject;

  /** @default - there is no cluster */
  readonly cluster?: string;
}

/** Which objects of a kind are meant. */
export interface ObjectFilter {
  /** @default - any, also none */
  readonly namespace?: string;

  /** For kinds that several API groups have, such as `networking.k8s.io/v1`. @default - any */
  readonly apiVersion?: string;

  /** Labels that they have, perhaps beside others. @default - any */
  readonly labels?: Readonly<Record<string, string>>;

  /** Name of the cluster, for environments with several. @default - any */
  readonly cluster?: string;
}

/** What comes with the objects. */
export interface SynthesizedParts {
  readonly schemas: () => KubernetesSchemas;
  readonly warnings?: readonly Violation[];
  readonly synthesis?: Synthesis;
}

/** The objects of a program, to be asserted about with any runner of tests: what does not hold throws an {@link ObjectAssertionError}. */
export class SynthesizedObjects implements Iterable<KubernetesObject> {
  /** What was found and does not stop the synthesis. */
  readonly warnings: readonly Violation[];

  /** Everything else that the environment becomes: hosts, the order of the work, secrets by name. @default - it is no environment of k3stack */
  readonly synthesis?: Synthesis;

  constructor(
    private readonly objects: readonly TestObject[],
    private readonly parts: SynthesizedParts,
  ) {
    this.warnings = parts.warnings ?? [];
    if (parts.synthesis !== undefined) this.synthesis = parts.synthesis;
  }

  *[Symbol.iterator](): Iterator<KubernetesObject> {
    for (const { object } of this.objects) yield object;
  }

  /** All objects, or those of a kind, in the order they are applied. */
  all(kind?: string, filter: ObjectFilter = {}): readonly KubernetesObject[] {
    if (kind !== undefined) this.assertKind(kind);
    assertMap(filter, 'the filter', "write { namespace: 'shop' }");
    return this.objects
      .filter(({ object, cluster }) => isMeant(object, cluster, kind, filter))
      .map(({ object }) => object);
  }

  /** How many there are. */
  count(kind?: string, filter: ObjectFilter = {}): number {
    return this.all(kind, filter).length;
  }

  /** Whether there is an object that has at least what `partial` says. */
  has(kind: string, name: string, partial: object = {}, filter: ObjectFilter = {}): boolean {
    return this.named(kind, name, filter).some((object) => mismatches(partial, object).length === 0);
  }

  /**
   * The one object of that name.
   *
   * @throws ObjectAssertionError when there is none, naming the nearest, or several.
   */
  find<Shape = KubernetesObject>(kind: string, name: string, filter: ObjectFilter = {}): Shape {
    return this.only(kind, name, filter) as Shape;
  }

  /**
   * Asserts that an object has at least what `partial` says: see {@link mismatches} for how values are compared.
   *
   * @returns the object.
   * @throws ObjectAssertionError with every field that differs.
   */
  expectObject<Shape = KubernetesObject>(
    kind: string,
    name: string,
    partial: object = {},
    filter: ObjectFilter = {},
  ): Shape {
    const object = this.only(kind, name, filter);
    const found = mismatches(partial, object);
    if (found.length > 0) {
      const lines = found.map(({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`);
      throw new ObjectAssertionError(`${objectName(object)} is not as expected:${listed(lines)}`);
    }
    return object as Shape;
  }

  /** Asserts that there is no such object. */
  expectNone(kind: string, name?: string, filter: ObjectFilter = {}): void {
    this.assertKind(kind);
    const found = name === undefined ? this.all(kind, filter) : this.named(kind, name, filter);
    if (found.length === 0) return;
    throw new ObjectAssertionError(
      `expected no ${kind}${name === undefined ? '' : ` '${name}'`}, got:${listed(found.map(objectName))}`,
    );
  }

  /** Asserts how many objects of a kind there are. */
  expectCount(kind: string, count: number, filter: ObjectFilter = {}): void {
    this.assertKind(kind);
    const found = this.all(kind, filter);
    if (found.length === count) return;
    const names = found.length > 0 ? `:${listed(found.map(objectName))}` : this.kindsText();
    throw new ObjectAssertionError(`expected ${count} ${kind}, got ${found.length}${names}`);
  }

  /** Asserts that every object keeps the policies: `expectPolicy(policies.noLatestImage, policies.probes)`. */
  expectPolicy(...policies: readonly Policy[]): void {
    for (const each of policies) assertPolicy(each);
    const objects = [...this];
    const broken = policies.flatMap((policy) => policy.violations(objects));
    if (broken.length === 0) return;
    const lines = broken.map(
      ({ object, path, problem, fix, policy }) =>
        `${object} ${path}${path === '' ? '' : ' '}${problem}; ${fix} (${policy})`,
    );
    const count = new Set(broken.map(({ object }) => object)).size;
    const subject = count === 1 ? '1 object breaks' : `${count} objects break`;
    throw new ObjectAssertionError(`${subject} a policy:${listed(lines)}`);
  }

  /**
   * Asserts that an API server of that version takes every object, as its strict field validation does. Environments of k3stack are held to the
   * version of their cluster anyway; this is for other charts.
   *
   * @param kubernetes Minor, such as `1.34`.
   */
  expectValid(kubernetes: string): void {
    const crds = this.all('CustomResourceDefinition');
    const validate = objectValidator({ schemas: this.parts.schemas(), kubernetes, crds });
    const lines = this.objects.flatMap(({ object, sample = object }) =>
      validate(sample)
        .filter(({ rule }) => rule !== 'unknown-custom-resource')
        .map(({ field, problem, fix }) => `${objectName(object)} ${field}: ${problem}; ${fix}`),
    );
    if (lines.length === 0) return;
    throw new ObjectAssertionError(`Kubernetes ${kubernetes} refuses objects:${listed(lines)}`);
  }

  /** YAML for a snapshot, in an order that only what is applied can change. */
  snapshot(options: SnapshotOptions = {}): string {
    assertMap(options, 'the options of a snapshot', "write { kinds: ['Deployment'] }");
    assertTexts(options.kinds, 'kinds', "write kinds: ['Deployment']");
    assertTexts(options.without, 'without', "write without: ['metadata.labels']");
    for (const kind of options.kinds ?? []) this.assertKind(kind);
    return snapshotOf([...this], options);
  }

  private assertKind(kind: string): void {
    const known = (): string[] => {
      const { kinds, customResources } = this.parts.schemas();
      return [
        ...Object.values(kinds).flatMap((version) => Object.keys(version)),
        ...customResources.map((each) => each.kind),
      ];
    };
    assertKind(
      kind,
      this.objects.map(({ object }) => object.kind),
      known,
    );
  }

  private named(kind: string, name: string, filter: ObjectFilter): readonly KubernetesObject[] {
    this.assertKind(kind);
    assertText(name, 'the name', `write ('${kind}', 'web')`);
    return this.all(kind, filter).filter(({ metadata }) => metadata.name === name);
  }

  private only(kind: string, name: string, filter: ObjectFilter): KubernetesObject {
    const [found, ...more] = this.named(kind, name, filter);
    if (found === undefined) throw new ObjectAssertionError(this.missingText(kind, name, filter));
    if (more.length === 0) return found;
    const lines = [found, ...more].map((object) => `${objectName(object)} of ${object.apiVersion}`);
    throw new ObjectAssertionError(
      `there are ${lines.length} ${kind} '${name}'; name one with { namespace }, { apiVersion } or { cluster }:${listed(lines)}`,
    );
  }

  private missingText(kind: string, name: string, filter: ObjectFilter): string {
    const given = Object.entries(filter).map(
      ([key, value]) => ` ${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
    const subject = `there is no ${kind} '${name}'${given.length > 0 ? ` with${given.join(' and')}` : ''}`;
    const alike = this.all(kind);
    if (alike.length === 0) return `${subject}, nor any other ${kind}${this.kindsText(kind)}`;
    const near = nearest(
      name,
      alike.flatMap(({ metadata }) => metadata.name ?? []).filter((other) => other !== name),
    );
    const hint =
      near === undefined || alike.some(({ metadata }) => metadata.name === name)
        ? ''
        : `; did you mean '${near}'?`;
    return `${subject}${hint}\n${kind} there are:${listed(alike.map(placedName).sort())}`;
  }

  private kindsText(wanted?: string): string {
    const kinds = [...new Set(this.all().map(({ kind }) => kind))].sort();
    const near = wanted === undefined ? undefined : nearest(wanted, kinds);
    const hint = near === undefined ? '' : `; did you mean '${near}'?`;
    return kinds.length === 0 ? '; there are no objects' : `${hint}; kinds there are: ${kinds.join(', ')}`;
  }
}

function isMeant(
  { apiVersion, kind, metadata }: KubernetesObject,
  cluster: string | undefined,
  wanted: string | undefined,
  filter: ObjectFilter,
): boolean {
  if (wanted !== undefined && kind !== wanted) return false;
  if (filter.namespace !== undefined && metadata.namespace !== filter.namespace) return false;
  if (filter.apiVersion !== undefined && apiVersion !== filter.apiVersion) return false;
  if (filter.cluster !== undefined && cluster !== filter.cluster) return false;
  return Object.entries(filter.labels ?? {}).every(([key, value]) => metadata.labels?.[key] === value);
}
