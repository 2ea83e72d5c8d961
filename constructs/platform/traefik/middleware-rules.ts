import { withExamples } from '../../../lib/late';
import { describeUrl } from '../../../lib/rules/describe-url';
import { describeValue, propertyAt } from '../../../lib/rules/shape';
import type { ConstructViolation } from '../../violations';

/** What Traefik would only say in its log about the settings of a middleware. */
export function settingsViolations(settings: Readonly<Record<string, unknown>>): ConstructViolation[] {
  return Object.entries(settings).flatMap(([kind, value]) =>
    Object.hasOwn(RULES, kind) ? (RULES[kind]?.(recordOf(value)) ?? []) : [],
  );
}

type Settings = Readonly<Record<string, unknown>>;

const RULES: Readonly<Record<string, (settings: Settings) => ConstructViolation[]>> = {
  rateLimit: ({ average, burst }) => [
    ...positive('rateLimit.average', average, 'write average: 100, in requests per period'),
    ...positive('rateLimit.burst', burst, 'write burst: 50'),
  ],
  inFlightReq: ({ amount }) => positive('inFlightReq.amount', amount, 'write amount: 10'),
  retry: ({ attempts }) => positive('retry.attempts', attempts, 'write attempts: 3'),
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
