import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Traefik, TraefikMiddleware, type TraefikProps } from '../../../constructs';
import type { KubernetesObject } from '../../../lib/synthesis/synthesis';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  objectsOf,
  plainChart,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

type WithValues = KubernetesObject & { readonly spec: { readonly valuesContent: string } };

/** Values that K3s's own Traefik gets; `undefined` when it gets none. */
function valuesFor(props: TraefikProps, version = 'v1.34.9+k3s1'): unknown {
  const cluster = k3sCluster({ version });
  new Traefik(cluster, 'traefik', props);
  expect(schemaProblems(cluster)).toEqual([]);
  const [config] = objectsOf<WithValues>(cluster, 'HelmChartConfig');
  return config === undefined ? undefined : (parse(config.spec.valuesContent) as unknown);
}

function problemsFor(props: TraefikProps, version = 'v1.34.9+k3s1'): string[] {
  const cluster = k3sCluster({ version });
  new Traefik(cluster, 'traefik', props);
  return problemsIn(cluster);
}

describe('Traefik in K3s', () => {
  test('is the packaged one with ServiceLB, and no object, when nothing is set', () => {
    const cluster = k3sCluster();
    const traefik = new Traefik(cluster, 'traefik');
    expect([...cluster.model().components.keys()]).toEqual(expect.arrayContaining(['traefik', 'servicelb']));
    expect(objectsIn(cluster)).toEqual([]);
    expect(cluster.ingressClass).toBe('traefik');
    expect([traefik.ingressClass, traefik.namespace]).toEqual(['traefik', 'kube-system']);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('is configured by a file that K3s applies, not named like the component', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik', { logLevel: 'DEBUG' });
    const [file] = cluster.model().autoDeploy;
    expect(file?.name).toBe('traefik-config.yaml');
    expect(synthesisOfCluster(cluster).manifests).toEqual([]);
  });

  test('leaves ServiceLB off when something else brings traffic in', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik', { exposure: 'loadbalancer' });
    expect(cluster.model().components.has('servicelb')).toBe(false);
    expect(objectsIn(cluster)).toEqual([]);
  });

  test('writes settings where the chart of the release reads them', () => {
    const redirections = { entryPoint: { to: 'websecure', scheme: 'https', permanent: true } };
    const props: TraefikProps = { redirectToHttps: true, exposure: 'clusterIp' };
    expect(valuesFor(props, 'v1.34.1+k3s1')).toEqual({
      ports: { web: { redirections } },
      service: { type: 'ClusterIP' },
    });
    expect(valuesFor(props, 'v1.34.8+k3s1')).toEqual({
      ports: { web: { http: { redirections } } },
      service: { type: 'ClusterIP' },
    });
    expect(valuesFor(props, 'v1.34.9+k3s1')).toEqual({
      ports: { web: { http: { redirections } } },
      service: { spec: { type: 'ClusterIP' } },
    });
  });

  test('runs on every node when it takes the ports of the hosts, one after another', () => {
    expect(valuesFor({ exposure: 'hostPort' })).toEqual({
      deployment: { kind: 'DaemonSet' },
      updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      ports: { web: { hostPort: 80 }, websecure: { hostPort: 443 } },
      service: { spec: { type: 'ClusterIP' } },
    });
    expect(valuesFor({ exposure: 'hostPort', replicas: 1 })).toMatchObject({ deployment: { replicas: 1 } });
  });

  test('listens on further entry points, below 1024 only from outside', () => {
    const entryPoints = {
      mqtt: { port: 1883 },
      smtp: { port: 25, proxyProtocolFrom: ['10.0.0.0/8'] },
      dns: { port: 5353, protocol: 'UDP' as const, exposed: false },
      websecure: { port: 8443, forwardedHeadersFrom: ['10.0.0.5'] },
    };
    expect(valuesFor({ entryPoints })).toEqual({
      ports: {
        mqtt: { port: 1883, exposedPort: 1883, expose: { default: true }, protocol: 'TCP' },
        smtp: {
          port: 8025,
          exposedPort: 25,
          expose: { default: true },
          protocol: 'TCP',
          proxyProtocol: { trustedIPs: ['10.0.0.0/8'] },
        },
        dns: { port: 5353, exposedPort: 5353, expose: { default: false }, protocol: 'UDP' },
        websecure: { exposedPort: 8443, forwardedHeaders: { trustedIPs: ['10.0.0.5'] } },
      },
    });
  });

  test('takes logs, metrics, TLS, certificate, class, providers, resources and labels of its service', () => {
    expect(
      valuesFor({
        accessLog: { format: 'json' },
        logLevel: 'WARN',
        metrics: false,
        tls: { minVersion: 'VersionTLS13', sniStrict: true },
        defaultCertificate: 'wildcard',
        isDefaultClass: false,
        gatewayApi: true,
        allowCrossNamespace: true,
        resources: { limits: { memory: '128Mi' } },
        serviceLabels: { 'svccontroller.k3s.cattle.io/lbpool': 'edge' },
        externalTrafficPolicy: 'Local',
      }),
    ).toEqual({
      service: {
        labels: { 'svccontroller.k3s.cattle.io/lbpool': 'edge' },
        spec: { externalTrafficPolicy: 'Local' },
      },
      ingressClass: { isDefaultClass: false },
      providers: {
        kubernetesCRD: { allowCrossNamespace: true },
        kubernetesGateway: { enabled: true },
      },
      logs: { general: { level: 'WARN' }, access: { enabled: true, format: 'json' } },
      metrics: { prometheus: null },
      tlsOptions: { default: { minVersion: 'VersionTLS13', sniStrict: true } },
      tlsStore: { default: { defaultCertificate: { secretName: 'wildcard' } } },
      resources: { limits: { memory: '128Mi' } },
    });
  });

  test("lets the user's own values win", () => {
    expect(
      valuesFor({
        logLevel: 'INFO',
        values: { logs: { general: { level: 'TRACE' } }, priorityClassName: 'x' },
      }),
    ).toEqual({ logs: { general: { level: 'TRACE' } }, priorityClassName: 'x' });
  });

  test('shows the dashboard on one host, behind a middleware that asks who is there', () => {
    const cluster = k3sCluster();
    const auth = new TraefikMiddleware(cluster, 'operators', {
      namespace: 'kube-system',
      basicAuth: { secret: 'operators' },
    });
    new Traefik(cluster, 'traefik', { dashboard: { host: 'traefik.example.org', auth } });
    expect(objectsOf(cluster, 'IngressRoute')).toMatchObject([
      {
        metadata: { name: 'k3stack-dashboard', namespace: 'kube-system' },
        spec: {
          entryPoints: ['websecure'],
          routes: [
            {
              match: 'Host(`traefik.example.org`) && (PathPrefix(`/dashboard`) || PathPrefix(`/api`))',
              middlewares: [{ name: 'operators', namespace: 'kube-system' }],
            },
          ],
        },
      },
    ]);
    expect(objectsOf(cluster, 'HelmChartConfig')).toEqual([]);
    expect(schemaProblems(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([]);
    expect(synthesisOfCluster(cluster).topology.clusters[0]?.hosts).toEqual(['traefik.example.org']);
  });
});

describe('Traefik where it is not packaged', () => {
  test("is installed from Traefik's chart, with limits for small nodes", () => {
    const chart = plainChart();
    const traefik = new Traefik(chart, 'traefik', { redirectToHttps: true });
    const [helm] = objectsOf<WithValues>(chart, 'HelmChart');
    expect(helm?.spec).toMatchObject({
      chart: 'traefik',
      repo: 'https://traefik.github.io/charts',
      version: '40.3.0',
      targetNamespace: 'traefik',
      createNamespace: true,
    });
    expect(parse(helm!.spec.valuesContent)).toMatchObject({
      ports: { web: { http: { redirections: { entryPoint: { to: 'websecure' } } } } },
      resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    });
    expect(traefik.namespace).toBe('traefik');
    expect(problemsIn(chart)).toEqual([]);
  });

  test('comes in the way the cluster takes charts', () => {
    const cluster = existingCluster({ helm: 'argo-cd' });
    new Traefik(cluster, 'traefik', { namespace: 'ingress' });
    expect(objectsOf(cluster, 'Application')).toMatchObject([
      { spec: { destination: { namespace: 'ingress' } } },
    ]);
    expect(cluster.ingressClass).toBe('traefik');
  });

  test('makes nothing where the cluster has the class already, and says so', () => {
    const cluster = existingCluster({ ingressClass: 'traefik' });
    new Traefik(cluster, 'traefik');
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[laptop/traefik] scope: makes nothing: cluster laptop has ingress class 'traefik' already; leave Traefik out for this cluster, or ingressClass out of its props (traefik-twice) [warning]",
     ]
    `);
  });
});

describe('Traefik warns when', () => {
  test('the chart of the release is not known yet, and there is something to set', () => {
    expect(problemsFor({}, 'v1.36.9+k3s1')).toEqual([]);
    expect(problemsFor({ logLevel: 'WARN' }, 'v1.36.9+k3s1')).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] props: are written for Traefik's chart 40.1.4+up40.1.0; which one K3s v1.36.9+k3s1 brings is not known yet; see after the upgrade that Traefik took the settings, or update k3stack (traefik-chart) [warning]",
     ]
    `);
  });
});

