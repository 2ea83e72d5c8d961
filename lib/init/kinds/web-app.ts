/** `workloads/web-app.ts` of every new project: something to look at, with settings fit for any node. */
export const WEB_APP = `import { k8s } from 'cdk8s-plus-28';
import type { Namespace } from 'k3stack';

const name = 'web';
const labels = { 'app.kubernetes.io/name': name };
const port = 8080;

/** A web application that shows the request it got; put your own image in its place. */
export function webApp(
  namespace: Namespace,
  options: { readonly host?: string; readonly replicas?: number } = {},
): void {
  const { host, replicas = 1 } = options;
  new k8s.KubeDeployment(namespace, 'web', {
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65534,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container()],
        },
      },
    },
  });
  new k8s.KubeService(namespace, 'service', {
    metadata: { name, labels },
    spec: {
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }],
    },
  });
  if (host !== undefined) ingress(namespace, host);
}

function container(): k8s.Container {
  return {
    name,
    image: 'docker.io/traefik/whoami:v1.11.0',
    args: ['--port', String(port)],
    ports: [{ name: 'http', containerPort: port }],
    readinessProbe: { httpGet: { path: '/health', port: k8s.IntOrString.fromString('http') } },
    resources: {
      requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('16Mi') },
      limits: { memory: k8s.Quantity.fromString('32Mi') },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
  };
}

function ingress(namespace: Namespace, host: string): void {
  const backend = { service: { name, port: { name: 'http' } } };
  new k8s.KubeIngress(namespace, 'ingress', {
    metadata: { name, labels },
    spec: {
      ingressClassName: 'traefik',
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  });
}
`;
