# Volumes that lie on disks of nodes.
# shellcheck shell=sh
# shellcheck disable=SC2154

# volumes_on_nodes: a line for each: claim, volume, node, path.
volumes_on_nodes() {
  kube get persistentvolumes -o jsonpath='{range .items[*]}{.spec.hostPath.path}{.spec.local.path}|{.spec.claimRef.namespace}/{.spec.claimRef.name}|{.metadata.name}|{.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values[*]}
{end}' >"$SCRATCH/volumes.all" 2>"$SCRATCH/error" || return 1
  awk -F '|' '$1 != "" { printf "%s (%s on %s: %s)\n", ($2 == "/") ? "unclaimed" : $2, $3, ($4 == "") ? "any node" : $4, $1 }' "$SCRATCH/volumes.all"
}
