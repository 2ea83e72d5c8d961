# Takes a snapshot of the cluster's datastore, or lists what there are.
#   IN_ACTION save | list; IN_NAME what its name begins with; IN_S3 `no` keeps it on this host although the cluster also saves to S3.
# Result of save: snapshot (name), path, size, sha256, tokenHash (the token it can be restored with, as K3s notes it); of list: snapshots.
# Its bytes are fetched by snapshot-read.sh. The operator's machine seals the token and keeps both together.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster k3s-command mask

step() {
  need NODE CLUSTER DATASTORE ACTION
  owner_check
  case $IN_DATASTORE-$IN_ACTION in
    external-*) fail requirements "the datastore of $IN_CLUSTER is outside of it: back it up with the tools of that database, together with the server token" ;;
    embedded-etcd-save) save_etcd ;;
    embedded-etcd-list) list_etcd ;;
    sqlite-save) save_sqlite ;;
    sqlite-list) list_sqlite ;;
    *) fail badInput "a snapshot can be saved or listed, not: $IN_ACTION" ;;
  esac
}

snapshot_name() {
  case ${IN_NAME:-on-demand} in
    *[!A-Za-z0-9._-]* | -* | .*) fail badInput "a snapshot's name holds letters, digits, dots, dashes: ${IN_NAME:-}" ;;
  esac
  printf '%s\n' "${IN_NAME:-on-demand}"
}

save_etcd() {
  api_wait 60
  save_name=$(snapshot_name)
  set -- --name "$save_name"
  [ "${IN_S3:-}" != no ] || set -- "$@" --etcd-s3=false
  k3s_command 600 etcd-snapshot save --etcd-server "https://127.0.0.1:${IN_API_PORT:-6443}" "$@" >"$SCRATCH/save" 2>&1 ||
    fail unhealthy "K3s took no snapshot: $(grep -v 'Unknown flag' "$SCRATCH/save" | tail -n 2 | masked_tokens)"
  save_made=$(sed -n 's/.*Snapshot \([A-Za-z0-9._-]*\) saved.*/\1/p' "$SCRATCH/save" | head -n 1)
  [ -n "$save_made" ] || fail unhealthy "K3s took no snapshot and gave no reason; the journal of $SERVICE may"
  snapshot_result "$save_made" "$(snapshot_folder)/$save_made"
}

snapshot_folder() {
  folder_set=$(sed -n 's/^etcd-snapshot-dir: *"\{0,1\}\([^"]*\)"\{0,1\} *$/\1/p' "$ETC/config.yaml" 2>/dev/null | tail -n 1)
  printf '%s\n' "${folder_set:+$ROOT}${folder_set:-$DATA/server/db/snapshots}"
}

list_etcd() {
  api_wait 60
  set --
  [ "${IN_S3:-}" != no ] || set -- --etcd-s3=false
  k3s_command 300 etcd-snapshot ls -o json --etcd-server "https://127.0.0.1:${IN_API_PORT:-6443}" "$@" >"$SCRATCH/list" 2>"$SCRATCH/error" ||
    fail unhealthy "K3s does not list its snapshots: $(grep -v 'Unknown flag' "$SCRATCH/error" | tail -n 2 | masked_tokens)"
  result_json snapshots "$(tr -d '\n' <"$SCRATCH/list")"
}

# K3s has the file open, and nothing on the host reads sqlite: so it is stopped for as long as the copy takes. Pods go on.
save_sqlite() {
  [ -f "$DATA/server/db/state.db" ] || fail datastoreLost "$DATA/server/db/state.db is not there"
  save_made=$(snapshot_name)-$IN_NODE-$(date +%s).tar
  save_folder=$DATA/server/db/snapshots
  mkdir -p "$save_folder"
  [ "$(free_mib "$save_folder")" -gt "$(($(du -sk "$DATA/server/db" | cut -f 1) / 1024 + 64))" ] || fail diskFull "there is no room for a copy of the datastore in $save_folder"
  cleanup "unit_do start $SERVICE; rm -f '$save_folder/.$save_made'"
  unit_stop "$SERVICE" 120 || fail unhealthy "$SERVICE does not stop"
  (cd "$DATA/server/db" && tar -cf "$save_folder/.$save_made" state.db*) 2>"$SCRATCH/error" || fail diskFull "the datastore could not be copied: $(tail -n 1 "$SCRATCH/error")"
  flushed "$save_folder/.$save_made"
  mv "$save_folder/.$save_made" "$save_folder/$save_made"
  unit_do start "$SERVICE"
  api_wait 180
  snapshot_result "$save_made" "$save_folder/$save_made"
}

list_sqlite() {
  list_items=''
  for list_file in "$DATA/server/db/snapshots"/*.tar; do
    [ -f "$list_file" ] || continue
    list_items="$list_items${list_items:+,}{\"name\":$(json_string "${list_file##*/}"),\"location\":$(json_string "file://$list_file"),\"size\":$(wc -c <"$list_file" | tr -d ' ')}"
  done
  result_json snapshots "{\"items\":[$list_items]}"
}

snapshot_result() {
  result snapshot "$1"
  # Compressed ones have another ending.
  for made_file in "$2" "$2.zip"; do
    [ -f "$made_file" ] || continue
    result path "$made_file"
    result_json size "$(wc -c <"$made_file" | tr -d ' ')"
    result sha256 "$(sha256_of "$made_file")"
  done
  IFS= read -r hash_token <"$DATA/server/token" || :
  result tokenHash "$(sha256_text "${hash_token##*::server:}" | cut -c 1-12)"
  hash_token=''
  did "took snapshot $1"
}
