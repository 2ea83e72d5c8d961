import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** `count` charts of three objects each: a Deployment, its Service, a ConfigMap. */
export function addCharts(scope: Construct, count: number): void {
  for (let index = 0; index < count; index++) {
    const name = `web-${index}`;
    const chart = new Chart(scope, `chart-${index}`, { namespace: `team-${index % 20}` });
    const labels = { 'app.kubernetes.io/name': name };
    new k8s.KubeDeployment(chart, 'deployment', {
      metadata: { name, labels },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'ghcr.io/acme/shop:1.4.2',
                ports: [{ containerPort: 8080 }],
                env: [{ name: 'LOG_LEVEL', value: 'info' }],
                resources: {
                  requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('64Mi') },
                },
              },
            ],
          },
        },
      },
    });
    new k8s.KubeService(chart, 'service', {
      metadata: { name, labels },
      spec: { selector: labels, ports: [{ port: 80, targetPort: k8s.IntOrString.fromNumber(8080) }] },
    });
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name, labels },
      data: { mode: 'production', motd: 'hello\nworld\n' },
    });
  }
}
