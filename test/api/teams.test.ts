// What members of teams may do, as the API server itself answers; the controller that fills the built-in roles runs.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Cluster } from '../../constructs/cluster/cluster';
import { Namespace } from '../../constructs/cluster/namespace';
import { Team } from '../../constructs/platform/team/team';
import { objectsOfCase } from './api-case';
import { type ControlPlane, startControlPlane } from './control-plane';
import { until } from './fake-nodes';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ controllers: true });
  const objects = objectsOfCase({ name: 'teams', build: teams });
  for (const object of objects) await plane.api.apply(object);
  await until('the built-in roles are filled', () => may('builders', 'create', 'apps/deployments', 'web'));
});

afterAll(() => plane.stop());

function teams(cluster: Cluster): void {
  for (const name of ['web', 'data']) new Namespace(cluster, name);
  new Team(cluster, 'builders-team', {
    members: { groups: ['builders'] },
    namespaces: { web: 'edit', data: 'view' },
  });
  new Team(cluster, 'helpers-team', {
    members: { groups: ['helpers'], serviceAccounts: [{ namespace: 'web', name: 'bot' }] },
    namespaces: { web: 'edit' },
    secrets: false,
    clusterRead: true,
  });
  new Team(cluster, 'leads-team', { members: { groups: ['leads'] }, namespaces: { web: 'admin' } });
  new Team(cluster, 'operators-team', {
    members: { groups: ['operators'] },
    clusterAdmin: { reason: 'they run the cluster' },
  });
}

/** @param resource `group/plural`, or the plural of the core group, with `:` before a part of it. */
async function may(group: string, verb: string, resource: string, namespace = ''): Promise<boolean> {
  const [path = '', subresource] = resource.split(':');
  const slash = path.lastIndexOf('/');
  const attributes = {
    verb,
    namespace,
    group: path.slice(0, Math.max(slash, 0)),
    resource: path.slice(slash + 1),
    ...(subresource !== undefined && { subresource }),
  };
  const review = await plane.api.create({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: {
      user: `somebody-of-${group}`,
      groups: [group, 'system:authenticated'],
      resourceAttributes: attributes,
    },
  });
  return (review.status as { allowed?: boolean } | undefined)?.allowed === true;
}

test.each<[string, string, string, string, boolean]>([
  ['builders', 'create', 'apps/deployments', 'web', true],
  ['builders', 'get', 'secrets', 'web', true],
  ['builders', 'get', 'apps/deployments', 'data', true],
  ['builders', 'create', 'apps/deployments', 'data', false],
  ['builders', 'get', 'secrets', 'data', false],
  ['builders', 'get', 'pods', 'kube-system', false],
  ['builders', 'list', 'nodes', '', false],
  ['builders', 'create', 'rbac.authorization.k8s.io/rolebindings', 'web', false],
  ['builders', 'delete', 'resourcequotas', 'web', false],
  // Whoever edits a namespace may open its default-deny, as its page says.
  ['builders', 'delete', 'networking.k8s.io/networkpolicies', 'web', true],
  ['helpers', 'create', 'apps/deployments', 'web', true],
  ['helpers', 'patch', 'batch/cronjobs', 'web', true],
  ['helpers', 'get', 'pods:log', 'web', true],
  ['helpers', 'create', 'pods:exec', 'web', true],
  ['helpers', 'get', 'secrets', 'web', false],
  ['helpers', 'create', 'secrets', 'web', false],
  ['helpers', 'create', 'serviceaccounts:token', 'web', false],
  ['helpers', 'impersonate', 'serviceaccounts', 'web', false],
  ['helpers', 'list', 'nodes', '', true],
  ['helpers', 'delete', 'nodes', '', false],
  ['helpers', 'get', 'secrets', '', false],
  ['leads', 'create', 'rbac.authorization.k8s.io/rolebindings', 'web', true],
  ['leads', 'update', 'resourcequotas', 'web', false],
  ['operators', 'delete', 'nodes', '', true],
  ['strangers', 'get', 'pods', 'web', false],
])('%s may %s %s in %j: %p', async (group, verb, resource, namespace, expected) => {
  expect(await may(group, verb, resource, namespace)).toBe(expected);
});

test('without Secrets, a team does all else of its own role that the built-in one does', async () => {
  const rules = async (kind: string, name: string, namespace?: string): Promise<Set<string>> => {
    const role = await plane.api.get({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
    });
    const list = (role as unknown as { rules: Record<'apiGroups' | 'resources' | 'verbs', string[]>[] })
      .rules;
    return new Set(
      list.flatMap(({ apiGroups, resources, verbs }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) => verbs.map((verb) => `${group} ${resource} ${verb}`)),
        ),
      ),
    );
  };
  const own = await rules('Role', 'helpers-team-edit-without-secrets', 'web');
  const builtIn = await rules('ClusterRole', 'edit');
  const missing = [...builtIn].filter((rule) => !own.has(rule));
  const left = /^ (secrets|serviceaccounts\/token|bindings) | impersonate$|^extensions /;
  expect(missing.filter((rule) => !left.test(rule))).toEqual([]);
  expect([...own].filter((rule) => !builtIn.has(rule))).toEqual([]);
});
