import { casesOf, clusterObject, deployment, object, workload, type RatedFixture } from './risk-case';

const RBAC = 'rbac.authorization.k8s.io/v1';
const READ = ['get', 'list'];
const anna = { kind: 'User', name: 'anna' };
const rule = (resources: readonly string[], verbs: readonly string[], rest = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...rest,
});
const role = (...rules: readonly object[]) => object(RBAC, 'Role', 'web', { rules });
const binding = (kind: string, name: string, metadata = {}) =>
  object(
    RBAC,
    'RoleBinding',
    'web',
    { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name }, subjects: [anna] },
    metadata,
  );

const none = deployment({ spec: { replicas: 0 } });
const scaler = (spec: object) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
    spec: {
      maxReplicas: 4,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      ...spec,
    },
  });
const scaled = (scaleTargetRef: object) =>
  object('keda.sh/v1alpha1', 'ScaledObject', 'web', { spec: { scaleTargetRef } });

/** Rights that only read, and workloads that come without pods. */
export const cautionStarts: readonly RatedFixture[] = [
  ...casesOf('rbac-read-widened', {
    'one more kind': {
      beside: [binding('Role', 'web')],
      before: [role(rule(['configmaps'], READ))],
      after: [role(rule(['configmaps', 'pods', 'pods/log'], READ))],
      hits: ['User anna: get/list of pods in namespace shop, get/list of pods/log in namespace shop'],
    },
    'a binding to view': {
      after: [binding('ClusterRole', 'view')],
      hits: ['User anna: all that role view allows in namespace shop'],
    },
    'a write among what it reads': {
      beside: [binding('Role', 'web')],
      before: [role(rule(['configmaps'], READ))],
      after: [role(rule(['configmaps'], READ), rule(['pods'], [...READ, 'delete']))],
      also: ['rbac-widened'],
    },
    'in the whole cluster': {
      before: [clusterObject(RBAC, 'ClusterRole', 'web', { rules: [rule(['pods'], READ)] })],
      after: [
        clusterObject(RBAC, 'ClusterRole', 'web', { rules: [rule(['pods'], READ)] }),
        clusterObject(RBAC, 'ClusterRoleBinding', 'web', {
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'web' },
          subjects: [anna],
        }),
      ],
      also: ['rbac-widened'],
    },
    'a Secret by its name': {
      beside: [binding('Role', 'web')],
      before: [role()],
      after: [role(rule(['secrets'], ['get'], { resourceNames: ['login'] }))],
      also: ['rbac-widened'],
    },
    'every Secret': {
      beside: [binding('Role', 'web')],
      before: [role()],
      after: [role(rule(['secrets'], READ))],
      also: ['rbac-escalation'],
    },
    'what was read before': {
      beside: [role(rule(['pods'], READ))],
      before: [binding('Role', 'web')],
      after: [binding('Role', 'web', { labels: { team: 'shop' } })],
    },
  }),
  ...casesOf('starts-with-none', {
    'a Deployment': { after: [none], hits: ['0'] },
    'a StatefulSet': { after: [workload('StatefulSet', 'db', { spec: { replicas: 0 } })], hits: ['0'] },
    'an autoscaler that leaves 0 alone': { beside: [scaler({ minReplicas: 2 })], after: [none], hits: ['0'] },
    'KEDA scales another': { beside: [scaled({ name: 'shop' })], after: [none], hits: ['0'] },
    'KEDA scales it': { beside: [scaled({ name: 'web' })], after: [none] },
    'KEDA scales it, a StatefulSet': {
      beside: [scaled({ kind: 'StatefulSet', name: 'db' })],
      after: [workload('StatefulSet', 'db', { spec: { replicas: 0 } })],
    },
    'an autoscaler from 0 on': { beside: [scaler({ minReplicas: 0 })], after: [none] },
    'a Rollout takes its pods over': {
      beside: [
        object('argoproj.io/v1alpha1', 'Rollout', 'web', {
          spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
        }),
      ],
      after: [none],
    },
    'it has had none': {
      before: [none],
      after: [deployment({ spec: { replicas: 0 }, pod: { hostname: 'a' } })],
    },
    'the number is left out': { after: [deployment({ spec: { replicas: undefined } })] },
  }),
];
