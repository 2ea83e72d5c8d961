import { k8s } from 'cdk8s-plus-28';
import type { Namespace } from 'k3stack';
import { container, podDefaults } from './container';

/**
 * Takes what the sites send, on the hub.
 *
 * @returns Where pods reach it.
 */
export function collector(namespace: Namespace, node: string): string {
  const name = 'collector';
  const labels = { 'app.kubernetes.io/name': name };
  const http = k8s.IntOrString.fromString('http');
  new k8s.KubeDeployment(namespace, name, {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults,
          nodeSelector: { 'kubernetes.io/hostname': node },
          containers: [
            container({
              name,
              image: 'ghcr.io/acme/collector:0.4.1',
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: http } },
              cpu: '100m',
              memory: '256Mi',
            }),
          ],
        },
      },
    },
  });
  new k8s.KubeService(namespace, `${name}-service`, {
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: http }] },
  });
  return `http://${name}.${namespace.name}`;
}
