import { isDnsSubdomain } from '../../../lib/cluster/names';
import { ExistingSecret } from '../../../lib/existing-secret';
import {
  anything,
  byKey,
  checkProps,
  describeValue,
  object,
  oneOf,
  text,
  type CheckedProps,
} from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import { lifetimeViolations } from './durations';
import type { PrivateCaIssuerProps } from './private-ca-settings';

/** What is wrong with the props of a private authority, and those of them that can be used. */
export function privateCaProblems(props: PrivateCaIssuerProps): CheckedProps<PrivateCaIssuerProps> {
  const { problems, sound } = checkProps(props, shape);
  return { problems: problems.length > 0 ? problems : violations(sound), sound };
}

function violations({ authority, root }: PrivateCaIssuerProps): ConstructViolation[] {
  return [
    ...lifetimeViolations('private-ca', { duration: root?.duration }).map((violation) => ({
      ...violation,
      property: `root.${violation.property}`,
    })),
    ...(authority !== undefined && root !== undefined ? [both()] : []),
    ...(authority === undefined ? [] : authorityViolations(authority)),
  ];
}

function authorityViolations(
  authority: NonNullable<PrivateCaIssuerProps['authority']>,
): ConstructViolation[] {
  if ('secretName' in authority) {
    if (isDnsSubdomain(authority.secretName)) return [];
    const problem = `must be the name of a Kubernetes Secret, got ${describeValue(authority.secretName)}`;
    return [
      {
        rule: 'private-ca',
        property: 'authority.secretName',
        problem,
        fix: "write secretName: 'company-ca'",
      },
    ];
  }
  const existing = [authority.certificate, authority.key].some((source) => source instanceof ExistingSecret);
  if (!existing) return [];
  return [
    {
      rule: 'private-ca',
      property: 'authority',
      problem:
        'refers to keys of an existing Kubernetes Secret, and cert-manager takes a whole one with tls.crt and tls.key',
      fix: "write authority: { secretName: 'its-name' }",
    },
  ];
}

function both(): ConstructViolation {
  return {
    rule: 'private-ca',
    property: 'root',
    problem: 'describes a root that is to be made, and authority one that is there',
    fix: 'remove one of the two',
  };
}

/** Form of the props, for programs without types. What is no secret is said where the Kubernetes Secret is declared. */
const shape = object({
  kind: oneOf('ClusterIssuer', 'Issuer'),
  authority: byKey({
    secretName: object({ secretName: text }, 'secretName'),
    certificate: object({ certificate: anything, key: anything }, 'certificate', 'key'),
  }),
  root: object({ commonName: text, duration: text }),
});
