import { k8s } from 'cdk8s-plus-28';
import { Cluster, type Namespace } from 'k3stack';
import { container, fromSecret, podDefaults } from './container';

export interface WebAppProps {
  /** Host name it is served under. */
  readonly host: string;

  /** Secret with the database's `url`. */
  readonly databaseSecret: string;

  /** Where the language model answers. */
  readonly modelUrl: string;
}

/** The web application: its pages at `/`, and the API behind them at `/api`. */
export function webApp(namespace: Namespace, { host, databaseSecret, modelUrl }: WebAppProps): void {
  service(namespace, 'web', { image: 'ghcr.io/acme/web:2.3.0', memory: '64Mi' });
  service(namespace, 'api', {
    image: 'ghcr.io/acme/api:2.3.0',
    memory: '192Mi',
    env: [fromSecret('DATABASE_URL', databaseSecret, 'url'), { name: 'MODEL_URL', value: modelUrl }],
  });
  const path = (prefix: string, name: string): k8s.HttpIngressPath => ({
    path: prefix,
    pathType: 'Prefix',
    backend: { service: { name, port: { name: 'http' } } },
  });
  new k8s.KubeIngress(namespace, 'ingress', {
    metadata: { name: 'web' },
    spec: {
      ingressClassName: Cluster.of(namespace).ingressClass,
      rules: [{ host, http: { paths: [path('/api', 'api'), path('/', 'web')] } }],
    },
  });
}

interface ServiceProps {
  readonly image: string;
  readonly memory: string;
  readonly env?: k8s.EnvVar[];
}

/** Two replicas on two nodes, reached inside the cluster by `name`. */
function service(namespace: Namespace, name: string, { image, memory, env }: ServiceProps): void {
  const labels = { 'app.kubernetes.io/name': name };
  const http = k8s.IntOrString.fromString('http');
  new k8s.KubeDeployment(namespace, name, {
    metadata: { name, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(65532),
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [
            container({
              name,
              image,
              env,
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: http } },
              cpu: '50m',
              memory,
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
  new k8s.KubePodDisruptionBudget(namespace, `${name}-budget`, {
    metadata: { name, labels },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: labels } },
  });
}
