# A server becomes what is staged: it joins, or it changes one at a time, with etcd's majority and the pods looked after.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

use owner kube health token activate version workloads uninstall supervisor

step() {
  need NODE ROLE OWNER CLUSTER UNIT DATA_DIR DATASTORE VERSION DIGEST CA_HASH
  owner_check
  data_check
  change_plan
  check_cluster
  forget_removed_member
  if server_is_new; then
    join_cluster
  else
    version_check
    change_server
  fi
  server_settled "$IN_CA_HASH"
  save_agent_token
  result version "$STAGED_VERSION"
  result active "$STAGED_DIGEST"
  tell_restart
  tell_certificate
}

# What the kubeconfig holds: K3s renews it as it starts, once it ends within 120 days.
tell_certificate() {
  [ ! -s "$DATA/server/tls/client-admin.crt" ] || result adminCertificate "$(sha256_of "$DATA/server/tls/client-admin.crt")"
}

# Data of another cluster is never joined to this one.
check_cluster() {
  own_hash=$(ca_hash)
  [ -z "$own_hash" ] || [ "$own_hash" = "$IN_CA_HASH" ] ||
    fail wrongCluster "$IN_NODE has the data of another cluster: its CA is $own_hash, and that of $IN_CLUSTER is $IN_CA_HASH. Uninstall K3s there if it was started by mistake"
  [ "$FIRST" = no ] || token_is_staged ||
    fail wrongCluster "K3s on $IN_NODE was made with another server token than the program has. To take it over give its token as tokens.server; it is in $DATA/server/token after ::server:"
}

# The unit does not start a server that etcd has removed. One that is still declared, or again, joins anew.
forget_removed_member() {
  [ "$IN_DATASTORE" = embedded-etcd ] && [ -f "$DATA/server/db/etcd/tombstone" ] || return 0
  unit_stop "$SERVICE" 60 || fail startFailed "$SERVICE does not stop"
  CHANGE=start
  rm -rf "$DATA/server/db/etcd"
  rm -f "$ETC/initialised"
  say "etcd has removed $IN_NODE, so it joins anew"
}

server_is_new() {
  if [ "$IN_DATASTORE" = external ]; then
    [ ! -s "$DATA/server/token" ]
  else
    ! data_is_there
  fi
}

join_cluster() {
  if [ "$IN_DATASTORE" = embedded-etcd ]; then
    find_server "$IN_CA_HASH"
    bootstrap_url=$SERVER_URL
  else
    bootstrap_url=''
    [ "$IN_DATASTORE" = external ] || fail datastoreLost "$IN_NODE has no data in $IN_DATA_DIR/server/db, and a cluster with sqlite has no other server to join"
  fi
  change_stage
  bootstrap_write join "$bootstrap_url"
  cleanup stop_unjoined
  change_apply "$IN_CA_HASH"
  did "$IN_NODE is in $IN_CLUSTER"
}

# One that may not join must not do so unasked later.
stop_unjoined() {
  case $(cat "$SCRATCH/failed" 2>/dev/null) in
    31 | 32 | 33 | 34) unit_do stop "$SERVICE" ;;
  esac
}

change_server() {
  change_stage
  [ -f "$ETC/config.yaml.d/50-bootstrap.yaml" ] || bootstrap_write join "$(bootstrap_join_url)"
  case $CHANGE in
    restart | drain-restart) disrupt ;;
    *) change_apply "$IN_CA_HASH" ;;
  esac
  # Of an earlier attempt that was cut off.
  node_uncordon "$IN_NODE" || fail unhealthy "the API does not answer, so whether $IN_NODE takes pods cannot be told"
}

disrupt() {
  say "$IN_NODE changes ($CHANGE): $(change_text)"
  quorum_check "$IN_NODE" restart
  workloads_remember
  cleanup uncordon_after_failure
  if change_costs drain-restart && others_take_pods "$IN_NODE"; then node_drain "$IN_NODE"; fi
  change_apply "$IN_CA_HASH"
  stay_healthy "${IN_HEALTHY_FOR:-10}"
  node_uncordon "$IN_NODE" || fail unhealthy "$IN_NODE runs, but it could not be uncordoned; run again"
  workloads_wait 300
}

uncordon_after_failure() {
  [ -f "$SCRATCH/failed" ] || [ -f "$SCRATCH/late" ] || return 0
  until_true 15 node_uncordon "$IN_NODE" ||
    say "the API does not answer, so $IN_NODE may still be cordoned; the next run that ends well uncordons it"
}

# K3s writes a new token of the agents into server/cred/passwd as it starts, and refuses its next start while that file is newer than the
# copy in its datastore (pkg/cluster/bootstrap.go, ReconcileBootstrapData). A rotation of the server token to what it is saves the copy.
save_agent_token() {
  [ -f "$STATE/agent-token-changed" ] || return 0
  IFS= read -r token_now <"$DATA/server/token" || :
  supervisor_put_token "${token_now##*::server:}" ||
    fail rotation "K3s on $IN_NODE has not saved the new token of the agents in its datastore, so it would refuse its next start: $(tail -n 1 "$SCRATCH/error"). Run again before it restarts"
  token_now=''
  rm -f "$STATE/agent-token-changed"
  did 'saved the new token of the agents in the datastore'
}
