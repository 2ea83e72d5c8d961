import type { ObjectId } from '../../lib/diff/object-id';
import type { ObjectBlock } from '../../lib/diff/report';

/** Objects of the sample report, the riskiest first. */
export function sampleObjects(): ObjectBlock[] {
  return [claim(), policy(), web(), secret(), apiStaging(), added(), removed(), renamed(), route()];
}

function claim(): ObjectBlock {
  const yaml = (size: string) =>
    [
      'apiVersion: v1',
      'kind: PersistentVolumeClaim',
      'metadata:',
      '  name: data',
      '  namespace: shop',
      'spec:',
      '  accessModes: [ReadWriteOnce]',
      '  resources:',
      '    requests:',
      `      storage: ${size}`,
      '  storageClassName: longhorn',
      '',
    ].join('\n');
  return block({
    id: { group: '', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' },
    level: 'block',
    replaced: true,
    fields: [{ path: 'spec.resources.requests.storage', op: 'replace', before: '20Gi', after: '10Gi' }],
    summary: '10Gi',
    origin: { path: 'shop/database/data', file: 'src/shop.ts', line: 41 },
    yaml: { before: yaml('20Gi'), after: yaml('10Gi') },
    columns: { live: 'refused: spec is immutable after creation', pulumi: 'replace' },
  });
}

function policy(): ObjectBlock {
  const from = [{ podSelector: { matchLabels: { app: 'web' } } }];
  const yaml = (rule: string) =>
    [
      'apiVersion: networking.k8s.io/v1',
      'kind: NetworkPolicy',
      'metadata:',
      '  name: database',
      '  namespace: shop',
      'spec:',
      '  podSelector:',
      '    matchLabels:',
      '      app: database',
      '  ingress:',
      rule,
      '',
    ].join('\n');
  return block({
    id: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'shop', name: 'database' },
    level: 'high',
    environments: ['production', 'staging'],
    fields: [{ path: 'spec.ingress[0].from', op: 'remove', before: from }],
    origin: { path: 'shop/database/policy', file: 'src/shop.ts', line: 58 },
    yaml: {
      before: yaml(
        '    - from:\n        - podSelector:\n            matchLabels:\n              app: web\n      ports:\n        - port: 5432',
      ),
      after: yaml('    - ports:\n        - port: 5432'),
    },
  });
}

function web(): ObjectBlock {
  const script = (line: string) => `#!/bin/sh\nset -eu\n${line}\nexec nginx -g 'daemon off;'\n`;
  const yaml = (tag: string, memory: string, level: string) =>
    [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata:',
      '  name: web',
      '  namespace: shop',
      'spec:',
      '  replicas: 2',
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: web',
      `          image: docker.io/library/nginx:${tag}`,
      '          env:',
      '            - name: LOG_LEVEL',
      `              value: ${level}`,
      '          resources:',
      '            limits:',
      `              memory: ${memory}`,
      '',
    ].join('\n');
  return block({
    id: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
    level: 'caution',
    environments: ['production', 'staging'],
    differsIn: ['edge'],
    fields: [
      {
        path: 'spec.template.spec.containers[name=web].image',
        op: 'replace',
        before: 'docker.io/library/nginx:1.27.5',
        after: 'docker.io/library/nginx:2.0.1',
      },
      {
        path: 'spec.template.spec.containers[name=web].env[name=LOG_LEVEL].value',
        op: 'replace',
        before: 'info',
        after: 'debug',
      },
      {
        path: 'spec.template.spec.containers[name=web].resources.limits.memory',
        op: 'replace',
        before: '256Mi',
        after: '512Mi',
      },
      {
        path: 'spec.template.spec.containers[name=web].ports[8081/TCP]',
        op: 'add',
        after: { containerPort: 8081, name: 'metrics', protocol: 'TCP' },
      },
      {
        path: 'spec.template.spec.containers[name=web].command[2]',
        op: 'replace',
        before: script('echo one'),
        after: script('echo two'),
      },
      {
        path: 'spec.template.spec.initContainers',
        op: 'reorder',
        before: ['migrate', 'warm'],
        after: ['warm', 'migrate'],
      },
    ],
    folds: { quantity: 1, 'list-order': 1 },
    origin: { path: 'shop/web', file: 'src/shop.ts', line: 17 },
    yaml: {
      before: yaml('1.27.5', '256Mi', 'info'),
      after: yaml('2.0.1', '512Mi', 'debug'),
    },
  });
}

function apiStaging(): ObjectBlock {
  return block({
    id: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'api' },
    environments: ['staging'],
    differsIn: ['production'],
    fields: [{ path: 'spec.replicas', op: 'replace', before: 1, after: 2 }],
    origin: { path: 'shop/api', file: 'src/shop.ts', line: 29 },
    yaml: {
      before: 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 1\n',
      after: 'apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 2\n',
    },
  });
}

function secret(): ObjectBlock {
  return block({
    id: { group: '', kind: 'Secret', namespace: 'shop', name: 'api' },
    level: 'caution',
    fields: [
      { path: 'data.token', op: 'replace', before: '«hidden»', after: '«hidden»' },
      { path: 'data.user', op: 'remove', before: '«hidden»' },
    ],
    origin: { path: 'shop/api/secret', file: 'src/shop.ts', line: 30 },
    yaml: {
      before: 'apiVersion: v1\nkind: Secret\ndata:\n  token: «hidden»\n  user: «hidden»\n',
      after: 'apiVersion: v1\nkind: Secret\ndata:\n  token: «hidden»\n',
    },
  });
}

function added(): ObjectBlock {
  return block({
    id: { group: 'batch', kind: 'Job', namespace: 'shop', name: 'migrate' },
    kind: 'added',
    summary: '1 container, busybox:1.37',
    origin: { path: 'shop/migrate', file: 'src/shop.ts', line: 80 },
    yaml: { after: 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  namespace: shop\n' },
  });
}

function removed(): ObjectBlock {
  return block({
    id: { group: 'batch', kind: 'Job', namespace: 'shop', name: 'seed' },
    kind: 'removed',
    summary: '1 container, alpine:3.20',
    yaml: { before: 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: seed\n  namespace: shop\n' },
  });
}

function renamed(): ObjectBlock {
  const id: ObjectId = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings-v2' };
  return block({
    id,
    formerId: { ...id, name: 'settings' },
    kind: 'renamed',
    origin: { path: 'shop/settings', file: 'src/shop.ts', line: 9 },
    yaml: {
      before: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n',
      after: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-v2\n',
    },
  });
}

function route(): ObjectBlock {
  return block({
    id: {
      cluster: 'edge-1',
      group: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'shop:reader',
    },
    fields: [
      {
        path: 'metadata.annotations["example.org/owner"]',
        op: 'replace',
        before: null,
        after: 'team-a',
      },
    ],
    yaml: { before: 'kind: ClusterRole\n', after: 'kind: ClusterRole\nmetadata: {}\n' },
  });
}

function block(changes: Partial<ObjectBlock> & Pick<ObjectBlock, 'id' | 'yaml'>): ObjectBlock {
  return {
    kind: 'changed',
    replaced: false,
    level: 'routine',
    environments: ['production'],
    differsIn: [],
    fields: [],
    folds: {},
    summary: '',
    origin: {},
    ...changes,
  };
}
