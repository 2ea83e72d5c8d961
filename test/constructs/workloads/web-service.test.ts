import { describe, expect, test } from '@jest/globals';
import { Construct } from 'constructs';
import { Namespace } from '../../../constructs/cluster/namespace';
import { Ingress } from '../../../constructs/workloads/ingress';
import { WebService, type WebServiceProps } from '../../../constructs/workloads/web-service';
import { TraefikMiddleware } from '../../../constructs/platform/traefik/middleware';
import { patch } from '../../../constructs/patch';
import { SecretRef, secretText } from '../../../lib/secret';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';
import { k3sCluster, objectsOf, synthesisOfCluster } from '../../support/synth';

interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels: object };
    readonly ingress: readonly object[];
  };
}

const IMAGE = 'ghcr.io/acme/web:1.4.2';
const web = (props: Partial<WebServiceProps> = {}, namespace = shop()) =>
  new WebService(namespace, 'web', { image: IMAGE, ...props });

describe('a web service without props of its own', () => {
  test('is a Deployment of two pods, a Service on port 80, a budget and a NetworkPolicy', () => {
    const namespace = shop();
    web({}, namespace);
    const kinds = synthesisOfCluster(namespace.node.scope as never)
      .manifests.flatMap(({ objects }) => objects)
      .filter(({ path }) => path.includes('/web/'))
      .map(({ object }) => `${object.kind} ${object.metadata.name}`);
    expect(kinds.sort()).toEqual([
      'Deployment web',
      'NetworkPolicy web',
      'PodDisruptionBudget web',
      'Service web',
    ]);
  });

  test('runs as the Pod Security Standard `restricted` asks, on a root that cannot be written to', () => {
    const { deployment } = web();
    expect(podSpecOf(deployment)).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
    });
    expect(containerOf(deployment)).toMatchObject({
      image: IMAGE,
      imagePullPolicy: 'IfNotPresent',
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      resources: {
        requests: { cpu: '25m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
        limits: { memory: '128Mi', 'ephemeral-storage': '164Mi' },
      },
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    });
  });

  test('is ready when its port is open, has a minute to start and stops after its last requests', () => {
    const container = containerOf(web().deployment);
    expect(container.ports).toEqual([{ name: 'http', containerPort: 8080 }]);
    expect(container.readinessProbe).toMatchObject({ tcpSocket: { port: 'http' } });
    expect(container.startupProbe).toMatchObject({ periodSeconds: 2, failureThreshold: 30 });
    expect(container.livenessProbe).toBeUndefined();
    expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });

  test('is replaced pod by pod, spread over nodes, and drained one at a time', () => {
    const { deployment, disruptionBudget } = web();
    expect(data(deployment).spec).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    expect(podSpecOf(deployment).topologySpreadConstraints).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
    ]);
    expect(data(disruptionBudget).spec).toMatchObject({ maxUnavailable: 1 });
  });

  test('carries the recommended labels, and is selected by its name alone', () => {
    const { deployment, service } = web();
    const { spec } = data(deployment);
    expect(spec.selector.matchLabels).toEqual({ 'app.kubernetes.io/name': 'web' });
    expect(spec.template.metadata.labels).toEqual({
      'app.kubernetes.io/name': 'web',
      'app.kubernetes.io/component': 'web',
      'app.kubernetes.io/part-of': 'shop',
      'app.kubernetes.io/managed-by': 'k3stack',
      'app.kubernetes.io/version': '1.4.2',
    });
    expect(data(service).spec.selector).toEqual({ 'app.kubernetes.io/name': 'web' });
  });

  test('lets nothing in, and nothing out but questions to the DNS', () => {
    const { ingress, egress, policyTypes } = data(web().network.policy).spec;
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    expect(ingress).toBeUndefined();
    expect(egress).toHaveLength(1);
    expect(egress[0].ports).toContainEqual({ port: 53, protocol: 'UDP' });
  });

  test('has no way in from outside', () => expect(web().route).toBeUndefined());
});

