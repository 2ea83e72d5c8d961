import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { TraefikProps } from '../../../constructs';
import { isMap, type HelmValues } from '../../../constructs/helm/helm-values';
import { traefikValues } from '../../../constructs/platform/traefik/chart-values';
import { ignoredValues } from '../../../constructs/platform/traefik/value-paths';

/** What each chart reads, recorded from its sources; see `source` in the file. */
const recorded = JSON.parse(readFileSync('test/fixtures/traefik/value-paths.json', 'utf8')) as {
  readonly charts: Readonly<Record<string, readonly string[]>>;
};

/** Every prop that is written into values. */
const EVERYTHING: TraefikProps = {
  exposure: 'nodePort',
  replicas: 2,
  redirectToHttps: true,
  externalTrafficPolicy: 'Local',
  loadBalancerSourceRanges: ['10.0.0.0/8'],
  serviceAnnotations: { a: 'b' },
  serviceLabels: { c: 'd' },
  isDefaultClass: false,
  tls: { minVersion: 'VersionTLS12', sniStrict: true },
  defaultCertificate: 'wildcard',
  logLevel: 'DEBUG',
  accessLog: { format: 'json' },
  metrics: false,
  gatewayApi: true,
  allowCrossNamespace: true,
  allowExternalNameServices: true,
  resources: { requests: { cpu: '10m' }, limits: { memory: '64Mi' } },
  entryPoints: {
    web: {
      forwardedHeadersFrom: ['10.0.0.0/8'],
      nodePort: 30080,
      middlewares: [{ namespace: 'a', name: 'b' }],
    },
    websecure: { proxyProtocolFrom: ['10.0.0.1'], containerPort: 9443 },
    mqtt: { port: 883, tls: true },
    dns: { port: 5353, protocol: 'UDP', exposed: false, hostPort: 53 },
  },
};

function leaves(values: HelmValues, path = ''): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0 ? leaves(value, `${path}${key}.`) : [`${path}${key}`],
  );
}

function isRead(path: string, paths: readonly string[]): boolean {
  return paths.some((known) => (known.endsWith('.*') ? path.startsWith(known.slice(0, -1)) : known === path));
}

function unread(values: HelmValues, chart: string): string[] {
  const paths = recorded.charts[chart]!;
  return (
    leaves(values)
      .map((path) => path.replace(/^ports\.[^.]+/, 'ports.*'))
      // Removed by null, with everything below.
      .filter((path) => path !== 'metrics.prometheus' || !paths.some((known) => known.startsWith(`${path}.`)))
      .filter((path) => !isRead(path, paths))
  );
}

describe.each(Object.keys(recorded.charts))('chart %s', (chart) => {
  test('reads every path that the props write', () => {
    expect(unread(traefikValues(EVERYTHING, chart), chart)).toEqual([]);
    expect(unread(traefikValues({ exposure: 'hostPort' }, chart), chart)).toEqual([]);
  });

  test('is not told anything that it ignores', () => {
    expect(ignoredValues(traefikValues(EVERYTHING, chart), chart)).toEqual([]);
  });
});

test.each([
  ['34.2.0', '40.1.0'],
  ['40.1.0', '34.2.0'],
  ['38.0.2', '39.0.7'],
])('values for chart %s would be partly ignored by chart %s, and both checks see it', (from, to) => {
  const values = traefikValues(EVERYTHING, from);
  expect(unread(values, to)).not.toEqual([]);
  expect(ignoredValues(values, to)).not.toEqual([]);
});
