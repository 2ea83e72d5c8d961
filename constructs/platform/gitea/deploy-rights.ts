import { ApiObject } from 'cdk8s';
import type { Namespace } from '../../cluster/namespace';
import type { Workload } from '../../workloads/workload';

/** The account of the runner, and what it may do: read and patch Deployments of the namespaces, and nothing else. */
export function makeDeployRights(runner: Workload, namespaces: readonly Namespace[]): ApiObject {
  const account = new ApiObject(runner, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: runner.metadata,
    automountServiceAccountToken: false,
  });
  for (const { name, object } of new Set(namespaces)) {
    const metadata = { ...runner.metadata, namespace: name };
    const role = new ApiObject(runner, `role-${name}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }],
    });
    const binding = new ApiObject(runner, `role-binding-${name}`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: runner.name },
      subjects: [{ kind: 'ServiceAccount', name: runner.name, namespace: runner.namespace }],
    });
    if (object !== undefined) {
      role.node.addDependency(object);
      binding.node.addDependency(object);
    }
  }
  return account;
}