describe('options of a web service', () => {
  test('port: the container and the policies use it, the Service stays on 80', () => {
    const service = web({ port: 3000, allowFrom: ['namespace'] });
    expect(containerOf(service.deployment).ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    expect(data(service.service).spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
    expect(data(service.network.policy).spec.ingress).toEqual([
      { from: [{ podSelector: {} }], ports: [{ port: 3000, protocol: 'TCP' }] },
    ]);
  });

  test('healthPath: asked for readiness; the open port keeps it alive', () => {
    const container = containerOf(web({ healthPath: '/healthz' }).deployment);
    expect(container.readinessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.livenessProbe).toMatchObject({ tcpSocket: { port: 'http' }, failureThreshold: 6 });
  });

  test('replicas: a single pod has neither budget nor spreading', () => {
    const single = web({ replicas: 1 });
    expect(single.disruptionBudget).toBeUndefined();
    expect(podSpecOf(single.deployment).topologySpreadConstraints).toBeUndefined();
  });

  test('autoscaling: decides on the number of pods alone', () => {
    const { deployment, autoscaler } = web({ autoscaling: { min: 2, max: 5 } });
    expect(data(deployment).spec.replicas).toBeUndefined();
    expect(data(autoscaler).spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
    });
  });

  test('autoscaling on memory alone does not look at the processor', () => {
    const { autoscaler } = web({ autoscaling: { max: 3, memory: 80 } });
    expect(data(autoscaler).spec.metrics).toEqual([
      {
        type: 'Resource',
        resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ]);
  });

  test('host: an Ingress of the cluster, and only its controller is let in', () => {
    const { route, network } = web({ host: 'shop.example.org', path: '/api' });
    expect(data(route).spec).toEqual({
      ingressClassName: 'traefik',
      rules: [
        {
          host: 'shop.example.org',
          http: {
            paths: [
              {
                path: '/api',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    });
    expect(data(network.policy).spec.ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'traefik' } },
          },
        ],
        ports: [{ port: 8080, protocol: 'TCP' }],
      },
    ]);
  });

  test.each([
    [{ issuer: 'letsencrypt' }, 'cert-manager.io/cluster-issuer', 'web-tls'],
    [{ issuer: { name: 'internal', kind: 'Issuer' as const } }, 'cert-manager.io/issuer', 'web-tls'],
    [{ secretName: 'bought' }, undefined, 'bought'],
    ['default' as const, undefined, undefined],
  ])('tls %j', (tls, annotation, secretName) => {
    const ingress = data(web({ host: ['a.example.org', 'b.example.org'], tls }).route);
    expect(Object.keys(ingress.metadata.annotations as object)).toEqual([
      ...(annotation === undefined ? [] : [annotation]),
      'traefik.ingress.kubernetes.io/router.entrypoints',
    ]);
    expect(ingress.spec.tls).toEqual([
      { hosts: ['a.example.org', 'b.example.org'], ...(secretName && { secretName }) },
    ]);
  });

  test('tls in a namespace that denies by default: the pods that show the host to be ours are let through', () => {
    const namespace = shop({ defaultDeny: true });
    const network = web({ host: 'a.example.org', tls: { issuer: 'letsencrypt' } }, namespace).network;
    const solvers = objectsOf<Policy>(namespace, 'NetworkPolicy').find(
      ({ metadata }) => metadata.name === 'acme-solvers',
    );
    expect(solvers?.spec.podSelector.matchLabels).toEqual({ 'acme.cert-manager.io/http01-solver': 'true' });
    expect(solvers?.spec.ingress).toEqual([
      { from: data(network.policy).spec.ingress[0].from, ports: [{ port: 8089, protocol: 'TCP' }] },
    ]);
    expect(refusals(namespace)).toEqual([]);
  });

  test.each([
    [30, 5],
    [6, 3],
    [1, undefined],
  ])(
    'with %s seconds to stop it waits %s for the last requests',
    (terminationGracePeriodSeconds, seconds) => {
      const { lifecycle } = containerOf(web({ terminationGracePeriodSeconds }).deployment);
      expect(lifecycle?.preStop.sleep.seconds).toBe(seconds);
    },
  );

  test('env: text with a secret in it', () => {
    const namespace = shop();
    const url = secretText`https://bot:${SecretRef.fromConfig('bot')}@chat.example.org`;
    expect(containerOf(web({ env: { URL: url } }, namespace).deployment).env).toEqual([
      { name: 'URL', valueFrom: { secretKeyRef: { name: 'web', key: 'URL' } } },
    ]);
    expect(refusals(namespace)).toEqual([]);
  });

  test('middlewares: named by the annotation that Traefik reads, in their order', () => {
    const namespace = shop();
    const limit = new TraefikMiddleware(namespace, 'limit', { rateLimit: { average: 5 } });
    const headers = new TraefikMiddleware(namespace, 'headers', { headers: { frameDeny: true } });
    const { route } = web({ host: 'shop.example.org', middlewares: [limit, headers] }, namespace);
    expect(data(route).metadata.annotations).toEqual({
      'traefik.ingress.kubernetes.io/router.middlewares':
        'shop-limit@kubernetescrd,shop-headers@kubernetescrd',
    });
    expect(refusals(namespace)).toEqual([]);
  });

  test('ingress of another class: requests come from wherever its controller is', () => {
    const { route, network } = web({
      host: 'shop.example.org',
      ingress: Ingress.className('nginx', { annotations: { a: 'b' } }),
    });
    expect(data(route).spec.ingressClassName).toBe('nginx');
    expect(data(route).metadata.annotations).toEqual({ a: 'b' });
    expect(data(network.policy).spec.ingress).toEqual([{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
  });

  test('gateway: a route of the Gateway API instead of an Ingress', () => {
    const { route } = web({
      host: 'shop.example.org',
      ingress: Ingress.gateway('public', { namespace: 'edge', sectionName: 'https' }),
    });
    expect(data(route)).toMatchObject({
      kind: 'HTTPRoute',
      spec: {
        parentRefs: [{ name: 'public', namespace: 'edge', sectionName: 'https' }],
        hostnames: ['shop.example.org'],
        rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
      },
    });
  });

  test('what pods are told: command, user, account, nodes', () => {
    const { deployment } = web({
      command: ['/bin/web'],
      args: ['--verbose'],
      user: 101,
      serviceAccountName: 'web',
      architectures: ['arm64'],
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'edge', effect: 'NoSchedule' }],
      podAnnotations: { note: 'x' },
      terminationGracePeriodSeconds: 90,
      resources: { requests: { memory: '256Mi' }, limits: { memory: '512Mi' } },
    });
    expect(podSpecOf(deployment)).toMatchObject({
      automountServiceAccountToken: true,
      serviceAccountName: 'web',
      securityContext: { runAsUser: 101, runAsGroup: 101, fsGroup: 101 },
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'edge', operator: 'Exists', effect: 'NoSchedule' }],
      terminationGracePeriodSeconds: 90,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['arm64'] }] },
            ],
          },
        },
      },
    });
    expect(containerOf(deployment)).toMatchObject({
      command: ['/bin/web'],
      args: ['--verbose'],
      resources: { requests: { cpu: '25m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    });
    expect(data(deployment).spec.template.metadata.annotations).toEqual({ note: 'x' });
  });

  test('env: plain values as text, fields of the pod, secrets by reference', () => {
    const namespace = shop();
    const { deployment } = web(
      {
        env: {
          LEVEL: 'info',
          WORKERS: 4,
          DEBUG: false,
          NODE: { field: 'spec.nodeName' },
          TOKEN: SecretRef.fromConfig('web-token'),
          KEY: SecretRef.existing({ name: 'keys', key: 'web' }),
        },
      },
      namespace,
    );
    expect(containerOf(deployment).env).toEqual([
      { name: 'LEVEL', value: 'info' },
      { name: 'WORKERS', value: '4' },
      { name: 'DEBUG', value: 'false' },
      { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'web', key: 'TOKEN' } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'web' } } },
    ]);
    const { kubernetesSecrets } = synthesisOfCluster(namespace.node.scope as never);
    expect(kubernetesSecrets).toMatchObject([
      { namespace: 'shop', name: 'web', data: { TOKEN: '«secret:web-token»' } },
    ]);
  });

  test('any field can be set last, and a path that leads nowhere is refused', () => {
    const namespace = shop();
    const { deployment } = web({}, namespace);
    patch(deployment, 'spec.template.spec.containers[name=web].workingDir', '/srv');
    expect(containerOf(deployment).workingDir).toBe('/srv');
    patch(deployment, 'spec.template.spec.containers[name=wrong].workingDir', '/srv');
    expect(refusals(namespace).join()).toContain('patch-path');
  });
});

