import { ApiObject } from 'cdk8s';
import { clusterScope } from '../cluster-scope';
import type { Workload } from '../../workloads/workload';
import type { Egress } from '../../workloads/workload-network';

/** A rule of a ClusterRole. */
export interface RoleRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** The account of a workload, and what it may read in the whole cluster. @returns Name of the account */
export function serviceAccount(workload: Workload, rules: readonly RoleRule[]): string {
  const { name, namespace, labels } = workload;
  const scope = clusterScope(workload);
  const metadata = { name: `${namespace}-${name}`, labels };
  const apiGroup = 'rbac.authorization.k8s.io';
  new ApiObject(workload, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: workload.metadata,
    automountServiceAccountToken: false,
  });
  new ApiObject(scope, 'role', { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata, rules });
  new ApiObject(scope, 'binding', {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  return name;
}

/** The API server lies outside of the pod network: as a Service on 443, on the servers themselves on 6443. */
export const API_EGRESS: readonly Egress[] = ['0.0.0.0/0', '::/0'].map((cidr) => ({
  cidr,
  ports: [443, 6443],
}));
