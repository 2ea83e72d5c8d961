import { ownNamespaces, sampleNamespace, type RestoreFacts } from './restore-facts';

/** Removes one namespace and brings it back. */
export function oneNamespace(facts: RestoreFacts): string {
  const names = ownNamespaces(facts);
  const which = names.length > 1 ? `one of ${names.join(', ')}` : 'the one to restore';
  return `
## Restore one namespace

Velero skips objects that exist, and does not fill volumes that exist, so the namespace is removed first. **This deletes what is in it now**:
make a backup of the present state before, and choose \`BACKUP\` before that, because it is the newest one afterwards.

\`\`\`sh
velero backup create --from-schedule ${facts.scheduleName} --wait
NAMESPACE=${sampleNamespace(facts)}                 # ${which}
kubectl delete namespace "$NAMESPACE" --wait --timeout=10m
velero restore create "restore-$NAMESPACE" --from-backup "$BACKUP" --include-namespaces "$NAMESPACE" --wait
${adopt(facts)}
\`\`\``;
}

/** Brings every namespace back into the cluster it came from. */
export function sameCluster(facts: RestoreFacts): string {
  const namespaces = ownNamespaces(facts);
  const each = namespaces.length === 0 ? sampleNamespace(facts) : namespaces.join(' ');
  return `
## Restore everything into the same cluster

\`\`\`sh
velero backup create --from-schedule ${facts.scheduleName} --wait
kubectl -n velero patch backupstoragelocation default --type merge --patch '{"spec":{"accessMode":"ReadOnly"}}'
for namespace in ${each}; do kubectl delete namespace "$namespace" --wait --timeout=10m; done
velero restore create restore-all --from-backup "$BACKUP" --exclude-namespaces ${EXCLUDED} --wait
kubectl -n velero patch backupstoragelocation default --type merge --patch '{"spec":{"accessMode":"ReadWrite"}}'
${adopt(facts)}
\`\`\`

While the location is read-only no backup runs and none is deleted. Namespaces of the system are left out: the cluster makes their objects itself.`;
}

/** Brings everything into a cluster that was made anew. */
export function newCluster(facts: RestoreFacts): string {
  const { location } = facts;
  const namespaces = ownNamespaces(facts);
  const empty =
    namespaces.length === 0
      ? 'Remove the namespaces that were just made empty, as restoring one namespace says.'
      : `Then remove what was just made empty, because existing volumes are not filled:

\`\`\`sh
for namespace in ${namespaces.join(' ')}; do kubectl delete namespace "$namespace" --wait --timeout=10m; done
\`\`\``;
  return `
## Restore into a new cluster

1. ${makeCluster(facts)}
   Velero comes with them, reads \`${location}\`, and shows its backups within a minute: \`velero backup get\`.
2. Keep the new cluster from writing there, and choose the backup:

\`\`\`sh
kubectl -n velero patch backupstoragelocation default --type merge --patch '{"spec":{"accessMode":"ReadOnly"}}'
\`\`\`

3. ${empty}

4. Restore, and let backups run again:

\`\`\`sh
velero restore create restore-all --from-backup "$BACKUP" --exclude-namespaces ${EXCLUDED} --wait
kubectl -n velero patch backupstoragelocation default --type merge --patch '{"spec":{"accessMode":"ReadWrite"}}'
${adopt(facts)}
\`\`\`

Nodes may have other names: volumes are made anew on the node that their pod lands on. If the old cluster still runs, stop it first: two clusters
must not write to \`${location}\`.`;
}

function makeCluster(facts: RestoreFacts): string {
  const { environment, credentialsSecret, isK3s } = facts;
  const secret = `make Secret \`velero/${credentialsSecret}\` anew`;
  if (environment === undefined) return `Make the cluster, apply the same manifests, and ${secret}.`;
  const apply = `Apply the same manifests, \`${adopt(facts)}\`, and ${secret}.`;
  if (!isK3s) return `Make the cluster. ${apply}`;
  return `Make the cluster from the same program and the same secrets: bring \`dist/${environment}/hosts\` to the hosts in the order that
   \`k3stack plan --env ${environment}\` shows. ${apply}`;
}

/** What makes objects that were restored fit the program again; the files' names are their order. */
function adopt({ environment }: RestoreFacts): string {
  return environment === undefined
    ? 'kubectl get all --all-namespaces'
    : `kubectl apply --server-side --force-conflicts -f dist/${environment}/manifests/`;
}

const EXCLUDED = 'velero,kube-system,kube-public,kube-node-lease';
