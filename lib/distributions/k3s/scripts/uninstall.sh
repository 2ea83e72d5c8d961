# Delete of run and join: K3s leaves a host only when the cluster has let go of it (docs/decisions/0007-what-a-step-is.md, "Deleting").
# shellcheck shell=sh
# shellcheck disable=SC2154

use erase

step_delete() {
  need NODE ROLE OWNER CLUSTER UNIT DATA_DIR
  if [ ! -f "$STATE/owner" ]; then
    did "nothing of $IN_OWNER is on this host"
    return
  fi
  owner_is="$(owner_field NODE) of $(owner_field OWNER)"
  if [ "$owner_is" != "$IN_NODE of $IN_OWNER" ]; then
    did "left this host alone: it is $owner_is, and not $IN_NODE of $IN_OWNER"
    return
  fi
  if [ -f "$STATE/erase" ] || [ -f "$STATE/erasing" ]; then
    erase_host
    return
  fi
  if [ ! -f "$STATE/active" ] && [ ! -f "$STATE/activating" ] && ! data_is_there; then
    erase_host
    return
  fi
  ask_cluster || fail serverUnreachable "whether $IN_NODE is still part of $IN_CLUSTER cannot be told, as no server answers on this host. When it may be erased all the same, create the file $STATE/erase on it and run again; to leave it as it is and only forget it, use pulumi state delete"
  if [ -z "$n_name" ]; then
    erase_host
  elif [ -n "$n_retiring" ] || came_back; then
    leave_cluster
    erase_host
  else
    did "left K3s on this host: $IN_CLUSTER still has the node $IN_NODE, and it is not marked to be removed"
  fi
}

# ask_cluster: reads this node's Node, by this host's API or that of any other server; n_name is empty when it has none.
ask_cluster() {
  [ -x "$K3S" ] || return 1
  asked=no
  ASK_SERVER=''
  if node_read "$IN_NODE" 2>/dev/null; then return 0; fi
  each_context server ask_server
  [ "$asked" = yes ]
}
ask_server() {
  [ "$asked" = no ] && [ "$1" != "$IN_NODE" ] || return 0
  ask_credential=$ADMIN
  [ "$IN_ROLE" = server ] || ask_credential=$KUBELET
  ask_text=$(limited 30 "$K3S" kubectl --kubeconfig "$ask_credential" --server "$(url_of "$2")" --request-timeout=10s \
    get node "$IN_NODE" --ignore-not-found -o jsonpath="$NODE_LINE" 2>/dev/null) || return 0
  asked=yes
  ASK_SERVER=$(url_of "$2")
  node_fields <<EOT || :
$ask_text
EOT
}

# K3s of a host that was retired alive joins again when it starts. The Node that comes of it is another one, and nobody's.
came_back() {
  [ -z "$n_owner" ] && [ -s "$STATE/node-uid" ] || return 1
  back_uid=$(node_uid "$IN_NODE") || return 1
  [ "$back_uid" != "$(cat "$STATE/node-uid")" ]
}

# A server of several takes itself out of etcd, so that the next one to go still finds a majority. Its own API goes with its membership and would
# never say that the Node is gone, so another server is asked where one answers.
leave_cluster() {
  [ "$IN_ROLE" = server ] && [ "$IN_DATASTORE" = embedded-etcd ] || return 0
  [ -n "$ASK_SERVER" ] || each_context server leave_by
  leave_members=other
  leave_list=$(leave_kube get nodes -l node-role.kubernetes.io/etcd=true -o name 2>"$SCRATCH/error") || {
    leave_cause="they cannot be listed: $(tail -n 2 "$SCRATCH/error")"
    leave_failed
  }
  leave_members=$(printf '%s\n' "$leave_list" | awk 'NF { n++ } END { print n + 0 }')
  [ "$leave_members" -gt 1 ] || return 0
  leave_cause='its Node is still there after 120 s'
  if leave_kube delete node "$IN_NODE" --ignore-not-found --wait=false >/dev/null 2>"$SCRATCH/error"; then
    until_true 120 has_left || leave_failed
  else
    leave_cause=$(tail -n 2 "$SCRATCH/error")
    leave_failed
  fi
  did "$IN_NODE left etcd"
}
leave_failed() {
  fail quorum "$IN_NODE could not leave etcd, whose $leave_members members need a majority: $leave_cause. Bring the other servers back, or create the file $STATE/erase on this host, and run again"
}

# leave_by NAME ADDRESS: remembers the first other server that answers.
leave_by() {
  [ -z "$ASK_SERVER" ] && [ "$1" != "$IN_NODE" ] || return 0
  ! server_ready "$2" || ASK_SERVER=$(url_of "$2")
}
leave_kube() {
  if [ -n "$ASK_SERVER" ]; then kube --server "$ASK_SERVER" "$@"; else kube "$@"; fi
}
has_left() {
  [ ! -f "$DATA/server/db/etcd/tombstone" ] || return 0
  leave_text=$(leave_kube get node "$IN_NODE" --ignore-not-found -o name 2>/dev/null) && [ -z "$leave_text" ]
}
