import { isDnsLabel, isLabelKey } from '../../lib/cluster/names';
import { coresOf, isQuantity } from '../../lib/cluster/quantity';
import { withExamples } from '../../lib/late';
import {
  anyText,
  describeValue,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  text,
  wholeNumber,
} from '../../lib/rules/shape';
import type { ConstructViolation } from '../violations';
import type { ComputeAmounts, NamespaceLimits, NamespaceProps, NamespaceQuota } from './namespace-settings';

/** What is wrong with the name of a namespace. */
export function nameViolations(name: string): ConstructViolation[] {
  if (isDnsLabel(withExamples(name))) return [];
  const problem = `must be lower case letters, digits and '-', at most 63, got ${describeValue(name)}`;
  return [{ rule: 'namespace-name', property: 'id', problem, fix: `write '${nameLike(name)}'` }];
}

/** What is wrong with the props of a namespace that have the right form. */
export function namespaceViolations(props: NamespaceProps): ConstructViolation[] {
  const { quota, limits, allowFrom } = props;
  return [
    ...levelViolations(props),
    ...(quota === undefined ? [] : quotaViolations(quota)),
    ...(limits === undefined ? [] : limitsViolations(limits)),
    ...(allowFrom ?? []).flatMap((name, index) => allowedViolations(name, index)),
  ];
}

/** A label would win over the prop without a word. */
function levelViolations({ podSecurity, labels = {} }: NamespaceProps): ConstructViolation[] {
  const label = labels[ENFORCED];
  if (podSecurity === undefined || label === undefined) return [];
  return [
    {
      rule: 'namespace-pod-security',
      property: `labels['${ENFORCED}']`,
      problem: `is ${describeValue(label)} beside podSecurity: '${podSecurity}', and both write one label`,
      fix: 'remove one of the two',
    },
  ];
}

/** Label of the Pod Security Standard that the API server holds pods to (kubernetes.io/docs/concepts/security/pod-security-admission). */
export const ENFORCED = 'pod-security.kubernetes.io/enforce';

function quotaViolations(quota: NamespaceQuota): ConstructViolation[] {
  const { requests = {}, limits = {}, storage, hard = {} } = quota;
  const amounts = [
    ...amountsIn('quota.requests', requests),
    ...amountsIn('quota.limits', limits),
    ...(storage === undefined ? [] : [{ property: 'quota.storage', amount: storage }]),
    ...Object.entries(hard).map(([key, amount]) => ({ property: `quota.hard['${key}']`, amount })),
  ];
  const keys = Object.keys(hard).filter((key) => !isLabelKey(key.replace(/^count\//, '')));
  return [
    ...amounts.flatMap(({ property, amount }) => quantityViolations('namespace-quota', property, amount)),
    ...keys.map((key) => ({
      rule: 'namespace-quota',
      property: 'quota.hard',
      problem: `has the key ${describeValue(key)}, which names no resource`,
      fix: "write such as 'requests.nvidia.com/gpu', 'count/jobs.batch' or 'services'",
    })),
    ...(Object.values({ ...quota, requests: undefined, limits: undefined, hard: undefined }).every(
      isAbsent,
    ) && amounts.length === 0
      ? [
          {
            rule: 'namespace-quota',
            property: 'quota',
            problem: 'limits nothing',
            fix: "write quota: { requests: { cpu: '2', memory: '2Gi' }, pods: 20 }, or remove it",
          },
        ]
      : []),
  ];
}

/** What the API server refuses in a LimitRange: kubernetes/kubernetes@v1.36.3:pkg/apis/core/validation/validation.go, ValidateLimitRange. */
function limitsViolations(limits: NamespaceLimits): ConstructViolation[] {
  const wrong = STEPS.flatMap((step) => amountsIn(`limits.${step}`, limits[step] ?? {})).flatMap(
    ({ property, amount }) => quantityViolations('namespace-limits', property, amount),
  );
  if (wrong.length > 0) return wrong;
  return (['cpu', 'memory'] as const).flatMap((resource) => {
    const given = STEPS.flatMap((step) => {
      const amount = limits[step]?.[resource];
      return amount === undefined ? [] : [{ step, amount, value: coresOf(withExamples(amount)) }];
    });
    return given.slice(1).flatMap((higher, index) => {
      const lower = given[index];
      if (lower === undefined || lower.value <= higher.value) return [];
      return [
        {
          rule: 'namespace-limits',
          property: `limits.${higher.step}.${resource}`,
          problem: `is ${higher.amount}, less than ${lower.step} with ${lower.amount}: the API server refuses it`,
          fix: `write ${higher.step}: { ${resource}: '${lower.amount}' } or more, or less as ${lower.step}`,
        },
      ];
    });
  });
}

function allowedViolations(name: string, index: number): ConstructViolation[] {
  if (isDnsLabel(withExamples(name))) return [];
  return [
    {
      rule: 'namespace-allow-from',
      property: `allowFrom[${index}]`,
      problem: `must be the name of a namespace, got ${describeValue(name)}`,
      fix: `write '${nameLike(name)}'`,
    },
  ];
}

function quantityViolations(rule: string, property: string, amount: string): ConstructViolation[] {
  if (isQuantity(withExamples(amount))) return [];
  const problem = `must be a Kubernetes quantity, got ${describeValue(amount)}`;
  return [{ rule, property, problem, fix: "write such as '500m' or '512Mi'" }];
}

function amountsIn(property: string, amounts: ComputeAmounts): { property: string; amount: string }[] {
  return Object.entries(amounts).flatMap(([resource, amount]: [string, string | undefined]) =>
    amount === undefined ? [] : [{ property: `${property}.${resource}`, amount }],
  );
}

function isAbsent(value: unknown): boolean {
  return value === undefined;
}

/** The nearest that can be a name. */
function nameLike(name: string): string {
  const allowed = withExamples(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return allowed.slice(0, 63).replace(/^-|-$/g, '') || 'shop';
}

/** From the lowest amount to the highest. */
const STEPS = ['min', 'defaultRequest', 'defaultLimit', 'max'] as const;

const amounts = object({ cpu: text, memory: text });
const count = wholeNumber(0, 100_000);

/** Form of the props, for programs without types. */
export const namespaceShape = object({
  labels: mapOf(anyText),
  podSecurity: oneOf('privileged', 'baseline', 'restricted'),
  quota: object({
    requests: amounts,
    limits: amounts,
    pods: count,
    storage: text,
    persistentVolumeClaims: count,
    loadBalancers: count,
    hard: mapOf(text),
  }),
  limits: object({ defaultRequest: amounts, defaultLimit: amounts, min: amounts, max: amounts }),
  defaultDeny: flag,
  allowFrom: list(text),
});
