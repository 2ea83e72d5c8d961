# Brings a cluster back from a snapshot, in stages (IN_STAGE) that the operator's machine runs in this order:
#   stop    on every server: K3s stops and cannot start by itself, or the old members would go on as a cluster of their own;
#   reset   on the restoring server: the snapshot becomes the cluster, of this one member. IN_SNAPSHOT (path on this host, or a name in S3 with IN_S3=yes),
#           IN_SNAPSHOT_SHA256 (optional), IN_TOKEN (server token of the time of the snapshot);
#   rejoin  on each other server, one after another: its data moves aside, and it joins anew. IN_SERVER_URL, IN_TOKEN;
#   token   on every server, one after another, the restoring one first with IN_ROTATE=yes, when IN_TOKEN was another one than the program has: the
#           cluster gets that of the program again. Nothing would do it later, as nothing of the program has changed.
# Every stage can be run again after it was cut off anywhere. What is moved aside is kept, and said.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster k3s-command mask restore-etcd restore-sqlite token credentials

step() {
  need NODE ROLE OWNER CLUSTER DATASTORE STAGE
  owner_check
  [ "$IN_ROLE" = server ] || fail badInput "only servers hold data to restore; $IN_NODE is an agent"
  [ "$IN_DATASTORE" != external ] ||
    fail requirements "the datastore of $IN_CLUSTER is outside of it. Stop K3s on every server (systemctl stop $SERVICE), restore the database with its own tools, start K3s again, and keep the server token of that time"
  ASIDE=$STATE/restore
  DROPIN=$ETC/config.yaml.d/50-bootstrap.yaml
  case $IN_STAGE in
    stop) restore_stop ;;
    reset) restore_reset ;;
    rejoin) restore_rejoin ;;
    token) restore_token ;;
    *) fail badInput "no stage of a restore: $IN_STAGE" ;;
  esac
}

# Without the drop-in the unit's assertion keeps K3s from starting, after a reboot too.
restore_stop() {
  mkdir -p "$ASIDE"
  unit_stop "$SERVICE" 180 || fail unhealthy "$SERVICE does not stop on $IN_NODE"
  # What it has joined since an earlier attempt is about to be reset as well.
  rm -f "$ASIDE/moved"
  if [ -f "$DROPIN" ]; then
    mv -f "$DROPIN" "$ASIDE/50-bootstrap.yaml"
    did "stopped K3s on $IN_NODE"
  fi
}

restore_reset() {
  need TOKEN SNAPSHOT
  restore_is_stopped
  # An earlier attempt may have been with another snapshot.
  reset_wanted="$IN_SNAPSHOT ${IN_S3:-no} ${IN_SNAPSHOT_SHA256:-}"
  if [ "$(cat "$ASIDE/reset-done" 2>/dev/null)" != "$reset_wanted" ]; then
    rm -f "$ASIDE/reset-done"
    case $IN_DATASTORE in
      embedded-etcd) etcd_check && etcd_reset ;;
      sqlite) sqlite_check && sqlite_put_back ;;
    esac
    printf '%s\n' "$reset_wanted" >"$ASIDE/reset-done"
  fi
  restore_start
  did "$IN_NODE runs with the snapshot ${IN_SNAPSHOT##*/}"
}

restore_rejoin() {
  need TOKEN SERVER_URL
  [ "$IN_DATASTORE" = embedded-etcd ] || fail badInput "a cluster with $IN_DATASTORE has one server"
  if [ ! -f "$ASIDE/moved" ]; then
    restore_is_stopped
    etcd_move_aside
    : >"$ASIDE/moved"
  fi
  token_put
  printf 'server: "%s"\n' "$IN_SERVER_URL" | file_write "$ASIDE/50-bootstrap.yaml" 0600
  restore_start
  did "$IN_NODE is in $IN_CLUSTER again"
}

restore_token() {
  [ -s "$ETC/server-token" ] || return 0
  IFS= read -r IN_SERVER_TOKEN <"$ETC/server-token" || :
  IFS= read -r token_started <"$ETC/token" || :
  if [ "${token_started##*::server:}" = "$IN_SERVER_TOKEN" ] && [ ! -f "$STATE/restart-for-token" ]; then return 0; fi
  : >"$STATE/restart-for-token"
  api_wait 60
  [ "${IN_ROTATE:-no}" != yes ] || rotate_server_token
  token_write "$(ca_hash)"
  unit_stop "$SERVICE" 180 || fail unhealthy "$SERVICE does not stop on $IN_NODE"
  unit_do start "$SERVICE"
  until_true "${K3STACK_START_SECONDS:-480}" restored_healthy || fail startFailed "K3s on $IN_NODE is not healthy with the token of the program. Run again to go on waiting"
  rm -f "$STATE/restart-for-token" "$TOKEN_BEFORE"
  did "$IN_NODE has the server token of the program again"
}

restore_is_stopped() {
  if [ ! -d "$ASIDE" ] || ! unit_stopped "$SERVICE" || [ -f "$DROPIN" ]; then
    fail requirements "K3s on $IN_NODE was not stopped for a restore; run the stage stop on every server first"
  fi
}

# token_put: the token that K3s starts with, alone: the CA that it belongs to may come with the snapshot.
token_put() {
  [ -f "$ASIDE/token" ] || [ ! -f "$ETC/token" ] || cp -p "$ETC/token" "$ASIDE/token"
  printf '%s\n' "${IN_TOKEN##*::server:}" | file_write "$ETC/token" 0600
}

# keys_move_aside FOLDER: keys and passwords of the time before. Those of the snapshot are in its datastore, or with the server that this one joins, and
# K3s does not start where those on disk are newer (pkg/cluster/bootstrap.go, ReconcileBootstrapData).
keys_move_aside() {
  for aside_keys in tls cred; do
    [ -d "$DATA/server/$aside_keys" ] || continue
    mv "$DATA/server/$aside_keys" "$1/$aside_keys" || fail internal "$DATA/server/$aside_keys could not be moved"
  done
}

restore_start() {
  token_put
  if [ ! -f "$DROPIN" ]; then file_write "$DROPIN" 0600 <"$ASIDE/50-bootstrap.yaml"; fi
  start_mark=$(journal_mark)
  limited 20 systemctl reset-failed "$SERVICE" 2>/dev/null || :
  unit_do start "$SERVICE"
  until_true "${K3STACK_START_SECONDS:-480}" restored_healthy || {
    say "the journal of $SERVICE ends so:"
    journal_since "$start_mark" "$SERVICE" | tail -n 12 | cut -c 1-300 | masked_tokens >&2
    fail startFailed "K3s on $IN_NODE is not healthy after the restore. Run again to go on waiting"
  }
  initialised_write
  token_write_hash
  rm -rf "$ASIDE"
}

restored_healthy() {
  unit_active "$SERVICE" && api_ready && node_read "$IN_NODE" && [ "$n_ready" = True ] && [ "$n_voter" != False ]
}

# With the CA's hash in front, as a run writes it; the secret is the one that was given.
token_write_hash() {
  printf 'K10%s::server:%s\n' "$(ca_hash)" "${IN_TOKEN##*::server:}" | file_write "$ETC/token" 0600
}
