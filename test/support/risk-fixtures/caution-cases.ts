import {
  casesOf,
  claim,
  deployment,
  hostRule,
  ingress,
  object,
  service,
  workload,
  type RatedFixture,
  type WorkloadParts,
} from './risk-case';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const image = (reference: string, name = 'web') =>
  deployment({ container: { image: `registry.example.org/web${reference}` } }, name);
const chart = (version: string) =>
  object('helm.cattle.io/v1', 'HelmChart', 'grafana', { spec: { chart: 'grafana', version } });
const labelled = (version: string, data = {}, name = 'settings') =>
  object('v1', 'ConfigMap', name, { data }, { labels: { 'helm.sh/chart': `cert-manager-${version}` } });
const application = (targetRevision: string) =>
  object('argoproj.io/v1alpha1', 'Application', 'shop', {
    spec: { source: { chart: 'shop', repoURL: 'https://charts.example.org', targetRevision } },
  });
const one = (parts: WorkloadParts = {}, strategy: object | undefined = undefined, replicas = 1) =>
  deployment({ ...parts, spec: { replicas, ...(strategy !== undefined && { strategy }) } });
const NEW = { container: { image: 'registry.example.org/web:1.2.4' } };
const MOUNTED = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const resources = (limits: object, requests: object = {}) =>
  deployment({ container: { resources: { limits, requests } } });
const secured = (securityContext: object) => deployment({ container: { securityContext } });
const probe = (rest: object = {}) => ({ httpGet: { path: '/', port: 8080 }, ...rest });
const cronJob = (spec = {}) =>
  object('batch/v1', 'CronJob', 'report', {
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'web', image: 'registry.example.org/web:1.2.3' }],
            },
          },
        },
      },
      ...spec,
    },
  });
const budget = (name: string) =>
  object('policy/v1', 'PodDisruptionBudget', name, {
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
const autoscaler = (minReplicas: number, maxReplicas: number) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: {
      minReplicas,
      maxReplicas,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    },
  });
const kustomization = (suspend?: boolean) =>
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'shop', {
    spec: {
      interval: '1h',
      path: './shop',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'shop' },
      ...(suspend && { suspend }),
    },
  });
const marked = (metadata: object) => object('v1', 'ConfigMap', 'settings', {}, { ...metadata });
const settings = (data: object, name = 'settings') => object('v1', 'ConfigMap', name, { data });
const many = (count: number, labelOf: (index: number) => string | undefined) =>
  Array.from({ length: count }, (_, index) =>
    object(
      'v1',
      'ConfigMap',
      `c${index}`,
      { data: { index: String(index) } },
      { labels: { 'app.kubernetes.io/instance': labelOf(index) } },
    ),
  );

