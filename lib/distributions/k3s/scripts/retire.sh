# Removes the Nodes of this program that are no longer declared, one after another, agents first. Their hosts may be dead.
# Every part looks at what is there, so an engine that was killed anywhere in it goes on with the next run.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster volumes

step() {
  need OWNER NODE CLUSTER
  owner_check
  api_wait 60
  declared=''
  each_record declared declare_node
  [ -n "$declared" ] || fail badInput 'the input declares no node'
  nodes_now
  undeclared=$(undeclared_nodes)
  [ -n "$undeclared" ] || return 0
  # shellcheck disable=SC2086
  retire_guard $undeclared
  for retired in $undeclared; do
    retire_node "$retired"
  done
}

declare_node() {
  declared="$declared $1"
}

# Agents first: their pods find room on servers that may take some.
undeclared_nodes() {
  awk -F '|' -v owner="$IN_OWNER" -v declared="$declared" '
    BEGIN { n = split(declared, list, " "); for (i = 1; i <= n; i++) keep[list[i]] = 1 }
    $1 != "" && $10 == owner && !($1 in keep) { print ($5 == "true") ? 1 : 0, $1 }
  ' "$SCRATCH/nodes" | sort | cut -d ' ' -f 2
}

# retire_guard NAME...: before anything is changed, whether data would go with these nodes. Of a dead one it is only told: keeping its Node brings nothing back.
retire_guard() {
  guard_alive=''
  guard_dead=''
  for guarded in "$@"; do
    # It may be starting anew just now.
    if until_true 30 node_is_ready "$guarded"; then guard_alive="$guard_alive $guarded"; else guard_dead="$guard_dead $guarded"; fi
  done
  [ -z "$guard_dead" ] || retire_volumes "$guard_dead" dead
  [ -z "$guard_alive" ] || retire_volumes "$guard_alive" alive
}

# retire_volumes NAMES alive|dead
retire_volumes() {
  # shellcheck disable=SC2086
  volumes_on_nodes $1 >"$SCRATCH/volumes" || fail serverUnreachable "the volumes of$1 could not be listed, and nothing was removed: $(tail -n 2 "$SCRATCH/error")"
  [ -s "$SCRATCH/volumes" ] || return 0
  say "these volumes lie on disks of$1, and are lost with the removal:"
  volumes_told "$SCRATCH/volumes"
  [ "$2" = alive ] && [ "${IN_ALLOW_DATA_LOSS:-no}" != yes ] || return 0
  volume_list=$(awk 'NR <= 10 { printf "%s%s", (NR > 1) ? ", " : "", $0 }' "$SCRATCH/volumes")
  fail dataLoss "nodes that the program no longer has hold volumes, which would be lost ($(wc -l <"$SCRATCH/volumes" | tr -d ' ')): $volume_list. \
To keep them, take these nodes back into the program. Otherwise back them up; then delete these claims and volumes, or write allowDataLoss: true for cluster $IN_CLUSTER, and run pulumi up again"
}

retire_node() {
  if in_words "$1" "$guard_dead"; then
    # Back by now, what was only told is asked after all.
    ! node_is_ready "$1" || retire_volumes " $1" alive
  else
    until_true 30 node_is_ready "$1" || :
  fi
  node_read "$1" || fail serverUnreachable "the API does not answer on $IN_NODE"
  [ -n "$n_name" ] || return 0
  retire_etcd=$n_etcd
  retire_ready=$n_ready
  [ "$retire_etcd" != true ] || quorum_before "$1"
  if [ "$retire_ready" = True ]; then
    retire_drain "$1"
  else
    retire_dead "$1"
  fi
  node_mark "$1" "retiring=$(now_utc)Z" || fail unhealthy "Node $1 could not be marked"
  [ "$retire_etcd" != true ] || retire_member "$1"
  retire_object "$1"
  [ "$retire_etcd" != true ] || quorum_after "$1"
  did "removed $1 from $IN_CLUSTER"
}

