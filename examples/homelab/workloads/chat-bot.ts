import { k8s } from 'cdk8s-plus-28';
import { type Cluster, type Namespace, secret, secretHole } from 'k3stack';
import { container, fromSecret, podDefaults } from './container';

/** A chat bot. Two of them would answer every message twice: one replica, and the old pod is gone before the new one starts. */
export function chatBot(cluster: Cluster, namespace: Namespace, modelUrl: string): void {
  const name = 'chat-bot';
  const labels = { 'app.kubernetes.io/name': name };
  cluster.addSecret(namespace, {
    namespace: namespace.name,
    name,
    data: { token: secretHole(secret('chat-bot-token')) },
  });
  new k8s.KubeDeployment(namespace, name, {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(65532),
          containers: [
            container({
              name,
              image: 'ghcr.io/acme/chat-bot:0.9.3',
              env: [{ name: 'MODEL_URL', value: modelUrl }, fromSecret('CHAT_TOKEN', name, 'token')],
              cpu: '20m',
              memory: '96Mi',
            }),
          ],
        },
      },
    },
  });
}