/** Images, charts, roll-outs, resources, jobs and what is odd about a change. */
export const cautionCases: readonly RatedFixture[] = [
  ...casesOf('image-downgrade', {
    'an older patch': {
      before: [image(':1.2.3')],
      after: [image(':1.2.2')],
      hits: ['registry.example.org/web 1.2.3 -> 1.2.2'],
    },
    'an older build of a variant': {
      before: [image(':1.2.3-alpine3.20')],
      after: [image(':1.2.3-alpine3.19')],
      hits: ['1.2.3-alpine3.20 -> 1.2.3-alpine3.19'],
    },
    'a candidate of the same version': {
      before: [image(':1.2.3')],
      after: [image(':1.2.3-rc.1')],
      hits: ['1.2.3 -> 1.2.3-rc.1'],
    },
    newer: { before: [image(':1.2.9')], after: [image(':1.2.10')] },
    'another program': {
      before: [deployment({ container: { image: 'nginx:1.27.0' } })],
      after: [deployment({ container: { image: 'caddy:2.8.0' } })],
      also: ['image-program-changed'],
    },
    'a tag that is no version': { before: [image(':b7d9e2')], after: [image(':a1c3f0')] },
  }),
  ...casesOf('image-major', {
    'a major step': { before: [image(':1.9.0')], after: [image(':2.0.0')], hits: ['1.9.0 -> 2.0.0'] },
    'of one number': {
      before: [image(':15-alpine')],
      after: [image(':16-alpine')],
      hits: ['15-alpine -> 16-alpine'],
    },
    'of two containers, once': {
      before: [
        deployment({
          pod: {
            initContainers: [{ name: 'copy', image: 'registry.example.org/web:1.9.0' }],
            containers: [{ name: 'web', image: 'registry.example.org/web:1.9.0' }],
          },
        }),
      ],
      after: [
        deployment({
          pod: {
            initContainers: [{ name: 'copy', image: 'registry.example.org/web:2.0.0' }],
            containers: [{ name: 'web', image: 'registry.example.org/web:2.0.0' }],
          },
        }),
      ],
      hits: ['1.9.0 -> 2.0.0'],
    },
    'a minor step': { before: [image(':v1.9.0')], after: [image(':v1.10.0')] },
    'a year': { before: [image(':2025.12.1')], after: [image(':2026.1.0')] },
    'a new workload': { after: [image(':2.0.0')] },
  }),
  ...casesOf('image-registry-changed', {
    'a mirror': {
      before: [deployment({ container: { image: 'nginx:1.27.0' } })],
      after: [deployment({ container: { image: 'mirror.example.org/library/nginx:1.27.0' } })],
      hits: ['nginx -> mirror.example.org/library/nginx'],
    },
    'Docker Hub in full': {
      before: [deployment({ container: { image: 'nginx:1.27.0' } })],
      after: [deployment({ container: { image: 'docker.io/library/nginx:1.27.0' } })],
    },
  }),
  ...casesOf('image-digest-lost', {
    'the digest goes': { before: [image(`:1.2.3@${DIGEST}`)], after: [image(':1.2.4')], hits: ['-> 1.2.4'] },
    'the digest changes': {
      before: [image(`:1.2.3@${DIGEST}`)],
      after: [image(`:1.2.4@sha256:${'b'.repeat(64)}`)],
    },
  }),
  ...casesOf('image-moving-tag', {
    latest: {
      before: [image(':1.2.3')],
      after: [image(':latest')],
      hits: ['registry.example.org/web:latest'],
    },
    'no tag, new workload': { after: [image('')], hits: ['registry.example.org/web'] },
    'it had it before': {
      before: [image(':latest')],
      after: [
        deployment({
          container: { image: 'registry.example.org/web:latest', imagePullPolicy: 'IfNotPresent' },
        }),
      ],
    },
    'a digest holds it': { before: [image(':1.2.3')], after: [image(`:latest@${DIGEST}`)] },
  }),
  ...casesOf('chart-major', {
    'a HelmChart': {
      before: [chart('8.9.0')],
      after: [chart('9.0.0')],
      hits: ['chart grafana 8.9.0 -> 9.0.0'],
    },
    'by the label, once': {
      before: [labelled('v1.19.0'), labelled('v1.19.0', {}, 'other')],
      after: [labelled('v2.0.0', { a: '1' }), labelled('v2.0.0', { a: '1' }, 'other')],
      hits: ['chart cert-manager v1.19.0 -> v2.0.0'],
    },
    'an Application': {
      before: [application('1.4.0')],
      after: [application('2.0.0')],
      hits: ['chart shop 1.4.0 -> 2.0.0'],
    },
    'a minor step': { before: [labelled('v1.19.0')], after: [labelled('v1.20.0', { a: '1' })] },
    'a range of versions': {
      before: [application('1.*')],
      after: [application('2.*')],
      hits: ['chart shop 1.* -> 2.*'],
    },
    'a branch': { before: [application('main')], after: [application('release')] },
  }),
  ...casesOf('chart-downgrade', {
    'a HelmChart': {
      before: [chart('8.9.0')],
      after: [chart('8.8.3')],
      hits: ['chart grafana 8.9.0 -> 8.8.3'],
    },
    'a patch': { before: [chart('8.9.0')], after: [chart('8.9.1')] },
  }),
  ...casesOf('rollout-outage', {
    Recreate: {
      before: [one({}, { type: 'Recreate' })],
      after: [one(NEW, { type: 'Recreate' })],
      hits: ['1 replica, strategy Recreate'],
    },
    'Recreate of three': {
      before: [one({}, { type: 'Recreate' }, 3)],
      after: [one(NEW, { type: 'Recreate' }, 3)],
      hits: ['3 replicas, strategy Recreate'],
    },
    'all may be away': {
      before: [one({}, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })],
      after: [one(NEW, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })],
      hits: ['1 replica, maxUnavailable 1, maxSurge 0'],
    },
    'a claim of one node': {
      beside: [claim()],
      before: [one({ pod: MOUNTED })],
      after: [one({ pod: MOUNTED, ...NEW })],
      hits: ['claim data can be mounted on one node only'],
    },
    'a StatefulSet of one': {
      before: [workload('StatefulSet', 'web', { spec: { replicas: 1 } })],
      after: [workload('StatefulSet', 'web', { spec: { replicas: 1 }, ...NEW })],
      hits: ['a StatefulSet stops the old pod first'],
    },
    'one replica that may surge': { before: [one()], after: [one(NEW)] },
    'its pods stay as they are': {
      before: [one({}, { type: 'Recreate' })],
      after: [deployment({ spec: { replicas: 1, strategy: { type: 'Recreate' }, revisionHistoryLimit: 3 } })],
    },
    'a claim that many nodes mount': {
      beside: [claim({ accessModes: ['ReadWriteMany'] })],
      before: [one({ pod: MOUNTED })],
      after: [one({ pod: MOUNTED, ...NEW })],
    },
    'a StatefulSet of three': {
      before: [workload('StatefulSet', 'web', { spec: { replicas: 3 } })],
      after: [workload('StatefulSet', 'web', { spec: { replicas: 3 }, ...NEW })],
    },
  }),
  ...casesOf('strategy-changed', {
    'to Recreate': {
      before: [deployment()],
      after: [deployment({ spec: { strategy: { type: 'Recreate' } } })],
      hits: ['RollingUpdate -> Recreate'],
    },
    'to OnDelete': {
      before: [workload('DaemonSet', 'web', { spec: { replicas: undefined } })],
      after: [
        workload('DaemonSet', 'web', { spec: { replicas: undefined, updateStrategy: { type: 'OnDelete' } } }),
      ],
      hits: ['RollingUpdate -> OnDelete'],
    },
    'to RollingUpdate': {
      before: [deployment({ spec: { strategy: { type: 'Recreate' } } })],
      after: [deployment()],
    },
  }),
  ...casesOf('shutdown-shortened', {
    'less time': {
      before: [deployment({ pod: { terminationGracePeriodSeconds: 120 } })],
      after: [deployment()],
      hits: ['terminationGracePeriodSeconds 120 -> 30'],
    },
    'preStop goes': {
      before: [deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })],
      after: [deployment()],
      hits: ['container web: preStop is gone'],
    },
    'more time': {
      before: [deployment()],
      after: [deployment({ pod: { terminationGracePeriodSeconds: 60 } })],
    },
  }),
  ...casesOf('probe-lost', {
    'readinessProbe goes': {
      before: [deployment({ container: { readinessProbe: probe() } })],
      after: [deployment()],
      hits: ['container web: readinessProbe is gone'],
    },
    'another path': {
      before: [deployment({ container: { readinessProbe: probe() } })],
      after: [
        deployment({ container: { readinessProbe: probe({ httpGet: { path: '/ready', port: 8080 } }) } }),
      ],
    },
    'its container goes': {
      before: [
        deployment({
          pod: {
            containers: [
              { name: 'web', image: 'registry.example.org/web:1.2.3' },
              { name: 'side', image: 'registry.example.org/side:1.2.3', livenessProbe: probe() },
            ],
          },
        }),
      ],
      after: [deployment()],
    },
  }),
  ...casesOf('probe-loosened', {
    'three times as many failures': {
      before: [deployment({ container: { livenessProbe: probe() } })],
      after: [deployment({ container: { livenessProbe: probe({ failureThreshold: 9 }) } })],
      hits: ['livenessProbe notices later, 30 s -> 90 s'],
    },
    'a bit more': {
      before: [deployment({ container: { livenessProbe: probe() } })],
      after: [deployment({ container: { livenessProbe: probe({ failureThreshold: 5 }) } })],
    },
    'a startup probe': {
      before: [deployment({ container: { startupProbe: probe() } })],
      after: [deployment({ container: { startupProbe: probe({ failureThreshold: 30 }) } })],
    },
  }),
  ...casesOf('limit-removed', {
    memory: {
      before: [resources({ memory: '1Gi' })],
      after: [resources({})],
      hits: ['container web: memory 1Gi -> none'],
    },
    'of the CPU, which only slows down': {
      before: [resources({ cpu: '2', memory: '1Gi' })],
      after: [resources({ memory: '1Gi' })],
    },
  }),
  ...casesOf('limit-lowered', {
    memory: {
      before: [resources({ memory: '1Gi' })],
      after: [resources({ memory: '512Mi' })],
      hits: ['container web: memory 1Gi -> 512Mi'],
    },
    'the same in other words': {
      before: [resources({ memory: '1Gi' })],
      after: [deployment({ container: { resources: { limits: { memory: '1024Mi' } }, tty: true } })],
    },
    higher: { before: [resources({ cpu: '1' })], after: [resources({ cpu: '1500m' })] },
  }),
  ...casesOf('request-lowered', {
    cpu: {
      before: [resources({}, { cpu: '1' })],
      after: [resources({}, { cpu: '500m' })],
      hits: ['container web: cpu 1 -> 500m'],
    },
    'it goes': {
      before: [resources({}, { memory: '1Gi' })],
      after: [resources({})],
      hits: ['container web: memory 1Gi -> none'],
    },
    'the limit is the request now': {
      before: [resources({ memory: '1Gi' }, { memory: '1Gi' })],
      after: [resources({ memory: '1Gi' })],
    },
  }),
  ...casesOf('read-only-root-lost', {
    'it goes': {
      before: [secured({ readOnlyRootFilesystem: true })],
      after: [deployment()],
      hits: ['readOnlyRootFilesystem: true is gone'],
    },
    'it comes': { before: [deployment()], after: [secured({ readOnlyRootFilesystem: true })] },
  }),
  ...casesOf('capabilities-kept', {
    'drop ALL goes': {
      before: [secured({ capabilities: { drop: ['ALL'] } })],
      after: [secured({ capabilities: { drop: ['NET_RAW'] } })],
      hits: ['drop ALL is gone'],
    },
    'one of the baseline is added': {
      before: [secured({ capabilities: { drop: ['ALL'] } })],
      after: [secured({ capabilities: { drop: ['all'], add: ['CHOWN'] } })],
    },
  }),
  ...casesOf('seccomp-lost', {
    'the profile goes': {
      before: [secured({ seccompProfile: { type: 'RuntimeDefault' } })],
      after: [deployment()],
      hits: ['seccompProfile is gone'],
    },
    'the pod says it': {
      before: [secured({ seccompProfile: { type: 'RuntimeDefault' } })],
      after: [deployment({ pod: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } } })],
    },
  }),
  ...casesOf('exposed-service-added', {
    'a load balancer': { after: [service({ type: 'LoadBalancer' })], hits: ['LoadBalancer, ports 80/TCP'] },
    'an inner one': { after: [service()] },
  }),
  ...casesOf('external-traffic-policy-changed', {
    'Local becomes Cluster': {
      before: [service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local' })],
      after: [service({ type: 'LoadBalancer' })],
      hits: ['Local -> Cluster'],
    },
    'the default is written': {
      before: [service({ type: 'LoadBalancer' })],
      after: [
        service({ type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', sessionAffinity: 'ClientIP' }),
      ],
    },
  }),
  ...casesOf('route-certificate-changed', {
    'another Secret': {
      before: [ingress()],
      after: [ingress({ tls: [{ hosts: ['shop.example.org'], secretName: 'new-tls' }] })],
      hits: ['shop.example.org: shop-tls -> new-tls'],
    },
    'one host more': {
      before: [ingress()],
      after: [
        ingress({
          rules: [hostRule('shop.example.org', '/'), hostRule('b.example.org', '/')],
          tls: [{ hosts: ['shop.example.org', 'b.example.org'], secretName: 'shop-tls' }],
        }),
      ],
    },
  }),
  ...casesOf('job-suspended', {
    'a CronJob': { before: [cronJob()], after: [cronJob({ suspend: true })], hits: ['false -> true'] },
    'it goes on': { before: [cronJob({ suspend: true })], after: [cronJob({ suspend: false })] },
  }),
  ...casesOf('sync-suspended', {
    'a Kustomization': { before: [kustomization()], after: [kustomization(true)], hits: ['false -> true'] },
    'it goes on': { before: [kustomization(true)], after: [kustomization()] },
  }),
  ...casesOf('job-concurrency-changed', {
    'to Allow': {
      before: [cronJob({ concurrencyPolicy: 'Forbid' })],
      after: [cronJob()],
      hits: ['Forbid -> Allow'],
    },
    'to Forbid': { before: [cronJob()], after: [cronJob({ concurrencyPolicy: 'Forbid' })] },
  }),
  ...casesOf('budget-removed', {
    'its pods stay': { beside: [deployment()], before: [budget('web')], hits: ['Deployment shop/web'] },
    'its pods go': { before: [budget('web'), deployment()] },
    'another budget takes them': { beside: [deployment(), budget('other')], before: [budget('web')] },
  }),
  ...casesOf('autoscaler-lowered', {
    both: {
      before: [autoscaler(3, 9)],
      after: [autoscaler(2, 6)],
      hits: ['minReplicas 3 -> 2', 'maxReplicas 9 -> 6'],
    },
    more: { before: [autoscaler(2, 6)], after: [autoscaler(3, 9)] },
  }),
  ...casesOf('autoscaler-below-replicas', {
    'a workload asks for more': {
      beside: [deployment({ spec: { replicas: 12 } })],
      after: [autoscaler(2, 9)],
      hits: ['maxReplicas 9, Deployment shop/web asks for 12'],
    },
    'a workload asks for fewer': { beside: [deployment()], after: [autoscaler(2, 9)] },
  }),
  ...casesOf('finalizers-changed', {
    'one goes': {
      before: [marked({ finalizers: ['example.org/a', 'example.org/b'] })],
      after: [marked({ finalizers: ['example.org/a'] })],
      hits: ['example.org/a, example.org/b -> example.org/a'],
    },
    'in another order': {
      before: [marked({ finalizers: ['example.org/a', 'example.org/b'] })],
      after: [marked({ finalizers: ['example.org/b', 'example.org/a'], labels: { a: 'b' } })],
    },
  }),
  ...casesOf('owner-changed', {
    'an owner comes': {
      before: [marked({})],
      after: [
        marked({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'main', uid: 'u1' }] }),
      ],
      hits: ['ConfigMap main'],
    },
    'an owner goes': {
      before: [
        marked({ ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'main', uid: 'u1' }] }),
      ],
      after: [marked({})],
    },
  }),
  ...casesOf('secret-in-plain-sight', {
    'in a ConfigMap': {
      before: [settings({ a: '1' })],
      after: [settings({ a: '1', DB_PASSWORD: 'hunter2hunter2' })],
      hits: ['key DB_PASSWORD'],
    },
    'in an environment variable': {
      after: [deployment({ container: { env: [{ name: 'API_TOKEN', value: 'abcd1234efgh' }] } })],
      hits: ['env API_TOKEN of container web'],
    },
    'it was there before': {
      before: [settings({ DB_PASSWORD: 'hunter2hunter2' })],
      after: [settings({ DB_PASSWORD: 'hunter2hunter2', a: '1' })],
    },
    'a path to it': {
      after: [deployment({ container: { env: [{ name: 'DB_PASSWORD', value: '/run/secrets/db' }] } })],
    },
    'a reference to it': {
      after: [
        deployment({
          container: {
            env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
          },
        }),
      ],
    },
  }),
  ...casesOf('large-change', {
    'sixty objects': { after: many(60, () => 'shop'), hits: ['60 objects of 1 application'] },
    'ten applications': {
      after: many(10, (index) => `app${index}`),
      hits: ['10 objects of 10 applications'],
    },
    'objects of no application': { after: many(60, () => undefined), hits: ['60 objects'] },
    'fifty-nine objects of nine applications': { after: many(59, (index) => `app${index % 9}`) },
  }),
];
