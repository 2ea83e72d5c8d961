import { casesOf, claim, deployment, ingress, object, type RatedFixture } from './risk-case';

const settings = (data: object, name = 'settings') => object('v1', 'ConfigMap', name, { data });
const reading = (name: string, key: string) =>
  deployment({
    container: { env: [{ name: 'MODE', valueFrom: { configMapKeyRef: { name, key } } }] },
  });
const asAccount = (name: string) => deployment({ pod: { serviceAccountName: name } });
const account = object('v1', 'ServiceAccount', 'web');
const mounting = (mount: object) =>
  deployment({
    container: { volumeMounts: [{ name: 'files', ...mount }] },
    pod: { volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'uploads' } }] },
  });
const policy = (name: string, spec: object) =>
  object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec: { podSelector: {}, ...spec } });
const fromWeb = {
  policyTypes: ['Ingress'],
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080 }] }],
};
const scaler = (spec: object = {}, name = 'web') =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    spec: {
      minReplicas: 2,
      maxReplicas: 6,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      ...spec,
    },
  });
const unscaled = deployment({ spec: { replicas: undefined } });
const ingressOf = (name: string, spec: object = {}, annotations: object = {}) => ({
  ...ingress({ ingressClassName: 'traefik', ...spec }, { ...annotations }, name),
});

