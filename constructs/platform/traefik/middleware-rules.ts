import { parseAddress, parseRange } from '../../../lib/cluster/ip-range';
import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';
import { goRegexProblem, isGoDuration } from './go-text';

/** What Traefik would only say in its log about the settings of a middleware. */
export function settingsViolations(settings: Readonly<Record<string, unknown>>): ConstructViolation[] {
  return Object.entries(settings).flatMap(([kind, value]) =>
    Object.hasOwn(RULES, kind) ? (RULES[kind]?.(recordOf(value)) ?? []) : [],
  );
}

type Settings = Readonly<Record<string, unknown>>;

const RULES: Readonly<Record<string, (settings: Settings) => ConstructViolation[]>> = {
  rateLimit: ({ average, burst, period }) => [
    ...durations('rateLimit', { period }),
    ...positive('rateLimit.average', average, 'write average: 100, in requests per period'),
    ...positive('rateLimit.burst', burst, 'write burst: 50'),
  ],
  inFlightReq: ({ amount }) => positive('inFlightReq.amount', amount, 'write amount: 10'),
  retry: ({ attempts, initialInterval }) => [
    ...positive('retry.attempts', attempts, 'write attempts: 3'),
    ...durations('retry', { initialInterval }),
  ],
  circuitBreaker: ({ checkPeriod, fallbackDuration, recoveryDuration }) =>
    durations('circuitBreaker', { checkPeriod, fallbackDuration, recoveryDuration }),
  ipAllowList: ({ sourceRange }) => ranges(sourceRange),
  redirectRegex: ({ regex }) => regexes('redirectRegex.regex', [regex]),
  replacePathRegex: ({ regex }) => regexes('replacePathRegex.regex', [regex]),
  stripPrefixRegex: ({ regex }) => regexes('stripPrefixRegex.regex', Array.isArray(regex) ? regex : []),
  forwardAuth: ({ address }) => {
    if (typeof address === 'string' && withExamples(address).includes('@')) {
      const problem = 'holds an account, which would be written into a manifest';
      const fix = 'write the address alone, and let what answers there know Traefik in another way';
      return [violation('forwardAuth.address', problem, fix)];
    }
    if (address === undefined || isUrl(address)) return [];
    const problem = `must be the URL that is asked, got ${describeUrl(address)}`;
    return [violation('forwardAuth.address', problem, "write address: 'http://auth.auth.svc:4180/verify'")];
  },
  stripPrefix: ({ prefixes }) =>
    (Array.isArray(prefixes) ? (prefixes as unknown[]) : []).flatMap((prefix, index) =>
      absolute(propertyAt(['stripPrefix', 'prefixes', String(index)]), prefix),
    ),
  addPrefix: ({ prefix }) => absolute('addPrefix.prefix', prefix),
  replacePath: ({ path }) => absolute('replacePath.path', path),
};

/** Traefik makes no middleware of an empty list (traefik/traefik: pkg/ip/checker.go, pkg/middlewares/ipallowlist). */
function ranges(value: unknown): ConstructViolation[] {
  const property = 'ipAllowList.sourceRange';
  if (value === undefined || !Array.isArray(value)) return [];
  if (value.length === 0)
    return [
      violation(
        property,
        'is an empty list, which lets nobody in and drops the route',
        "write ['10.0.0.0/8']",
      ),
    ];
  return (value as unknown[]).flatMap((range, index) => {
    const text = typeof range === 'string' ? withExamples(range) : '';
    if (parseAddress(text) !== undefined || parseRange(text) !== undefined) return [];
    const problem = `must be an address or a range of them, got ${describeValue(range)}`;
    return [violation(`${property}[${index}]`, problem, "write '10.0.0.0/8'")];
  });
}

function durations(kind: string, values: Readonly<Record<string, unknown>>): ConstructViolation[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (typeof value !== 'string' || isGoDuration(withExamples(value))) return [];
    const problem = `must be a duration, got ${describeValue(value)}`;
    return [violation(`${kind}.${key}`, problem, `write ${key}: '10s'`)];
  });
}

function regexes(property: string, values: readonly unknown[]): ConstructViolation[] {
  return values.flatMap((value) => {
    const problem = typeof value === 'string' ? goRegexProblem(withExamples(value)) : undefined;
    if (problem === undefined) return [];
    return [violation(property, `${problem}, got ${describeValue(value)}`, "write such as '^/v[0-9]+/(.*)'")];
  });
}

function positive(property: string, value: unknown, fix: string): ConstructViolation[] {
  if (value === undefined || (typeof value === 'number' && value >= 1)) return [];
  return [violation(property, `must be 1 or more, got ${describeValue(value)}`, fix)];
}

function absolute(property: string, value: unknown): ConstructViolation[] {
  if (typeof value !== 'string' || value.startsWith('/')) return [];
  return [
    violation(
      property,
      `must start with '/', got ${describeValue(value)}`,
      `write '/${value.replace(/[^\w./-]/g, '')}'`,
    ),
  ];
}

function isUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = withExamples(value);
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}

function recordOf(value: unknown): Settings {
  return typeof value === 'object' && value !== null ? (value as Settings) : {};
}

function violation(property: string, problem: string, fix: string): ConstructViolation {
  return { rule: 'traefik-middleware', property, problem, fix };
}