describe('Traefik fails when', () => {
  test('the release brings Traefik 2, and there is something to set', () => {
    expect(problemsFor({}, 'v1.32.1+k3s1')).toEqual([]);
    expect(problemsFor({ logLevel: 'WARN' }, 'v1.32.1+k3s1')).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] props: cannot be set in K3s v1.32.1+k3s1, which brings chart 27.0.201+up27.0.2 (Traefik 2.11); write version: 'v1.32.13+k3s1' or newer in the cluster's props, or leave the props out (traefik-chart)",
     ]
    `);
  });

  test('own values stand where the chart would ignore them', () => {
    const values = {
      service: { type: 'NodePort' },
      ports: { web: { redirections: {} }, mqtt: { tls: { enabled: true } } },
      globalArguments: [],
      image: { registry: 'registry.example.org' },
      env: [{ name: 'TOKEN', value: '«secret:token»' }],
    };
    expect(problemsFor({ values })).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] values.ports.web.redirections: is ignored by chart 40.1.3+up40.1.0; write ports.web.http.redirections (traefik-values)",
       "[k3s/traefik] values.ports.mqtt.tls: is ignored by chart 40.1.3+up40.1.0; write ports.mqtt.http.tls (traefik-values)",
       "[k3s/traefik] values.service.type: is ignored by chart 40.1.3+up40.1.0; write service.spec.type (traefik-values)",
       "[k3s/traefik] values.globalArguments: is ignored by chart 40.1.3+up40.1.0; write global: { checkNewVersion, sendAnonymousUsage } (traefik-values)",
       "[k3s/traefik] values.env[0].value: is a secret, and values are written into the manifest; make a Kubernetes Secret by cluster.addSecret(…) and refer to it by envFrom or a volume (secret-in-manifest)",
       "[k3s/traefik] values.image.registry: is ignored by K3s's chart; write registries: { systemDefault: … } in the props of the cluster (traefik-values)",
     ]
    `);
    expect(problemsFor({ values: { service: { spec: { type: 'NodePort' } } } }, 'v1.34.8+k3s1'))
      .toMatchInlineSnapshot(`
     [
       "[k3s/traefik] values.service.spec.type: is ignored by chart 39.0.701+up39.0.7; write service.type (traefik-values)",
     ]
    `);
  });

  test('entry points cannot work', () => {
    expect(
      problemsFor({
        exposure: 'clusterIp',
        externalTrafficPolicy: 'Local',
        loadBalancerSourceRanges: ['10.0.0/8'],
        replicas: 0,
        redirectToHttps: true,
        entryPoints: {
          websecure: { tls: false, nodePort: 443 },
          metrics: { port: 70000 },
          Much_too_long_a_name: {},
          alt: { port: 80, containerPort: 9100 },
        },
      }),
    ).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] entryPoints.websecure.nodePort: must be from 30000 to 32767, got 443; write a number from 30000 to 32767 (traefik-settings)",
       "[k3s/traefik] entryPoints.metrics: is named 'metrics', as one that Traefik has inside the cluster; give it another name (traefik-settings)",
       "[k3s/traefik] entryPoints.metrics.port: must be from 1 to 65535, got 70000; write a number from 1 to 65535 (traefik-settings)",
       "[k3s/traefik] entryPoints.Much_too_long_a_name: must be named by lower case letters, digits and '-', at most 15, as ports of containers are; give it another name (traefik-settings)",
       "[k3s/traefik] entryPoints.Much_too_long_a_name: has no port; write the port clients connect to: port: 1883 (traefik-settings)",
       "[k3s/traefik] entryPoints.alt.port: uses TCP port 80, as "web" does; write another port (traefik-settings)",
       "[k3s/traefik] entryPoints.alt.containerPort: uses TCP port 9100, as "metrics" does; write another port (traefik-settings)",
       "[k3s/traefik] redirectToHttps: sends clients to websecure, whose TLS is off; remove tls: false from entryPoints.websecure (traefik-settings)",
       "[k3s/traefik] replicas: must be 1 or more, or 'every-node', got 0; write replicas: 2, or 'every-node' (traefik-settings)",
       "[k3s/traefik] loadBalancerSourceRanges: must be addresses or CIDRs, got "10.0.0/8"; write ['10.0.0.0/8'] (traefik-settings)",
       "[k3s/traefik] loadBalancerSourceRanges: cannot be set when the exposure is 'clusterIp'; remove loadBalancerSourceRanges (traefik-settings)",
       "[k3s/traefik] externalTrafficPolicy: cannot be set when the exposure is 'clusterIp'; remove externalTrafficPolicy (traefik-settings)",
       "[k3s/traefik] entryPoints.websecure.nodePort: cannot be set when the exposure is 'clusterIp'; remove entryPoints.websecure.nodePort (traefik-settings)",
     ]
    `);
  });

  test('TLS settings contradict each other', () => {
    expect(problemsFor({ tls: { minVersion: 'VersionTLS13', maxVersion: 'VersionTLS12' } }))
      .toMatchInlineSnapshot(`
     [
       "[k3s/traefik] tls.minVersion: is above maxVersion: VersionTLS13 and VersionTLS12; remove maxVersion (traefik-tls)",
     ]
    `);
    expect(problemsFor({ tls: { minVersion: '1.2' as 'VersionTLS12' } })).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] tls.minVersion: must be one of VersionTLS10, VersionTLS11, VersionTLS12, VersionTLS13, got "1.2"; write minVersion: 'VersionTLS12' (traefik-tls)",
     ]
    `);
  });

  test('the dashboard would be open, or its middleware is out of reach', () => {
    const cluster = k3sCluster();
    const limit = new TraefikMiddleware(cluster, 'limit', { namespace: 'web', rateLimit: { average: 1 } });
    new Traefik(cluster, 'traefik', {
      dashboard: { host: 'traefik.example.org', auth: limit, entryPoint: 'wbe' },
    });
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] dashboard.auth: is a middleware in namespace "web", where Traefik's own routes may not look; write namespace: 'kube-system' in its props (traefik-dashboard)",
       "[k3s/traefik] dashboard.auth: is a middleware of kind rateLimit, which asks nobody who they are; use one of kind basicAuth, digestAuth or forwardAuth (traefik-dashboard)",
       "[k3s/traefik] dashboard.entryPoint: must be one of "web", "websecure", got "wbe"; write 'websecure' (traefik-dashboard)",
     ]
    `);
    expect(problemsFor({ dashboard: { host: '' } as never })).toMatchInlineSnapshot(`
     [
       "[k3s/traefik] dashboard.host: has no host name; write host: 'traefik.example.org' (traefik-dashboard)",
       "[k3s/traefik] dashboard.auth: is open to everyone who reaches it; write auth: new TraefikMiddleware(…) (traefik-dashboard)",
     ]
    `);
  });

  test('the cluster has one already', () => {
    const cluster = k3sCluster();
    new Traefik(cluster, 'traefik');
    new Traefik(cluster, 'second');
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[k3s/second] scope: is a second Traefik in one cluster; both would answer for the same routes; put everything into the props of the first (traefik-twice)",
     ]
    `);
  });
});

test('a namespace that K3s would ignore is a warning', () => {
  const cluster = k3sCluster();
  new Traefik(cluster, 'traefik', { namespace: 'edge' });
  expect(problemsIn(cluster)).toEqual([
    expect.stringMatching(
      /namespace: is ignored, got "edge": K3s runs its Traefik in kube-system.*\[warning\]/,
    ),
  ]);
});
