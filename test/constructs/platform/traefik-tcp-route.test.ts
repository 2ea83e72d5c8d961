import { describe, expect, test } from '@jest/globals';
import type { Chart } from 'cdk8s';
import { Namespace } from '../../../constructs/cluster/namespace';
import { TraefikTcpRoute, type TraefikTcpRouteProps } from '../../../constructs/platform/traefik/tcp-route';
import { Traefik } from '../../../constructs/platform/traefik/traefik';
import {
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
} from '../../support/synth';

const POSTGRES = { entryPoints: ['postgres'], services: [{ name: 'db', port: 5432 }] };

describe('a TCP route', () => {
  test('leads every connection of its entry point to the service', () => {
    const chart = routeChart(POSTGRES);
    expect(objectsIn(chart)).toEqual([
      {
        apiVersion: 'traefik.io/v1alpha1',
        kind: 'IngressRouteTCP',
        metadata: { name: 'db', namespace: 'default' },
        spec: {
          entryPoints: ['postgres'],
          routes: [{ match: 'HostSNI(`*`)', services: [{ name: 'db', port: 5432 }] }],
        },
      },
    ]);
    expect([...problemsIn(chart), ...schemaProblems(chart)]).toEqual([]);
  });

  test.each([
    ['passthrough', { passthrough: true }],
    ['default', {}],
    [{ secretName: 'db-tls' }, { secretName: 'db-tls' }],
    [{ issuer: 'lab' }, { secretName: 'db-tls' }],
  ] as const)('tells hosts apart by TLS: %j', (tls, spec) => {
    const chart = routeChart({ ...POSTGRES, hosts: ['db.example.org', '*.db.example.org'], tls });
    expect(objectsOf(chart, 'IngressRouteTCP')).toMatchObject([
      {
        spec: {
          routes: [
            { match: '(HostSNI(`db.example.org`) || HostSNIRegexp(`^[a-z0-9-]+\\.db\\.example\\.org$`))' },
          ],
          tls: spec,
        },
      },
    ]);
    expect(objectsOf(chart, 'Certificate')).toHaveLength(typeof tls === 'object' && 'issuer' in tls ? 1 : 0);
    expect([...problemsIn(chart), ...schemaProblems(chart)]).toEqual([]);
  });

  test('fails when hosts cannot be told apart, a service is none, or Traefik has no such entry point', () => {
    const chart = routeChart({ entryPoints: [], services: [], hosts: ['db.example.org'] });
    new TraefikTcpRoute(chart, 'b', { ...POSTGRES, tls: { issuer: 'lab' } });
    new TraefikTcpRoute(chart, 'c', { ...POSTGRES, hosts: ['db.example.org:5432'], tls: 'passthrough' });
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik');
    const namespace = new Namespace(cluster, 'shop');
    new TraefikTcpRoute(namespace, 'db', POSTGRES);
    expect([...problemsIn(chart), ...problemsIn(namespace)]).toMatchInlineSnapshot(`
     [
       "[plain/db] hosts: are told apart by TLS, which the route does not speak; remove hosts, or write tls: 'passthrough' (traefik-route)",
       "[plain/db] services: names no service; write services: [{ name: 'web', port: 80 }] (traefik-route)",
       "[plain/db] entryPoints: names no entry point: the route would listen on every one; write entryPoints: ['websecure'] (traefik-route)",
       "[plain/b] tls: asks for a certificate without a host; write hosts: ['db.example.org'] (traefik-route)",
       "[plain/c] hosts[0]: must be a host name without scheme, port and path, got "db.example.org:5432"; write 'db.example.org' (traefik-route)",
       "[k3s/shop/db] entryPoints: names entry point "postgres"; Traefik has web, websecure; write entryPoints: { postgres: { port: … } } in the props of Traefik (traefik-route)",
     ]
    `);
  });
});

function routeChart(props: TraefikTcpRouteProps): Chart {
  const chart = plainChart();
  new TraefikTcpRoute(chart, 'db', props);
  return chart;
}
