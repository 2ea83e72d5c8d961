/** `workloads/web-app.ts` of every new project: something to look at, with settings fit for any node. */
export const WEB_APP = `import { type Namespace, WebService } from 'k3stack';

/** A web application that shows the request it got; put your own image in its place. */
export function webApp(
  namespace: Namespace,
  options: { readonly host?: string; readonly replicas?: number } = {},
): void {
  const { host, replicas = 1 } = options;
  new WebService(namespace, 'web', {
    image: 'docker.io/traefik/whoami:v1.11.0',
    args: ['--port', '8080'],
    user: 65534,
    healthPath: '/health',
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
    replicas,
    host,
    tls: 'default', // the certificate that the ingress controller makes itself
  });
}
`;
