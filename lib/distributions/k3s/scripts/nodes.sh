# Labels, annotations and taints of all Nodes as the program has them. What it has set before and no longer declares goes; what others have set stays.
# Its deletion is the guard of a destroy: it comes before anything on a host is stopped.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster node-settings volumes

step() {
  need NODE OWNER CLUSTER
  owner_check
  api_wait 60
  nodes_now
  settings_wanted
  nodes_exist
  settings_found
  settings_remove
  settings_apply
  settings_taint
  nodes_release
}

# Every declared Node is there, and nobody else's.
nodes_exist() {
  missing=''
  for wanted_name in $wanted_nodes; do
    node_saved "$wanted_name"
    [ -n "$n_name" ] || missing="$missing $wanted_name"
    case $n_owner in
      '' | "$IN_OWNER") ;;
      *) fail notOwned "Node $wanted_name belongs to $n_owner. Give the machine another name here, or take it out of the program that owns it" ;;
    esac
  done
  # shellcheck disable=SC2086
  [ -z "$missing" ] || fail unhealthy "these declared nodes are not in $IN_CLUSTER: $(joined ', ' $missing). See the journal of K3s on them"
}

# A declared node stays, whatever an interrupted destroy has marked, and takes pods.
nodes_release() {
  for wanted_name in $wanted_nodes; do
    node_saved "$wanted_name"
    [ -z "$n_retiring" ] || node_mark "$wanted_name" retiring- || fail unhealthy "Node $wanted_name could not be marked"
    [ -z "$n_drained" ] || node_uncordon "$wanted_name" || fail unhealthy "$wanted_name could not be uncordoned"
  done
}

step_delete() {
  need NODE OWNER CLUSTER
  owner_check
  if [ -f "$STATE/erase" ]; then
    did "did not ask $IN_CLUSTER: $STATE/erase is there"
    return
  fi
  until_true 30 api_ready || fail serverUnreachable "the API of $IN_CLUSTER does not answer on $IN_NODE, so what would be lost cannot be told, and nothing was changed. \
Start K3s there (journalctl -u $SERVICE) and run pulumi destroy again. If the cluster is lost for good: create the file $STATE/erase on each of its hosts, which lets them be erased with all data, and run pulumi destroy again"
  volumes_on_nodes >"$SCRATCH/volumes" || fail serverUnreachable "the volumes could not be listed: $(tail -n 2 "$SCRATCH/error")"
  if [ -s "$SCRATCH/volumes" ] && [ "${IN_ALLOW_DATA_LOSS:-no}" != yes ]; then
    say "these volumes lie on disks of nodes and would be lost:"
    volumes_told "$SCRATCH/volumes"
    # shellcheck disable=SC2046
    fail dataLoss "volumes of $IN_CLUSTER would be lost ($(wc -l <"$SCRATCH/volumes" | tr -d ' ')): $(joined ', ' $(cut -d ' ' -f 1 "$SCRATCH/volumes" | head -n 10)). \
Back them up; then write allowDataLoss: true for cluster $IN_CLUSTER, run pulumi up, and pulumi destroy again"
  fi
  nodes_now
  # shellcheck disable=SC2046
  set -- $(awk -F '|' -v owner="$IN_OWNER" '$10 == owner { print $1 }' "$SCRATCH/nodes")
  [ $# -gt 0 ] || return 0
  kube annotate --overwrite node "$@" "k3stack.io/retiring=$(now_utc)Z" >/dev/null || fail unhealthy "the Nodes could not be marked"
  did "marked the nodes of $IN_CLUSTER as retiring: $(joined ', ' "$@")"
  away_nodes
}

# A host that is gone stops a destroy, and nobody looks at hosts before: so how to go on is told here, while somebody can.
away_nodes() {
  away_names=$(awk -F '|' -v owner="$IN_OWNER" '$10 == owner && $2 != "True" { print $1 }' "$SCRATCH/nodes")
  [ -n "$away_names" ] || return 0
  away_servers=''
  each_context server away_server
  # shellcheck disable=SC2086
  say "not Ready: $(joined ', ' $away_names). If the destroy stops there because a machine is gone for good, let the state forget it, and run pulumi destroy again:"
  for away_name in $away_names; do
    away_step='join'
    ! in_words "$away_name" "$away_servers" || away_step='run'
    say "  pulumi state delete --yes \"\$(pulumi stack --show-urns | grep -o 'urn:[^ ]*::$away_name/$away_step')\""
  done
}
away_server() {
  away_servers="$away_servers $1"
}