/** What pods name, who reaches them, and how many of them there are. */
export const cautionWiring: readonly RatedFixture[] = [
  ...casesOf('reference-not-found', {
    'another name, that no object has': {
      beside: [settings({ mode: 'a' })],
      before: [reading('settings', 'mode')],
      after: [reading('setings', 'mode')],
      hits: ['env MODE of container web: no ConfigMap setings'],
    },
    'a key that is not in it': {
      beside: [settings({ mode: 'a' })],
      before: [reading('settings', 'mode')],
      after: [reading('settings', 'mood')],
      hits: ['ConfigMap settings has no key mood'],
    },
    'a key that is not in it, of a new workload': {
      beside: [settings({ mode: 'a' })],
      after: [reading('settings', 'mood')],
      hits: ['ConfigMap settings has no key mood'],
    },
    'a ServiceAccount': {
      beside: [account],
      before: [asAccount('web')],
      after: [asAccount('wbe')],
      hits: ['serviceAccountName: no ServiceAccount wbe'],
    },
    'nor was the old one known': {
      before: [reading('by-hand', 'mode')],
      after: [reading('by-hand-2', 'mode')],
    },
    'the new one comes with it': {
      before: [settings({ mode: 'a' }), reading('settings', 'mode')],
      after: [settings({ mode: 'b' }, 'settings-2'), reading('settings-2', 'mode')],
    },
    'an object that somebody fills': {
      beside: [settings({ mode: 'a' }), settings({}, 'filled')],
      before: [reading('settings', 'mode')],
      after: [reading('filled', 'mode')],
    },
  }),
  ...casesOf('claim-mounted-elsewhere', {
    'another path': {
      beside: [claim({ accessModes: ['ReadWriteMany'] }, 'uploads')],
      before: [mounting({ mountPath: '/uploads' })],
      after: [mounting({ mountPath: '/srv/uploads' })],
      hits: ['claim uploads: /uploads -> /srv/uploads'],
    },
    'another part of it': {
      beside: [claim({ accessModes: ['ReadWriteMany'] }, 'uploads')],
      before: [mounting({ mountPath: '/uploads' })],
      after: [mounting({ mountPath: '/uploads', subPath: 'a' })],
      hits: ['claim uploads: /uploads -> /uploads (subPath a)'],
    },
    'read-only from now on': {
      beside: [claim({ accessModes: ['ReadWriteMany'] }, 'uploads')],
      before: [mounting({ mountPath: '/uploads' })],
      after: [mounting({ mountPath: '/uploads/', readOnly: true })],
    },
  }),
  ...casesOf('image-program-changed', {
    'another image': {
      before: [deployment()],
      after: [deployment({ container: { image: 'registry.example.org/nginx:1.27.0' } })],
      hits: ['container web: registry.example.org/web -> registry.example.org/nginx'],
    },
    'another owner, which is said otherwise': {
      before: [deployment({ container: { image: 'bitnami/redis:7.2.4' } })],
      after: [deployment({ container: { image: 'bitnamilegacy/redis:7.2.4' } })],
      also: ['image-registry-changed'],
    },
    'the processor is no longer in the name': {
      before: [deployment({ container: { image: 'registry.example.org/agent-amd64:1.2.3' } })],
      after: [deployment({ container: { image: 'registry.example.org/agent:1.2.4' } })],
    },
    'a container of another name': {
      before: [deployment()],
      after: [deployment({ container: { name: 'nginx', image: 'nginx:1.27.0' } })],
    },
  }),
  ...casesOf('ingress-class-changed', {
    'another class': {
      before: [ingressOf('web')],
      after: [ingressOf('web', { ingressClassName: 'nginx' })],
      hits: ['traefik -> nginx'],
    },
    'the class that was the default one is written': {
      before: [ingressOf('web', { ingressClassName: undefined })],
      after: [ingressOf('web')],
    },
    none: {
      before: [ingressOf('web')],
      after: [ingressOf('web', { ingressClassName: undefined })],
      hits: ['traefik -> none, which is the default class'],
    },
    'the field in place of the annotation': {
      before: [
        ingressOf('web', { ingressClassName: undefined }, { 'kubernetes.io/ingress.class': 'traefik' }),
      ],
      after: [ingressOf('web')],
    },
  }),
  ...casesOf('route-twice', {
    'a second Ingress of the host': {
      beside: [ingressOf('web')],
      after: [ingressOf('other')],
      hits: ['https://shop.example.org is one of Ingress shop/web too'],
    },
    'two that come together, said once': {
      after: [ingressOf('web'), ingressOf('other')],
      hits: ['is one of Ingress shop/other too'],
    },
    'of another class': {
      beside: [ingressOf('web')],
      after: [ingressOf('other', { ingressClassName: 'nginx' })],
    },
    'of another entry point': {
      beside: [ingressOf('web')],
      after: [ingressOf('other', {}, { 'traefik.ingress.kubernetes.io/router.entrypoints': 'web' })],
    },
    'a canary': {
      beside: [ingressOf('web')],
      after: [ingressOf('other', {}, { 'nginx.ingress.kubernetes.io/canary': 'true' })],
    },
    'it was so before': {
      before: [ingressOf('web'), ingressOf('other')],
      after: [ingressOf('web'), ingressOf('other', {}, { a: 'b' })],
    },
  }),
  ...casesOf('network-traffic-cut', {
    'the first policy of pods that run': {
      beside: [deployment()],
      after: [policy('deny', { policyTypes: ['Ingress', 'Egress'] })],
      hits: [
        'ingress of Deployment shop/web was open; nothing of it is allowed now',
        'egress of Deployment shop/web was open; nothing of it is allowed now',
      ],
    },
    'with what it allows': {
      beside: [deployment()],
      after: [policy('web', fromWeb)],
      hits: ['only from pods with app=web of namespace shop, on 8080/TCP is allowed now'],
    },
    'a policy that allowed goes, one that denies stays': {
      beside: [deployment(), policy('deny', { policyTypes: ['Ingress'] })],
      before: [policy('web', fromWeb)],
      hits: ['ingress of Deployment shop/web: no more from pods with app=web'],
    },
    'pods and policy come together': {
      after: [deployment(), policy('deny', { policyTypes: ['Ingress'] })],
    },
    'another one allows the same': {
      beside: [deployment(), policy('all', { ...fromWeb, ingress: [{}] })],
      before: [policy('web', fromWeb)],
    },
    'a peer is narrowed': {
      beside: [deployment()],
      before: [policy('web', fromWeb)],
      after: [
        policy('web', {
          ...fromWeb,
          ingress: [
            {
              from: [{ podSelector: { matchLabels: { app: 'web', tier: 'front' } } }],
              ports: [{ port: 8080 }],
            },
          ],
        }),
      ],
    },
    'it has another name': {
      beside: [deployment()],
      before: [policy('web', fromWeb)],
      after: [policy('web-2', fromWeb)],
    },
  }),
  ...casesOf('replicas-left-out', {
    'of three': {
      before: [deployment({ spec: { replicas: 3 } })],
      after: [unscaled],
      hits: ['3 -> none, which is 1'],
    },
    'of one': {
      before: [deployment({ spec: { replicas: 1 }, container: { args: ['a'] } })],
      after: [unscaled],
    },
    'written again': { before: [unscaled], after: [deployment({ spec: { replicas: 3 } })] },
  }),
  ...casesOf('autoscaler-removed', {
    'its workload stays': {
      beside: [unscaled],
      before: [scaler()],
      hits: ['it scaled Deployment shop/web'],
    },
    'it scales another workload': {
      beside: [unscaled],
      before: [scaler()],
      after: [scaler({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'wbe' } })],
      hits: ['it scaled Deployment shop/web'],
    },
    'with its workload': { before: [unscaled, scaler()] },
    'KEDA takes over': {
      beside: [unscaled],
      before: [scaler()],
      after: [
        object('keda.sh/v1alpha1', 'ScaledObject', 'web', { spec: { scaleTargetRef: { name: 'web' } } }),
      ],
    },
    'under another name': { beside: [unscaled], before: [scaler()], after: [scaler({}, 'web-hpa')] },
  }),
  ...casesOf('autoscaler-below-replicas', {
    'the workload asks for more than before': {
      beside: [scaler()],
      before: [deployment({ spec: { replicas: 5 } })],
      after: [deployment({ spec: { replicas: 9 } })],
      hits: ['maxReplicas 6, Deployment shop/web asks for 9'],
    },
  }),
];
