import { k8s } from 'cdk8s-plus-28';
import type { Namespace } from 'k3stack';
import { container, podDefaults } from './container';

/** Label and taint that say which site a node stands on. */
export const SITE_LABEL = 'example.org/site';

/** Reads the sensors of one site on each of its nodes, and a buffer that keeps what cannot be sent while the line is down. */
export function siteSensors(namespace: Namespace, site: string, collectorAddress: string): void {
  const bufferName = `buffer-${site}`;
  reader(namespace, `reader-${site}`, site, `http://${bufferName}.${namespace.name}`);
  buffer(namespace, bufferName, site, collectorAddress);
}

/** A DaemonSet: Kubernetes itself lets its pods stay on nodes that are unreachable. */
function reader(namespace: Namespace, name: string, site: string, target: string): void {
  const labels = { 'app.kubernetes.io/name': name };
  new k8s.KubeDaemonSet(namespace, name, {
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) },
      },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults,
          nodeSelector: { [SITE_LABEL]: site },
          tolerations: [ofSite(site)],
          containers: [
            container({
              name: 'reader',
              image: 'ghcr.io/acme/sensor-reader:0.4.1',
              env: [{ name: 'TARGET', value: target }],
              cpu: '20m',
              memory: '24Mi',
            }),
          ],
        },
      },
    },
  });
}

/** A Deployment: without these tolerations its pod would be deleted, and its data with it, when the line is down for long. */
function buffer(namespace: Namespace, name: string, site: string, collectorAddress: string): void {
  const labels = { 'app.kubernetes.io/name': name };
  const http = k8s.IntOrString.fromString('http');
  new k8s.KubeDeployment(namespace, name, {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults,
          nodeSelector: { [SITE_LABEL]: site },
          tolerations: [ofSite(site), stayOn('not-ready'), stayOn('unreachable')],
          containers: [
            container({
              name: 'buffer',
              image: 'ghcr.io/acme/buffer:0.4.1',
              args: ['--send-to', collectorAddress, '--directory', '/buffer', '--at-most', '200Mi'],
              ports: [{ name: 'http', containerPort: 8080 }],
              volumeMounts: [{ name: 'buffer', mountPath: '/buffer' }],
              cpu: '20m',
              memory: '32Mi',
            }),
          ],
          volumes: [{ name: 'buffer', emptyDir: { sizeLimit: k8s.Quantity.fromString('256Mi') } }],
        },
      },
    },
  });
  new k8s.KubeService(namespace, `${name}-service`, {
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: http }] },
  });
}

function ofSite(site: string): k8s.Toleration {
  return { key: SITE_LABEL, operator: 'Equal', value: site, effect: 'NoSchedule' };
}

/** No `tolerationSeconds`: for ever. */
function stayOn(condition: 'not-ready' | 'unreachable'): k8s.Toleration {
  return { key: `node.kubernetes.io/${condition}`, operator: 'Exists', effect: 'NoExecute' };
}
