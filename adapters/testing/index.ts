import { Construct, type IConstruct } from 'constructs';
import { Environment } from '../../constructs/environment';
import { Environments } from '../../constructs/environments';
import { isInstance } from '../../constructs/instance-of';
import { synthesize, type SynthesisContext } from '../../constructs/synthesis/synthesize';
import { assertMap, assertText, invalidAssertion } from '../../constructs/testing/arguments';
import { collect } from '../../constructs/testing/collect';
import { SynthesizedObjects } from '../../constructs/testing/synthesized-objects';
import { describeValue } from '../../lib/rules/shape';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { synthesisContext } from '../context';
import { loadSchemas } from '../schemas';

export { ObjectAssertionError } from '../../constructs/testing/assertion-error';
export { expectViolation, type ExpectedViolation } from '../../constructs/testing/expect-violation';
export { exactly, type Exactly } from '../../constructs/testing/partial-match';
export { policies } from '../../constructs/testing/policies';
export {
  policy,
  type Policy,
  type PolicyCheck,
  type PolicyFinding,
  type PolicyViolation,
} from '../../constructs/testing/policy';
export type { SnapshotOptions } from '../../constructs/testing/snapshot';
export type { ObjectFilter, SynthesizedObjects } from '../../constructs/testing/synthesized-objects';

/** How an environment is synthesized for tests. */
export interface SynthesizedOptions {
  /**
   * Folder with the `known_hosts`, the lock file and the promotions of the program.
   *
   * @default - none is read: every key and checksum is taken for pinned, so that no warning is about one that is missing
   */
  readonly folder?: string;
}

/**
 * The objects of one environment of a program, held to every rule as `k3stack synth` does.
 *
 * @throws InvalidProgramError when it is refused: see `expectViolation`.
 */
export function synthesized(
  program: Environments,
  environment: string,
  options?: SynthesizedOptions,
): SynthesizedObjects;

/** The same of an environment that is built already. */
export function synthesized(environment: Environment, options?: SynthesizedOptions): SynthesizedObjects;

/** The objects under a chart, an app or any other construct of cdk8s, held to the checks of these constructs. */
export function synthesized(scope: IConstruct): SynthesizedObjects;

/** Objects that something else made, such as `Testing.synth(chart)` or rendered YAML. */
export function synthesized(objects: readonly object[]): SynthesizedObjects;

export function synthesized(
  subject: Environments | IConstruct | readonly object[],
  second?: string | SynthesizedOptions,
  third?: SynthesizedOptions,
): SynthesizedObjects {
  const parts = { schemas: loadSchemas };
  if (Array.isArray(subject)) {
    return new SynthesizedObjects(Array.from<unknown>(subject).map(testObject), parts);
  }
  if (Environments.is(subject)) {
    assertText(
      second,
      'the environment',
      `write synthesized(program, '${subject.names[0] ?? 'production'}')`,
    );
    return ofEnvironment(subject.build(second as string), third);
  }
  if (!Construct.isConstruct(subject)) {
    throw invalidAssertion(
      `what is synthesized must be a program, a construct or a list of objects, got ${describeValue(subject)}`,
      "write synthesized(program, 'production')",
    );
  }
  const scope: IConstruct = subject;
  if (isInstance(scope, Environment)) return ofEnvironment(scope, second as SynthesizedOptions | undefined);
  const { objects, warnings } = collect(scope);
  return new SynthesizedObjects(objects, { ...parts, warnings });
}

function testObject(object: unknown): { readonly object: KubernetesObject } {
  const { kind, metadata } = (object ?? {}) as Partial<KubernetesObject>;
  if (typeof kind === 'string' && typeof metadata === 'object' && metadata !== null)
    return { object: object as KubernetesObject };
  throw invalidAssertion(
    `must be a list of objects with kind and metadata, got ${describeValue(object)} in it`,
    'pass Testing.synth(chart), or documents of YAML that are not empty',
  );
}

function ofEnvironment(environment: Environment, options: SynthesizedOptions = {}): SynthesizedObjects {
  assertMap(options, 'the options', 'write { folder: __dirname }');
  const { folder } = options;
  const synthesis = synthesize(environment, folder === undefined ? pinned() : synthesisContext(folder));
  const objects = synthesis.manifests.flatMap((file) =>
    file.objects.map(({ object }) => ({ object, cluster: file.cluster })),
  );
  return new SynthesizedObjects(objects, { schemas: loadSchemas, synthesis, warnings: synthesis.warnings });
}

function pinned(): SynthesisContext {
  return { schemas: loadSchemas(), checksum: () => '0'.repeat(64), hostKey: () => 'ssh-ed25519 AAAA' };
}
