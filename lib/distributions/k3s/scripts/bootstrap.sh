# Adopts the one cluster that the servers know, or makes it on this host; refuses whatever could end in two.
# The context says of every server: `record server NAME ADDRESS STATE CA`, STATE being running, stopped, empty, lost, unreachable or unknown.
# shellcheck shell=sh
# shellcheck disable=SC2154

use owner kube health token activate version

step() {
  need NODE ROLE OWNER CLUSTER UNIT DATA_DIR DATASTORE
  owner_check
  data_check
  look_at_servers
  if [ "$hash_count" -gt 1 ]; then
    fail twoClusters "the servers of $IN_CLUSTER are in $hash_count different clusters:$hash_list. Leave those in the program that belong together, or uninstall K3s where it was started by mistake"
  fi
  [ -z "$lost_servers" ] ||
    fail datastoreLost "the datastore was there and is gone on:$lost_servers. Is a disk not mounted? If the data of one is lost for good and the others run: kubectl delete node, remove $ETC/initialised there, and run again. If it is lost everywhere, restore a snapshot (k3stack restore)"
  if [ -n "$own_hash" ]; then
    cluster_here
  elif [ -n "$hash_found" ]; then
    say "$IN_CLUSTER exists on:$hash_list; $IN_NODE joins it in its own step"
  elif [ "$own_state" = begun ]; then
    initialise
  else
    [ -z "$silent_servers" ] ||
      fail serverUnreachable "no server that answers has a cluster, but these could not be asked:$silent_servers. Making a cluster now could make a second one; run again when they answer, or take them out of the program"
    initialise
  fi
  result caHash "$hash_found"
}

look_at_servers() {
  hash_found=''
  hash_count=0
  hash_list=''
  lost_servers=''
  silent_servers=''
  own_hash=$(ca_hash)
  own_state=$(own_datastore_state)
  [ -z "$own_hash" ] || add_hash "$own_hash" "$IN_NODE"
  each_context server look_at_server
}
look_at_server() {
  # This one was looked at just now.
  [ "$1" != "$IN_NODE" ] || return 0
  case $3 in
    lost) lost_servers="$lost_servers $1" ;;
    unreachable | unknown) silent_servers="$silent_servers $1 ($2)" ;;
    empty) ;;
    running | stopped)
      if [ -n "${4:-}" ]; then add_hash "$4" "$1"; else silent_servers="$silent_servers $1 (has data, but no token to tell the cluster by)"; fi
      ;;
    *) fail badInput "the context has a server in the state $3" ;;
  esac
}
add_hash() {
  case "$hash_found " in
    *"$1 "*) ;;
    *)
      hash_count=$((hash_count + 1))
      hash_found="$hash_found${hash_found:+ }$1"
      ;;
  esac
  hash_list="$hash_list $2 ($(printf '%.12s' "$1"))"
}

# `begun`: an attempt of ours stopped before there was a CA.
own_datastore_state() {
  if data_is_there; then
    if [ -f "$STATE/activating" ]; then echo begun; else echo there; fi
  else
    echo empty
  fi
}

# The cluster is on this host: what an earlier attempt left undone is done, and K3s runs.
cluster_here() {
  if [ -f "$STATE/activating" ] && [ ! -f "$STATE/active" ]; then
    initialise
    return
  fi
  unit_active "$SERVICE" && return
  say "K3s does not run on $IN_NODE; starting it"
  # shellcheck disable=SC2034
  STAGED_VERSION=$(binary_version)
  start_service start ||
    fail "$START_FAILURE" "$START_CAUSE. With several servers etcd needs the majority of them: start K3s on the others too (systemctl start $SERVICE)"
  did "started K3s on $IN_NODE"
}

initialise() {
  change_plan
  change_stage
  bootstrap_write initialise
  change_apply "$own_hash"
  hash_found=$(ca_hash)
  [ -n "$hash_found" ] || fail startFailed "K3s runs on $IN_NODE, but $DATA/server/token does not name its CA"
  server_settled "$hash_found"
  did "made the cluster $IN_CLUSTER on $IN_NODE"
}
