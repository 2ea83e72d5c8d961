# Names the namespaces of the cluster with their UIDs, by which a restored cluster is told from a new one. It only reads.
#   IN_SECONDS  how long the API is waited for (default: 60).
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster

step_lock() {
  :
}

step() {
  need NODE CLUSTER ROLE
  owner_check
  api_wait "${IN_SECONDS:-60}"
  kube get namespaces -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.uid}{"\n"}{end}' >"$SCRATCH/namespaces" 2>"$SCRATCH/error" ||
    fail serverUnreachable "the API does not answer on $IN_NODE: $(tail -n 1 "$SCRATCH/error")"
  namespace_items=''
  while read -r namespace_name namespace_uid; do
    namespace_items="$namespace_items${namespace_items:+,}{\"name\":$(json_string "$namespace_name"),\"uid\":$(json_string "$namespace_uid")}"
  done <"$SCRATCH/namespaces"
  result_json namespaces "[$namespace_items]"
}
