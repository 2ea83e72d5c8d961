# Volumes that lie on disks of nodes.
# shellcheck shell=sh
# shellcheck disable=SC2154

# volumes_on_nodes [NAME...]: a line for each: claim, volume, node, path. With names only those that are tied to one of these nodes.
volumes_on_nodes() {
  kube get persistentvolumes -o jsonpath='{range .items[*]}{.spec.hostPath.path}{.spec.local.path}|{.spec.claimRef.namespace}/{.spec.claimRef.name}|{.metadata.name}|{.spec.nodeAffinity.required.nodeSelectorTerms[*].matchExpressions[*].values[*]}
{end}' >"$SCRATCH/volumes.all" 2>"$SCRATCH/error" || return 1
  awk -F '|' -v names="$*" '
    BEGIN { any = split(names, list, " "); for (i = 1; i <= any; i++) asked[list[i]] = 1 }
    $1 == "" { next }
    {
      meant = (any == 0)
      count = split($4, nodes, " ")
      for (i = 1; i <= count; i++) if (nodes[i] in asked) meant = 1
      if (meant) printf "%s (%s on %s: %s)\n", ($2 == "/") ? "unclaimed" : $2, $3, ($4 == "") ? "any node" : $4, $1
    }' "$SCRATCH/volumes.all"
}

# volumes_told FILE: each of its lines, for people.
volumes_told() {
  sed 's/^/k3stack:   /' "$1" >&2
}