describe('a web service is refused', () => {
  test.each<[string, Partial<WebServiceProps>, string]>([
    [
      'without a tag',
      { image: 'ghcr.io/acme/web' },
      "write one release: 'ghcr.io/acme/web:1.4.2', or a digest",
    ],
    ['with the tag latest', { image: 'ghcr.io/acme/web:latest' }, "has the tag 'latest'"],
    ['with no image at all', { image: 'Not an image' }, 'must be the name of an image'],
    ['with a host in capitals', { host: 'Shop.Example.org' }, "write host: 'shop.example.org'"],
    ['with fewer pods at most than at least', { autoscaling: { min: 5, max: 2 } }, 'write max: 5 or more'],
    ['with two numbers of pods', { replicas: 4, autoscaling: { max: 5 } }, 'remove replicas'],
    [
      'with many pods by autoscaling on one volume',
      { autoscaling: { max: 3 }, volumes: { '/data': { persistent: '1Gi' } } },
      'autoscaling.max: is 3, and only one pod',
    ],
    [
      'with an account that cannot be one',
      { serviceAccountName: 'Foo Bar' },
      'serviceAccountName: must be the name of an object',
    ],
    [
      'with a certificate in no Secret',
      { host: 'a.org', tls: { secretName: 'Bad Name' } },
      'tls.secretName: must be the name',
    ],
    [
      'with a file in a folder',
      { volumes: { '/etc/w': { files: { 'a/b': '' } } } },
      'cannot be the name of a file',
    ],
    ['with a tag that moves', { image: 'ghcr.io/acme/web:main' }, "has the tag 'main'"],
    [
      'with a field that no variable can have',
      { env: { A: { field: 'spec.nope' } } },
      "write 'metadata.name'",
    ],
    [
      'with seconds for a taint that evicts nothing',
      { tolerations: [{ key: 'a', tolerationSeconds: 5 }] },
      "write effect: 'NoExecute'",
    ],
    [
      'with a class that cannot be one',
      { host: 'a.org', ingress: Ingress.className('A B') },
      'ingress.className: must be the name',
    ],
    ['with a path that is a pattern', { host: 'a.org', path: '/a*' }, "must begin with '/'"],
    [
      'with a certificate for a Gateway',
      { host: 'a.org', tls: { secretName: 'x' }, ingress: Ingress.gateway('g') },
      'remove tls here',
    ],
    [
      'with middlewares of Traefik at another controller',
      { host: 'a.org', ingress: Ingress.className('nginx'), middlewares: [{ reference: 'a@b' }] },
      'write ingress: Ingress.traefik()',
    ],
    [
      'with a limit below the request',
      { resources: { limits: { memory: '32Mi' } } },
      'below the request of 64Mi',
    ],
    ['with a memory that is no quantity', { resources: { requests: { memory: '64MB!' } } }, "write '64Mi'"],
    [
      'with two pods on one volume',
      { replicas: 2, volumes: { '/data': { persistent: '1Gi' } } },
      'write replicas: 1',
    ],
    ['with a volume at a relative path', { volumes: { data: { scratch: '1Gi' } } }, "write '/data'"],
    ['with a variable that no shell takes', { env: { 'log-level': 'x' } }, 'write LOG_LEVEL'],
    ['with a schedule for its port', { port: 70_000 }, 'must be a whole number from 1 to 65535'],
    ['with a property that it does not have', { prot: 80 } as never, 'write port'],
    [
      'with a connection that is none',
      { connections: { db: 'db' as never } },
      'write db: database.connection',
    ],
    [
      'with an issuer that is none',
      { host: 'a.org', tls: { issuer: 5 as never } },
      "write issuer: 'letsencrypt'",
    ],
    ['with egress to a name', { egress: [{ cidr: 'example.org' }] }, "write '10.0.0.5/32'"],
  ])('%s', (_, props, message) => {
    const namespace = shop();
    web(props, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });

  test('with a host that a namespace cuts off', () => {
    const namespace = shop({ defaultDeny: true });
    web({ host: 'a.example.org', networkPolicy: false }, namespace);
    expect(refusals(namespace).join('\n')).toContain('host: is cut off: namespace shop denies by default');
  });

  test('with the name of another preset of its namespace, whose pods it would select', () => {
    const namespace = shop();
    web({ networkPolicy: false }, namespace);
    const other = new Namespace(namespace.node.scope as never, 'other');
    web({}, other);
    expect(refusals(namespace)).toEqual([]);
    new WebService(new Construct(namespace, 'group'), 'web', { image: IMAGE, networkPolicy: false });
    expect(refusals(namespace).join('\n')).toContain('each would have the pods of both');
  });

  test('with a warning where it has no namespace', () => {
    const cluster = k3sCluster();
    new WebService(cluster, 'web', { image: IMAGE });
    expect(synthesisOfCluster(cluster).warnings.map(({ rule }) => rule)).toContain('workload-namespace');
  });

  test('with a name that cannot be that of a Service', () => {
    const namespace = shop();
    new WebService(namespace, 'Web_1', { image: IMAGE });
    expect(refusals(namespace).join('\n')).toContain("write 'web-1'");
  });

  test.each(['production', 'prod', 'prod-eu'])('with a host without TLS in %s', (name) => {
    const cluster = k3sCluster();
    Object.assign(cluster.node.root, { name });
    const namespace = shop({}, cluster);
    web({ host: 'shop.example.org' }, namespace);
    expect(refusals(namespace).join('\n')).toContain('shop.example.org would be served without encryption');
  });

  test('nowhere else for that', () => {
    const namespace = shop();
    web({ host: 'shop.example.org' }, namespace);
    expect(refusals(namespace)).toEqual([]);
  });
});
