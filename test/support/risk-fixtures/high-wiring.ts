import {
  casesOf,
  claim,
  clusterObject,
  deployment,
  hostRule,
  ingress,
  object,
  service,
  workload,
  type RatedFixture,
} from './risk-case';

const RBAC = 'rbac.authorization.k8s.io/v1';
const READ = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }];
const binding = (kind: string) =>
  object(RBAC, 'RoleBinding', 'web', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: 'web' },
    subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }],
  });
const webhook = (apiGroups: readonly string[], resources: readonly string[]) =>
  clusterObject('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'guard', {
    webhooks: [
      {
        name: 'guard.example.org',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: { service: { name: 'guard', namespace: 'guard' } },
        rules: [{ apiGroups, apiVersions: ['*'], operations: ['CREATE'], resources }],
      },
    ],
  });
const mounting = (volumes: readonly object[], mounts: readonly object[], name = 'web') =>
  deployment({ container: { volumeMounts: mounts }, pod: { volumes } }, name);
const uploads = { name: 'files', persistentVolumeClaim: { claimName: 'uploads' } };
const mount = { name: 'files', mountPath: '/uploads' };
const database = (mounts: readonly object[]) =>
  workload('StatefulSet', 'db', {
    container: { volumeMounts: mounts },
    spec: {
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
        },
      ],
    },
  });
const many = { accessModes: ['ReadWriteMany'] };
const to = (name: string, port: object) =>
  ingress({
    rules: [
      {
        host: 'shop.example.org',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port } } }] },
      },
    ],
  });
const httpRoute = (name: string, port: number) =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'web', {
    spec: { hostnames: ['shop.example.org'], rules: [{ backendRefs: [{ name, port }] }] },
  });

/** What pods and routes are wired to: claims, Services and ports. */
export const highWiring: readonly RatedFixture[] = [
  ...casesOf('claim-not-mounted', {
    'an emptyDir takes its place': {
      beside: [claim(many, 'uploads')],
      before: [mounting([uploads], [mount])],
      after: [mounting([{ name: 'files', emptyDir: {} }], [mount])],
      hits: ['claim uploads was at /uploads of container web; there is emptyDir now'],
    },
    'another claim takes its place': {
      beside: [claim(many, 'uploads'), claim(many, 'uploads-2')],
      before: [mounting([uploads], [mount])],
      after: [mounting([{ name: 'files', persistentVolumeClaim: { claimName: 'uploads-2' } }], [mount])],
      hits: ['there is claim uploads-2 now'],
    },
    'of a StatefulSet, whose template stays': {
      before: [database([{ name: 'data', mountPath: '/data' }])],
      after: [database([])],
      hits: ['claim data was at /data of container web; there is nothing now'],
    },
    'the volume has another name': {
      beside: [claim(many, 'uploads')],
      before: [mounting([uploads], [mount])],
      after: [mounting([{ ...uploads, name: 'u' }], [{ ...mount, name: 'u' }])],
    },
    'the claim goes too, which is said there': {
      before: [claim(many, 'uploads'), mounting([uploads], [mount])],
      after: [mounting([], [])],
      also: ['claim-removed'],
    },
  }),
  ...casesOf('route-backend-lost', {
    'a Service is written wrong': {
      beside: [service()],
      before: [to('web', { number: 80 })],
      after: [to('wbe', { number: 80 })],
      hits: ['Service wbe is not among the objects'],
    },
    'the port has another name now': {
      beside: [to('web', { name: 'http' })],
      before: [service()],
      after: [service({ ports: [{ name: 'web', port: 80, targetPort: 8080 }] })],
      hits: ['Service web has no port http, but 80 web'],
    },
    'a port that the Service never had': {
      beside: [service()],
      before: [to('web', { number: 80 })],
      after: [to('web', { number: 8080 })],
      hits: ['Service web has no port 8080, but 80 http'],
    },
    'a new route to it': {
      beside: [service()],
      after: [to('web', { name: 'https' })],
      hits: ['Service web has no port https'],
    },
    'of the Gateway API': {
      beside: [service()],
      before: [httpRoute('web', 80)],
      after: [httpRoute('web', 81)],
      hits: ['Service web has no port 81'],
    },
    'a new route to a Service that somebody else makes': { after: [to('other', { number: 80 })] },
    'the number in place of the name': {
      beside: [service()],
      before: [to('web', { name: 'http' })],
      after: [to('web', { number: 80 })],
    },
    'a port goes, which is said there': {
      beside: [to('web', { number: 80 })],
      before: [service()],
      after: [service({ ports: [{ name: 'http', port: 81, targetPort: 8080 }] })],
      also: ['service-port-closed'],
    },
    'a port that the AWS controller reads elsewhere': {
      beside: [service()],
      after: [to('web', { name: 'use-annotation' })],
    },
    'one more path': {
      beside: [service()],
      before: [ingress()],
      after: [ingress({ rules: [hostRule('shop.example.org', '/', '/cart')] })],
    },
  }),
  ...casesOf('rbac-widened', {
    'a role goes, and its binding gives nothing any more': {
      beside: [binding('Role')],
      before: [object(RBAC, 'Role', 'web', { rules: READ })],
    },
    'a role of the cluster goes': {
      beside: [binding('ClusterRole')],
      before: [clusterObject(RBAC, 'ClusterRole', 'web', { rules: READ })],
    },
  }),
  ...casesOf('webhook-blocks-cluster', {
    'every kind and subresource of every group': {
      before: [webhook(['widgets.example.org'], ['widgets'])],
      after: [webhook(['*'], ['*/*'])],
      hits: ['*/* of every group'],
    },
    'how often something is scaled': {
      before: [webhook(['apps'], ['widgets'])],
      after: [webhook(['apps'], ['*/scale'])],
    },
  }),
];
