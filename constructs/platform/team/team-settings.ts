/** Built-in ClusterRoles of Kubernetes for the people of a namespace, from least to most. */
export type TeamRole = 'view' | 'edit' | 'admin';

/** Who is in a team, as the API server knows them. */
export interface TeamMembers {
  /** Groups: `O=` of a client certificate, or of the groups claim of an identity provider. @default - none */
  readonly groups?: readonly string[];

  /** Users: `CN=` of a client certificate, or of the user name claim of an identity provider. @default - none */
  readonly users?: readonly string[];

  /** Such as what a pipeline deploys with. @default - none */
  readonly serviceAccounts?: readonly { readonly namespace: string; readonly name: string }[];
}

export interface TeamProps {
  readonly members: TeamMembers;

  /** Name of a namespace to the role there. @default - none */
  readonly namespaces?: Readonly<Record<string, TeamRole>>;

  /**
   * Whether `edit` reads and writes Secrets. Without, a Role of its own takes the place of `edit`; it cannot keep what a pod may mount from somebody who
   * may make pods.
   *
   * @default true
   */
  readonly secrets?: boolean;

  /** Read nodes, namespaces, volumes and classes of the whole cluster, which no role of a namespace does. @default false */
  readonly clusterRead?: boolean;

  /** All rights on the whole cluster, and why; the reason is written at the binding. @default - none */
  readonly clusterAdmin?: { readonly reason: string };
}
