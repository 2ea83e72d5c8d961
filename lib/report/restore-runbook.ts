import { failures } from './restore-failures';
import { sampleNamespace, type RestoreFacts } from './restore-facts';
import { newCluster, oneNamespace, sameCluster } from './restore-procedures';

/**
 * How to restore a cluster from Velero's backups, as Markdown: every command as it is typed. Commands and their effects are those of
 * velero-io/velero@v1.18.2:pkg/cmd/cli and site/content/docs/v1.18 (disaster-case.md, file-system-backup.md, restore-reference.md).
 */
export function restoreRunbook(facts: RestoreFacts): string {
  const sections = [
    overview,
    contents,
    prerequisites,
    chooseBackup,
    oneNamespace,
    sameCluster,
    newCluster,
    verify,
    withoutCli,
    failures,
    rehearse,
  ];
  return `${sections.map((section) => section(facts).trim()).join('\n\n')}\n`;
}

function overview({
  cluster,
  location,
  endpoint,
  schedule,
  retentionDays,
  scheduleName,
}: RestoreFacts): string {
  const of = cluster === undefined ? '' : ` of cluster ${cluster}`;
  return `
# Restore from backups${of}

Velero writes a backup to \`${location}\`${endpoint === undefined ? '' : ` at \`${endpoint}\``} by schedule \`${scheduleName}\`
(\`${schedule}\`, UTC) and deletes it after ${retentionDays} days. This page was written with the manifests: its names are those of the cluster.`;
}

function contents(facts: RestoreFacts): string {
  const { volumes, includedNamespaces, excludedNamespaces, isK3s } = facts;
  const scope = includedNamespaces.length === 0 ? 'all namespaces' : `namespaces ${list(includedNamespaces)}`;
  const except = excludedNamespaces.length === 0 ? '' : `, except ${list(excludedNamespaces)}`;
  const files = volumes
    ? `
- Files of every volume that a **running** pod mounts at the time of the backup, \`emptyDir\` included, unless the pod's annotation
  \`backup.velero.io/backup-volumes-excludes\` names it.`
    : '';
  const noFiles = volumes
    ? `
- Volumes of type \`hostPath\`, and volumes that no running pod mounts (a workload scaled to zero).
- A consistent state of a database that writes during the backup: dump it, or use hooks.`
    : `
- Any file in any volume: \`volumes\` is off.`;
  const k3s = isK3s
    ? `
- K3s itself: its token (a secret of the program) and its datastore (snapshots of etcd or of the database are made apart from this).`
    : '';
  return `
## What is in a backup, and what is not

In it:

- Objects of ${scope}${except}, Secrets included, with the cluster-wide objects they need.${files}

Not in it:
${noFiles}${k3s}

Velero encrypts files with a key that is the same everywhere: who may read the bucket may read the data.`;
}

function prerequisites(facts: RestoreFacts): string {
  const { cluster, version, credentialsSecret, environment, storageClasses, volumes, isArgoCd } = facts;
  const made = environment === undefined ? '' : ', made by whoever applies the manifests';
  const classes = volumes
    ? `
- The storage classes that the volumes were made with${storageClasses.length === 0 ? '' : `: ${list(storageClasses)}`}.`
    : '';
  const manifests =
    environment === undefined
      ? ''
      : `
- The output of \`k3stack synth\`, \`dist/${environment}\`. Where the environment has several clusters, apply only the files of \`manifests\` whose
  names begin with that of this cluster${cluster === undefined ? '' : `, \`${cluster}-\``}.`;
  const argoCd = isArgoCd
    ? `

Argo CD would undo the changes to Velero that follow; its next sync of the program's manifests switches this on again:

\`\`\`sh
kubectl -n argocd patch applications.argoproj.io velero --type merge --patch '{"spec":{"syncPolicy":{"automated":null}}}'
\`\`\``
    : '';
  return `
## Before you start

- \`kubectl\` with the rights of an administrator, and the \`velero\` command line ${version}.
- The keys of the bucket: Secret \`velero/${credentialsSecret}\`${made}.${manifests}${classes}

\`\`\`sh
kubectl -n velero get deployment/velero${volumes ? ' daemonset/node-agent' : ''}
velero backup-location get          # PHASE must be Available
\`\`\`${argoCd}`;
}

function chooseBackup({ scheduleName }: RestoreFacts): string {
  return `
## Choose a backup

\`\`\`sh
velero backup get
\`\`\`

Take the newest one that is \`Completed\`, or write the name of another one after \`BACKUP=\`. The commands below use it.

\`\`\`sh
BACKUP=$(kubectl -n velero get backups.velero.io -l velero.io/schedule-name=${scheduleName} \\
  -o jsonpath='{range .items[?(@.status.phase=="Completed")]}{.metadata.name}{"\\n"}{end}' | sort | tail -n 1)
velero backup describe "$BACKUP" --details
velero backup logs "$BACKUP" | grep -E 'level=(error|warning)'
\`\`\`

A backup that is \`PartiallyFailed\` can be restored; its log says what is missing.`;
}

function verify({ volumes, scheduleName }: RestoreFacts): string {
  const files = volumes
    ? `
kubectl -n velero get podvolumerestores -l velero.io/restore-name="$RESTORE"   # every one Completed`
    : '';
  return `
## Verify

\`\`\`sh
RESTORE=$(kubectl -n velero get restores.velero.io --sort-by=.metadata.creationTimestamp -o name | tail -n 1 | cut -d / -f 2)
velero restore describe "$RESTORE" --details     # Phase: Completed, and no errors
velero restore logs "$RESTORE" | grep -E 'level=(error|warning)'${files}
kubectl get pods --all-namespaces --field-selector=status.phase!=Running,status.phase!=Succeeded
kubectl get persistentvolumeclaims --all-namespaces   # every one Bound
velero backup create --from-schedule ${scheduleName} --wait
\`\`\`

Then look at the data itself: log in, count rows, open a file.`;
}

function withoutCli(facts: RestoreFacts): string {
  const sample = sampleNamespace(facts);
  return `
## Without the velero command line

\`\`\`sh
kubectl create -f - <<YAML
apiVersion: velero.io/v1
kind: Restore
metadata:
  name: restore-${sample}
  namespace: velero
spec:
  backupName: $BACKUP
  includedNamespaces: [${sample}]
YAML
kubectl -n velero get restores.velero.io restore-${sample} -o jsonpath='{.status.phase}{"\\n"}'
\`\`\``;
}

function rehearse(facts: RestoreFacts): string {
  const sample = sampleNamespace(facts);
  return `
## Rehearse

Restore beside the original, look at it, and remove it. Ingress objects in the copy claim the same host names, so they are left out.

\`\`\`sh
velero restore create rehearsal --from-backup "$BACKUP" --include-namespaces ${sample} \\
  --namespace-mappings ${sample}:${sample}-rehearsal --exclude-resources ingresses.networking.k8s.io --wait
kubectl -n ${sample}-rehearsal get pods,persistentvolumeclaims
kubectl delete namespace ${sample}-rehearsal
velero restore delete rehearsal --confirm
\`\`\``;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
