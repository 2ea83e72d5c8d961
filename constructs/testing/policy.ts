import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { describeValue } from '../../lib/rules/shape';
import { assertText, invalidAssertion } from './arguments';
import { objectName } from './object-name';

/** Where an object does not keep a policy. */
export interface PolicyFinding {
  /** Path in the object, such as `spec.template.spec.containers[0].image`. */
  readonly path: string;

  /** What is wrong, naming what was got. */
  readonly problem: string;

  /** What to write instead. */
  readonly fix: string;
}

/** A finding with the object it is about. */
export interface PolicyViolation extends PolicyFinding {
  readonly policy: string;

  /** `Kind namespace/name`. */
  readonly object: string;
}

/** What a policy says about one object, knowing all the others. */
export type PolicyCheck = (
  object: KubernetesObject,
  all: readonly KubernetesObject[],
) => readonly PolicyFinding[];

/** Something that every object has to keep. Made by {@link policy}. */
export class Policy {
  constructor(
    readonly name: string,
    private readonly check: PolicyCheck,
    private readonly exceptions: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * The same, with objects that need not keep it. One that keeps it all the same is a violation: the exception has outlived its reason.
   *
   * @param exceptions Reasons by object: `DaemonSet kube-system/cilium`, or `ClusterRole reader`; `*` stands for any text.
   */
  except(exceptions: Readonly<Record<string, string>>): Policy {
    for (const [object, reason] of Object.entries(exceptions)) {
      if (typeof reason !== 'string' || reason.trim() === '')
        throw new TypeError(
          `the exception of ${object} from ${this.name} has no reason; write why it needs one`,
        );
    }
    return new Policy(this.name, this.check, { ...this.exceptions, ...exceptions });
  }

  /** What objects break of it. */
  violations(objects: readonly KubernetesObject[]): readonly PolicyViolation[] {
    const found = objects.flatMap((object) => {
      const findings = this.findings(object, objects);
      return [...findings, ...this.outlived(object, findings)].map((finding) => ({
        policy: this.name,
        object: objectName(object),
        ...finding,
      }));
    });
    return found.filter(({ object, path }) => path === '' || this.exceptionOf(object) === undefined);
  }

  private findings(object: KubernetesObject, objects: readonly KubernetesObject[]): readonly PolicyFinding[] {
    const findings: unknown = this.check(object, objects);
    if (Array.isArray(findings)) return findings as readonly PolicyFinding[];
    throw invalidAssertion(
      `policy ${this.name} must return a list for ${objectName(object)}, got ${describeValue(findings)}`,
      'return [] for an object that keeps it',
    );
  }

  private outlived(object: KubernetesObject, findings: readonly PolicyFinding[]): PolicyFinding[] {
    const exception = this.exceptionOf(objectName(object));
    if (exception === undefined || findings.length > 0) return [];
    return [
      { path: '', problem: `keeps it, and has an exception (${exception})`, fix: 'remove the exception' },
    ];
  }

  private exceptionOf(object: string): string | undefined {
    return Object.keys(this.exceptions).find((pattern) => isLike(object, pattern));
  }
}

/**
 * A policy of your own.
 *
 * @param name Lower case with `-`, for messages.
 */
export function policy(name: string, check: PolicyCheck): Policy {
  assertText(name, 'the name of a policy', "write policy('internal-images', (object) => …)");
  if (typeof check !== 'function')
    throw invalidAssertion(`policy ${name} has no function`, `write policy('${name}', (object) => [])`);
  return new Policy(name, check);
}

/** Refuses what is no policy, such as all of `policies`. */
export function assertPolicy(value: unknown): void {
  if (typeof (value as Partial<Policy> | null | undefined)?.violations === 'function') return;
  throw invalidAssertion(
    `must be a policy, got ${describeValue(value)}`,
    'write expectPolicy(policies.probes, …), or ...Object.values(policies) for all',
  );
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
