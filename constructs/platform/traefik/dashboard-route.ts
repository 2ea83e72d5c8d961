import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { TraefikDashboard } from './traefik-settings';

/**
 * The way to the dashboard as an object of our own, not by `ingressRoute.dashboard` of the chart: it is checked against the schema and shown in
 * previews, and does not depend on the chart's version.
 */
export function dashboardRoute(scope: Construct, namespace: string, dashboard: TraefikDashboard): void {
  const { host, auth, entryPoint = 'websecure' } = dashboard;
  new ApiObject(scope, 'dashboard', {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'k3stack-dashboard', namespace },
    spec: {
      entryPoints: [entryPoint],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${host}\`) && (PathPrefix(\`/dashboard\`) || PathPrefix(\`/api\`))`,
          // Without anybody to ask, the route is refused by a check; it is never open.
          middlewares: [{ name: auth?.name, namespace: auth?.namespace }],
          services: [{ name: 'api@internal', kind: 'TraefikService' }],
        },
      ],
    },
  });
}
