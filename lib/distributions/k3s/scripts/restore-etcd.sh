# What a restore does with embedded etcd (K3s pkg/etcd, pkg/cluster/managed.go).
# shellcheck shell=sh
# shellcheck disable=SC2154

# etcd_check: nothing is moved before the snapshot is known to be there.
etcd_check() {
  [ "${IN_S3:-}" != yes ] || return 0
  case $IN_SNAPSHOT in /*) ;; *) fail badInput "the snapshot is a path on $IN_NODE: $IN_SNAPSHOT" ;; esac
  [ -f "$IN_SNAPSHOT" ] || fail requirements "there is no file $IN_SNAPSHOT on $IN_NODE; bring it there first"
  [ -s "$IN_SNAPSHOT" ] || fail requirements "$IN_SNAPSHOT is empty"
  [ -z "${IN_SNAPSHOT_SHA256:-}" ] || [ "$(sha256_of "$IN_SNAPSHOT")" = "$IN_SNAPSHOT_SHA256" ] ||
    fail checksum "$IN_SNAPSHOT is not the snapshot that was taken: its sha256 is $(sha256_of "$IN_SNAPSHOT"), and should be $IN_SNAPSHOT_SHA256"
  [ "$(free_mib "$DATA")" -gt "$(($(wc -c <"$IN_SNAPSHOT") * 3 / 1048576 + 64))" ] ||
    fail diskFull "a restore needs three times the snapshot's size in $DATA, where $(free_mib "$DATA") MiB are free"
}

# etcd_reset: K3s says when it is done, and ends. The old data goes to server/db/etcd-old-… beside it.
etcd_reset() {
  token_put
  set -- "--cluster-reset-restore-path=$IN_SNAPSHOT"
  [ "${IN_S3:-}" = yes ] || set -- "$@" --etcd-s3=false
  reset_code=0
  reset_old=$(latest_old)
  k3s_command "${K3STACK_RESET_SECONDS:-600}" server --cluster-reset "$@" >"$SCRATCH/reset" 2>&1 || reset_code=$?
  if grep -q 'Managed etcd cluster membership has been reset' "$SCRATCH/reset"; then
    did "restored ${IN_SNAPSHOT##*/} on $IN_NODE; the data before is in $IN_DATA_DIR/server/db/$(latest_old)"
    return 0
  fi
  etcd_reset_failed "$reset_code"
}

latest_old() {
  (cd "$DATA/server/db" && for old_folder in etcd-old-*; do echo "$old_folder"; done | tail -n 1)
}

# K3s moves the data before it looks at what it was given.
etcd_reset_failed() {
  failed_old=$(latest_old)
  if [ "$failed_old" != "$reset_old" ] && [ -d "$DATA/server/db/$failed_old" ]; then
    rm -rf "$DATA/server/db/etcd"
    mv "$DATA/server/db/$failed_old" "$DATA/server/db/etcd"
    rm -f "$DATA/server/db/reset-flag"
  fi
  case $(cat "$SCRATCH/reset") in
    *'encrypted with different token'* | *'invalid token'* | *'failed to normalize'*)
      fail rotation "the token is not the one that the cluster had when ${IN_SNAPSHOT##*/} was taken. Give that one; nothing was restored" ;;
  esac
  say "K3s ends so:"
  grep -v 'Unknown flag' "$SCRATCH/reset" | tail -n 6 | cut -c 1-300 | masked_tokens >&2
  fail startFailed "K3s did not restore ${IN_SNAPSHOT##*/} (status $1); the data before is back. Run again, with another snapshot if this one is damaged"
}

# etcd_move_aside: what this member knew of the old cluster; without the mark it would not start without it.
etcd_move_aside() {
  rm -f "$ETC/initialised"
  # Cut off in the middle of it, the data may be away already and the keys not.
  [ -d "$DATA/server/db" ] || [ -d "$DATA/server/tls" ] || [ -d "$DATA/server/cred" ] || return 0
  aside_name=$DATA/server/db-before-restore-$(date +%s)
  if [ -d "$DATA/server/db" ]; then
    mv "$DATA/server/db" "$aside_name" || fail internal "$DATA/server/db could not be moved"
  else
    mkdir -m 0700 "$aside_name"
  fi
  # Local snapshots stay where K3s looks for them.
  if [ -d "$aside_name/snapshots" ]; then
    mkdir -m 0700 "$DATA/server/db"
    mv "$aside_name/snapshots" "$DATA/server/db/snapshots"
  fi
  keys_move_aside "$aside_name"
  did "moved the data of $IN_NODE to $aside_name; remove it when the cluster is well"
}
