import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { secret, Traefik, Velero, type VeleroProps } from '../../../constructs';
import { CHARTS } from '../../../constructs/helm/chart-catalogue';
import { sumRequests, type AddOnRequests } from '../../../constructs/helm/requests';
import { CertManager } from '../../../constructs/platform/cert-manager/cert-manager';
import { ArgoCd } from '../../../constructs/platform/gitops/argo-cd';
import { Flux } from '../../../constructs/platform/gitops/flux';
import { Logs } from '../../../constructs/platform/observability/logs';
import { Metrics } from '../../../constructs/platform/observability/metrics';
import { Calico } from '../../../constructs/platform/calico/calico';
import { Cilium } from '../../../constructs/platform/cilium/cilium';
import { Longhorn } from '../../../constructs/platform/longhorn/longhorn';
import { traefikValues } from '../../../constructs/platform/traefik/chart-values';
import { expectKnownValues } from '../../support/chart-values';
import { helmChartValues } from '../../support/helm-release';
import { existingCluster, k3sCluster } from '../../support/synth';

/** As docs/charts.md writes them. */
function row(name: string, { cpu, memory, perNode }: AddOnRequests): string {
  const onNodes = perNode.memory === '0Mi' ? 'none' : `${perNode.cpu}, ${perNode.memory}`;
  return `| ${name} | ${cpu}, ${memory} | ${onNodes} |`;
}

test('the page about charts says what add-ons ask for', () => {
  const page = readFileSync('docs/charts.md', 'utf8');
  const one = { agents: {} };
  const bucket = { name: 'backups', credentials: secret('velero-s3') };
  const cilium = new Cilium(k3sCluster(), 'cilium').requests;
  const longhorn = new Longhorn(k3sCluster(one), 'longhorn').requests;
  const source = { url: 'https://git.example.org/acme/cluster.git' };
  const rows = [
    row('`ArgoCd`', new ArgoCd(k3sCluster(), 'argo-cd', { source }).requests),
    row('`CertManager`', new CertManager(k3sCluster(), 'cert-manager').requests),
    row('`Flux`', new Flux(k3sCluster(), 'flux', { source }).requests),
    row('`Logs`', new Logs(k3sCluster(), 'logs').requests),
    row('`Metrics`', new Metrics(k3sCluster(), 'metrics').requests),
    row('`Calico`, 2 nodes', new Calico(k3sCluster(), 'calico').requests),
    row('`Cilium`, 1 server', cilium),
    row('`Longhorn`, 1 node', longhorn),
    row('`Traefik` elsewhere', new Traefik(existingCluster(), 'traefik').requests),
    row('`Velero`', new Velero(k3sCluster(), 'velero', { bucket }).requests),
  ];
  expect(rows.filter((text) => !page.includes(text))).toEqual([]);
  const together = sumRequests(
    [cilium, cilium.perNode, longhorn, longhorn.perNode].map((requests) => ({ resources: { requests } })),
  );
  expect(page).toContain(`ask for ${together.cpu} and ${together.memory} together`);
});

describe('requests of an add-on', () => {
  test('are summed over its pods, those of every node apart', () => {
    expect(
      sumRequests([
        { resources: { requests: { cpu: '50m', memory: '0.5Gi' } } },
        { resources: { requests: { cpu: '0.5', memory: '64Mi' } }, pods: 3 },
        { resources: { requests: { cpu: '25m', memory: '100M' } }, pods: 'per-node' },
        { resources: { limits: { memory: '1Gi' } } },
      ]),
    ).toEqual({ cpu: '1.55', memory: '704Mi', perNode: { cpu: '25m', memory: '96Mi' } });
  });

  test('leave out what is no quantity, which a rule of the add-on refuses', () => {
    expect(sumRequests([{ resources: { requests: { cpu: 'one', memory: '1Gi' } } }])).toMatchObject({
      cpu: '0m',
      memory: '1024Mi',
    });
  });

  test('of Velero follow its props and its values', () => {
    const velero = (over: Partial<VeleroProps>) => {
      const cluster = k3sCluster();
      const bucket = { name: 'backups', credentials: secret('velero-s3') };
      const { requests } = new Velero(cluster, 'velero', { bucket, ...over });
      const values = helmChartValues(cluster, 'velero');
      expectKnownValues(CHARTS.velero, values);
      return { requests, values };
    };
    const { requests, values } = velero({});
    expect(requests).toEqual({ cpu: '50m', memory: '96Mi', perNode: { cpu: '25m', memory: '64Mi' } });
    expect(values).toMatchObject({
      resources: { requests: { cpu: '50m', memory: '96Mi' } },
      nodeAgent: { resources: { requests: { cpu: '25m', memory: '64Mi' } } },
    });
    expect(velero({ volumes: false }).requests.perNode).toEqual({ cpu: '0m', memory: '0Mi' });
  });

  test('of Traefik are those of its own chart, or what the props ask of the one in K3s', () => {
    expect(new Traefik(k3sCluster(), 'traefik').requests).toMatchObject({ cpu: '0m', memory: '0Mi' });
    const asked = { resources: { requests: { cpu: '20m', memory: '48Mi' } } };
    expect(new Traefik(k3sCluster(), 'traefik', { ...asked, replicas: 2 }).requests).toMatchObject({
      cpu: '40m',
      memory: '96Mi',
    });
    expect(new Traefik(k3sCluster(), 'traefik', { ...asked, exposure: 'hostPort' }).requests).toEqual({
      cpu: '0m',
      memory: '0Mi',
      perNode: { cpu: '20m', memory: '48Mi' },
    });
    const cluster = existingCluster();
    expect(new Traefik(cluster, 'traefik').requests).toMatchObject({ cpu: '50m', memory: '64Mi' });
    const values = helmChartValues(cluster, 'traefik');
    expect(values).toMatchObject({ resources: { requests: { cpu: '50m', memory: '64Mi' } } });
    expectKnownValues(CHARTS.traefik, values);
    expectKnownValues(
      CHARTS.traefik,
      traefikValues({ accessLog: { format: 'json' } }, CHARTS.traefik.version),
    );
  });
});
