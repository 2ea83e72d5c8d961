import { propertyAt } from '../../../lib/rules/shape';
import { isMap, type HelmValues } from '../../helm/helm-values';
import type { ConstructViolation } from '../../violations';

/**
 * Where settings lie in the values of one major of Traefik's chart, below the key of an entry point and below `service`. Read from
 * traefik/values.yaml and the templates of traefik/traefik-helm-chart@v34.2.0, v37.1.0, v38.0.2, v39.0.7, v40.1.0 and v40.3.0, and rendered with Helm.
 */
export interface TraefikValuePaths {
  /** Puts HTTP settings of an entry point (redirections, tls, middlewares) where the chart reads them. */
  readonly http: (settings: HelmValues) => HelmValues;

  /** Puts type and source ranges of the Service where the chart reads them. */
  readonly service: (settings: HelmValues) => HelmValues;
}

/** The paths of a chart version, such as `39.0.701+up39.0.7`. */
export function valuePathsOf(chartVersion: string): TraefikValuePaths {
  const major = majorOf(chartVersion);
  return {
    http: (settings) => (major >= 39 ? { http: settings } : settings),
    service: (settings) => (major >= 40 ? { spec: settings } : settings),
  };
}

/** Major of the oldest chart that the props of Traefik can be written for; 27 is Traefik 2.11, with other values throughout. */
export const OLDEST_CHART_MAJOR = 34;

/** Major of a chart version. */
export function majorOf(chartVersion: string): number {
  return Number.parseInt(chartVersion, 10);
}

/** Values at paths that this chart does not read, and would ignore without a word: K3s ships the chart without its schema. */
export function ignoredValues(values: HelmValues, chartVersion: string): ConstructViolation[] {
  const major = majorOf(chartVersion);
  return MOVED.filter(({ from = 0, until = Infinity }) => major < from || major > until).flatMap(
    ({ path, instead }) =>
      matches(values, path.split('.')).map((found) => ({
        rule: 'traefik-values',
        property: propertyAt(['values', ...found]),
        problem: `is ignored by chart ${chartVersion}`,
        fix: `write ${instead.replace('*', (any) => (/^[\w-]{1,60}$/.test(found[1] ?? '') ? found[1]! : any))}`,
      })),
  );
}

/** Paths in `values` that fit a pattern, in which `*` is any key. */
function matches(
  values: HelmValues,
  pattern: readonly string[],
  path: readonly string[] = [],
): (readonly string[])[] {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return [path];
  return Object.entries(values)
    .filter(([key, value]) => (wanted === '*' || key === wanted) && value !== undefined)
    .flatMap(([key, value]) => {
      const below = [...path, key];
      if (rest.length === 0) return [below];
      return isMap(value) ? matches(value, rest, below) : [];
    });
}

interface MovedValue {
  readonly path: string;

  /** First major that reads it. */
  readonly from?: number;

  /** Last major that reads it. */
  readonly until?: number;
  readonly instead: string;
}

const SERVICE_KEYS = ['type', 'loadBalancerSourceRanges', 'externalIPs', 'ipFamilyPolicy', 'ipFamilies'];
const ENTRY_POINT_KEYS = ['redirections', 'tls', 'middlewares'];

const MOVED: readonly MovedValue[] = [
  { path: 'ports.*.redirectTo', until: 27, instead: 'redirectToHttps: true' },
  ...ENTRY_POINT_KEYS.flatMap((key): MovedValue[] => [
    { path: `ports.*.${key}`, until: 38, instead: `ports.*.http.${key}` },
    { path: `ports.*.http.${key}`, from: 39, instead: `ports.*.${key}` },
  ]),
  ...SERVICE_KEYS.flatMap((key): MovedValue[] => [
    { path: `service.${key}`, until: 39, instead: `service.spec.${key}` },
    { path: `service.spec.${key}`, from: 40, instead: `service.${key}` },
  ]),
  { path: 'globalArguments', until: 35, instead: 'global: { checkNewVersion, sendAnonymousUsage }' },
  { path: 'global.checkNewVersion', from: 36, instead: "globalArguments: ['--global.checknewversion']" },
  { path: 'global.sendAnonymousUsage', from: 36, instead: 'globalArguments: []' },
  { path: 'api', from: 38, instead: 'additionalArguments' },
  {
    path: 'providers.kubernetesIngressNginx',
    from: 38,
    until: 39,
    instead: 'providers.kubernetesIngressNGINX',
  },
  {
    path: 'providers.kubernetesIngressNGINX',
    from: 40,
    instead: 'providers.kubernetesIngressNginx, from chart 38 on',
  },
  { path: 'log', from: 41, instead: 'logs.general' },
  { path: 'accessLog', from: 41, instead: 'logs.access' },
];
