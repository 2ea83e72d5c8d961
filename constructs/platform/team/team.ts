import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps } from '../../../lib/rules/shape';
import { isInstance } from '../../instance-of';
import { addCheck } from '../../violations';
import { clusterScope } from '../cluster-scope';
import { CLUSTER_READ, EDIT_WITHOUT_SECRETS, type PolicyRule } from './team-roles';
import { teamShape, teamViolations } from './team-rules';
import type { TeamMembers, TeamProps, TeamRole } from './team-settings';

/** A subject of a binding. */
type Subject = Readonly<Record<string, string>>;

/**
 * People and service accounts, and what they may do in which namespaces. The names of bindings hold the role, because Kubernetes never changes the role of a
 * binding: another role is another object.
 */
export class Team extends Construct {
  /** RoleBinding of each namespace, by its name. */
  readonly bindings: Readonly<Record<string, ApiObject>>;

  /** ClusterRoleBindings, where the team has rights on the whole cluster. */
  readonly clusterBindings: readonly ApiObject[];

  private readonly subjects: readonly Subject[];

  constructor(scope: Construct, id: string, props: TeamProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, teamShape);
    const { members = {}, namespaces = {}, secrets = true, clusterRead = false, clusterAdmin } = sound;
    const violations = problems.length > 0 ? problems : teamViolations(id, { ...sound, members });
    addCheck(this, () => violations);
    this.subjects = subjectsOf(members);
    const isSound = violations.length === 0;
    this.bindings = Object.fromEntries(
      isSound ? Object.entries(namespaces).map(([name, role]) => [name, this.bind(name, role, secrets)]) : [],
    );
    this.clusterBindings = isSound
      ? [
          ...(clusterRead ? [this.bindClusterRead()] : []),
          ...(clusterAdmin === undefined ? [] : [this.bindClusterAdmin(clusterAdmin.reason)]),
        ]
      : [];
  }

  static override [Symbol.hasInstance](value: unknown): value is Team {
    return isInstance(value, Team);
  }

  private bind(namespace: string, role: TeamRole, secrets: boolean): ApiObject {
    const isOwn = role === 'edit' && !secrets;
    const name = `${this.node.id}-${isOwn ? 'edit-without-secrets' : role}`;
    const id = `${namespace}-${isOwn ? 'edit-without-secrets' : role}`;
    if (isOwn) this.role(`${id}-role`, 'Role', { name, namespace }, EDIT_WITHOUT_SECRETS);
    return this.binding(
      id,
      'RoleBinding',
      { name, namespace },
      isOwn ? { kind: 'Role', name } : { kind: 'ClusterRole', name: role },
    );
  }

  private bindClusterRead(): ApiObject {
    const name = `${this.node.id}-cluster-read`;
    this.role('cluster-read-role', 'ClusterRole', { name }, CLUSTER_READ);
    return this.binding('cluster-read', 'ClusterRoleBinding', { name }, { kind: 'ClusterRole', name });
  }

  private bindClusterAdmin(reason: string): ApiObject {
    const metadata = { name: `${this.node.id}-cluster-admin`, annotations: { 'k3stack.dev/reason': reason } };
    const role = { kind: 'ClusterRole', name: 'cluster-admin' };
    return this.binding('cluster-admin', 'ClusterRoleBinding', metadata, role);
  }

  private role(id: string, kind: string, metadata: object, rules: readonly PolicyRule[]): void {
    new ApiObject(this.home(kind), id, { apiVersion: `${RBAC}/v1`, kind, metadata, rules });
  }

  private binding(id: string, kind: string, metadata: object, role: object): ApiObject {
    const { subjects } = this;
    return new ApiObject(this.home(kind), id, {
      apiVersion: `${RBAC}/v1`,
      kind,
      metadata,
      roleRef: { apiGroup: RBAC, ...role },
      subjects,
    });
  }

  private home(kind: string): Construct {
    return kind.startsWith('Cluster') ? clusterScope(this) : this;
  }
}

function subjectsOf({ groups = [], users = [], serviceAccounts = [] }: TeamMembers): Subject[] {
  return [
    ...groups.map((name) => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...users.map((name) => ({ kind: 'User', apiGroup: RBAC, name })),
    ...serviceAccounts.map(({ namespace, name }) => ({ kind: 'ServiceAccount', namespace, name })),
  ];
}

const RBAC = 'rbac.authorization.k8s.io';
