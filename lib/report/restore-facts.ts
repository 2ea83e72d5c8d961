/** What a runbook says about one cluster's backups. */
export interface RestoreFacts {
  /** `undefined` for a chart outside of any cluster. */
  readonly cluster: string | undefined;

  /** `undefined` in a program without environments. */
  readonly environment: string | undefined;
  readonly isK3s: boolean;

  /** Whether Argo CD installs Velero, and puts back what is changed by hand. */
  readonly isArgoCd: boolean;

  /** Velero's release, such as `v1.18.1`. */
  readonly version: string;

  /** Such as `s3://backups/production`. */
  readonly location: string;

  /** As the operator's machine reaches it; `undefined` for AWS. */
  readonly endpoint: string | undefined;

  /** Kubernetes Secret with the keys of the bucket. */
  readonly credentialsSecret: string;
  readonly scheduleName: string;

  /** Five fields of cron. */
  readonly schedule: string;
  readonly retentionDays: number;

  /** Whether files of volumes are backed up. */
  readonly volumes: boolean;

  /** Empty for all. */
  readonly includedNamespaces: readonly string[];
  readonly excludedNamespaces: readonly string[];

  /** Namespaces that the program makes, which may be none. */
  readonly namespaces: readonly string[];
  readonly storageClasses: readonly string[];
}

/** Namespaces that the program makes, that are not the system's, and that are in the backups: what may be removed before a restore. */
export function ownNamespaces(facts: RestoreFacts): string[] {
  const { namespaces, includedNamespaces, excludedNamespaces } = facts;
  return namespaces.filter(
    (name) =>
      !SYSTEM_NAMESPACES.includes(name) &&
      (includedNamespaces.length === 0 || includedNamespaces.some((pattern) => fits(name, pattern))) &&
      !excludedNamespaces.some((pattern) => fits(name, pattern)),
  );
}

/** Whether a name fits a pattern in which `*` is anything. */
function fits(name: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.at(-1);
  if (end === undefined) return name === pattern;
  return name.startsWith(start) && name.endsWith(end) && name.length >= start.length + end.length;
}

/** A namespace to show a command with: one of the program's, when it makes any. */
export function sampleNamespace(facts: RestoreFacts): string {
  return ownNamespaces(facts)[0] ?? 'my-app';
}

const SYSTEM_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