# Nowhere to go is no reason to keep the node, but its pods are not taken away either before the Node goes.
retire_drain() {
  if [ "${IN_DRAIN:-yes}" != yes ]; then
    kube cordon "$1" >/dev/null || fail drain "$1 could not be cordoned"
  elif ! others_take_pods "$1"; then
    say "no other node takes pods, so $1 is removed without a drain"
  elif ! (node_drain "$1"); then
    retire_code=$(cat "$SCRATCH/failed")
    # The cluster notices only after a while that a host is dead.
    node_read "$1" && [ "$n_ready" != True ] || exit "$retire_code"
    rm -f "$SCRATCH/failed"
    retire_dead "$1"
  fi
}

# Nobody on a dead host confirms that a pod has ended, so eviction would wait for ever. PodDisruptionBudgets are not asked: these pods do not run.
retire_dead() {
  say "$1 is not Ready, so its pods are removed from the API without waiting for it, and PodDisruptionBudgets are not asked: make sure that the machine is off or wiped"
  node_mark "$1" "drained=$(now_utc)Z" || :
  kube cordon "$1" >/dev/null || fail drain "$1 could not be cordoned"
  dead_pods=$(kube get pods -A --field-selector "spec.nodeName=$1" -o jsonpath='{range .items[*]}{.metadata.namespace}{"\n"}{end}' 2>"$SCRATCH/error") ||
    fail drain "the pods of $1 could not be listed: $(tail -n 2 "$SCRATCH/error")"
  dead_namespaces=$(printf '%s\n' "$dead_pods" | sort -u)
  for dead_namespace in $dead_namespaces; do
    kube -n "$dead_namespace" delete pods --field-selector "spec.nodeName=$1" --force --grace-period=0 --wait=false >/dev/null 2>"$SCRATCH/error" ||
      fail drain "pods of $1 in $dead_namespace could not be removed: $(tail -n 2 "$SCRATCH/error")"
  done
}

quorum_before() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] || return 0
  quorum_check "$1" remove
  say "etcd has $quorum_members members; without $1 $quorum_healthy of the other $((quorum_members - 1)) are healthy, and $quorum_needed are needed"
}

# Right after a removal a new leader may be on its way.
quorum_after() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] || return 0
  until_true 90 quietly quorum_check "$1" restart || :
  quorum_check "$1" restart
  say "etcd has $quorum_members members now, $quorum_healthy of them healthy"
}

# K3s removes the member of an annotated Node, and names it in another annotation.
retire_member() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] || return 0
  [ -z "$(etcd_annotation "$1" removed-node-name)" ] || return 0
  kube annotate --overwrite node "$1" etcd.k3s.cattle.io/remove=true >/dev/null || fail quorum "the removal of etcd member $1 could not be asked for"
  until_true 120 member_answered "$1" || {
    # The Node's own removal takes the member along, and waits for it.
    say "K3s has not confirmed the removal of etcd member $1; its Node's removal will take it along"
    return 0
  }
  [ -n "$(etcd_annotation "$1" removed-node-name)" ] ||
    fail quorum "etcd refuses to remove $1: it would have no member left that can vote. Bring another server in first, then run again"
  did "removed $1 from etcd"
}

member_answered() {
  member_asked=$(etcd_annotation "$1" remove) || return 1
  [ -z "$member_asked" ] || [ -n "$(etcd_annotation "$1" removed-node-name)" ]
}
etcd_annotation() {
  kube get node "$1" --ignore-not-found -o jsonpath="{.metadata.annotations.etcd\.k3s\.cattle\.io/$2}"
}

retire_object() {
  kube delete node "$1" --ignore-not-found --wait=false >/dev/null || fail unhealthy "Node $1 could not be removed"
  until_true 120 node_is_gone "$1" || fail unhealthy "Node $1 is still being removed after 120 s; its finalizers wait: $(node_finalizers "$1")"
  # Left behind, it would refuse a new machine of that name.
  kube -n kube-system delete secret "$1.node-password.k3s" --ignore-not-found >/dev/null ||
    fail unhealthy "secret kube-system/$1.node-password.k3s could not be removed"
}

node_is_gone() {
  gone_text=$(kube get node "$1" --ignore-not-found -o name 2>/dev/null) && [ -z "$gone_text" ]
}
node_finalizers() {
  kube get node "$1" --ignore-not-found -o jsonpath='{.metadata.finalizers[*]}'
}
