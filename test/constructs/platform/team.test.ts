import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../constructs/cluster/namespace';
import { Team } from '../../../constructs/platform/team/team';
import { EDIT_WITHOUT_SECRETS } from '../../../constructs/platform/team/team-roles';
import type { TeamProps } from '../../../constructs/platform/team/team-settings';
import {
  k3sCluster,
  objectsIn,
  objectsOf,
  problemsIn,
  schemaProblems,
  synthesisOfCluster,
} from '../../support/synth';

const members = { groups: ['shop'] };

const made = (props: TeamProps): ReturnType<typeof objectsIn> => {
  const cluster = k3sCluster();
  new Team(cluster, 'shop', props);
  expect(problemsIn(cluster)).toEqual([]);
  expect(schemaProblems(cluster)).toEqual([]);
  return objectsIn(cluster);
};

const problems = (props: object): string[] => {
  const cluster = k3sCluster();
  new Team(cluster, 'shop', props as TeamProps);
  expect(objectsIn(cluster)).toEqual([]);
  return problemsIn(cluster);
};

describe('a team', () => {
  test('gets the built-in role in each namespace', () => {
    const objects = made({
      members: {
        groups: ['shop'],
        users: ['ana'],
        serviceAccounts: [{ namespace: 'ci', name: 'deployer' }],
      },
      namespaces: { web: 'edit', data: 'view' },
    });
    expect(objects).toHaveLength(2);
    expect(objects[0]).toEqual({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'shop-edit', namespace: 'web' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
      subjects: [
        { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'shop' },
        { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ana' },
        { kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' },
      ],
    });
    expect(objects[1]?.metadata).toEqual({ name: 'shop-view', namespace: 'data' });
  });

  test('gets a Role of its own where it edits without Secrets, and no other name for what it is bound to', () => {
    const [role, binding, view] = made({
      members,
      namespaces: { web: 'edit', data: 'view' },
      secrets: false,
    });
    expect(role).toMatchObject({
      kind: 'Role',
      metadata: { name: 'shop-edit-without-secrets', namespace: 'web' },
    });
    expect(binding).toMatchObject({
      metadata: { name: 'shop-edit-without-secrets', namespace: 'web' },
      roleRef: { kind: 'Role', name: 'shop-edit-without-secrets' },
    });
    expect(view).toMatchObject({ roleRef: { kind: 'ClusterRole', name: 'view' } });
  });

  test('reads the nodes when asked to', () => {
    const [role, binding] = made({ members, clusterRead: true });
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      metadata: { name: 'shop-cluster-read' },
      rules: [
        {
          apiGroups: [''],
          resources: ['nodes', 'namespaces', 'persistentvolumes'],
          verbs: ['get', 'list', 'watch'],
        },
        {},
        {},
        {},
        {},
        {},
        {},
      ],
    });
    expect(binding).toMatchObject({
      kind: 'ClusterRoleBinding',
      roleRef: { kind: 'ClusterRole', name: 'shop-cluster-read' },
    });
  });

  test('gets all rights for a reason only, which stands at the binding', () => {
    const [binding] = made({ members, clusterAdmin: { reason: 'they run the cluster' } });
    expect(binding).toMatchObject({
      kind: 'ClusterRoleBinding',
      metadata: {
        name: 'shop-cluster-admin',
        annotations: { 'k3stack.dev/reason': 'they run the cluster' },
      },
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    });
  });

  test('that is made in a namespace has no namespace at what lies in none', () => {
    const cluster = k3sCluster();
    const team = new Team(new Namespace(cluster, 'web'), 'shop', {
      members,
      clusterRead: true,
      namespaces: { data: 'view' },
    });
    const [role] = objectsOf(cluster, 'ClusterRole');
    expect(role?.metadata).toEqual({ name: 'shop-cluster-read' });
    expect(team.bindings['data']?.metadata.namespace).toBe('data');
    expect(team.clusterBindings).toHaveLength(1);
    expect(synthesisOfCluster(cluster).warnings.filter(({ blocks }) => blocks === 'nothing')).toEqual([]);
  });
});

test('who edits without Secrets neither reads them nor borrows the rights of a service account', () => {
  const resources = EDIT_WITHOUT_SECRETS.flatMap(({ resources: names }) => names);
  expect(resources).toContain('deployments');
  expect(resources.filter((name) => /secret|token|impersonate|\*/.test(name))).toEqual([]);
  expect(EDIT_WITHOUT_SECRETS.flatMap(({ verbs }) => verbs)).not.toContain('impersonate');
});

describe('a team fails when it', () => {
  test.each<[string, object, string]>([
    [
      'names nobody',
      { members: {}, namespaces: { web: 'view' } },
      "members: names nobody; write members: { groups: ['shop'] }",
    ],
    ['has no right', { members }, "namespaces: gives no right anywhere; write namespaces: { shop: 'edit' }"],
    [
      'is everybody',
      { members: { groups: ['system:authenticated'] }, namespaces: { web: 'view' } },
      'members.groups[0]: is a name of Kubernetes itself, which stands for more than a team, got "system:authenticated"; write a group or user of your own',
    ],
    [
      'has a namespace that cannot be one',
      { members, namespaces: { 'Web Shop': 'view' } },
      'namespaces: has a key that cannot be a namespace, got "Web Shop"; write { shop: \'edit\' }',
    ],
    [
      'gets all rights without a reason',
      { members, clusterAdmin: { reason: ' ' } },
      'clusterAdmin.reason: must say why the team needs every right on the cluster, got " "; write such as reason: \'they run the cluster\'',
    ],
    [
      'administers without Secrets',
      { members, namespaces: { web: 'admin' }, secrets: false },
      "namespaces.web: is 'admin', which reads Secrets, and the team has secrets: false; write web: 'edit'",
    ],
  ])('%s', (_, props, message) => {
    expect(problems(props)).toEqual([`[k3s/shop] ${message} (team)`]);
  });

  test('has a role that there is not', () => {
    expect(problems({ members, namespaces: { web: 'editor' } })).toEqual([
      "[k3s/shop] namespaces.web: must be one of 'view', 'edit', 'admin', got \"editor\"; write 'edit' (props-shape)",
    ]);
  });

  test('takes the service accounts of a namespace as a group', () => {
    made({ members: { groups: ['system:serviceaccounts:ci'] }, namespaces: { web: 'edit' } });
  });
});
