# What a restore does with sqlite: the copy of the files goes back. Taken by snapshot.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154

sqlite_check() {
  [ -s "$IN_SNAPSHOT" ] || fail requirements "there is no file $IN_SNAPSHOT on $IN_NODE; bring it there first"
  [ -z "${IN_SNAPSHOT_SHA256:-}" ] || [ "$(sha256_of "$IN_SNAPSHOT")" = "$IN_SNAPSHOT_SHA256" ] ||
    fail checksum "$IN_SNAPSHOT is not the snapshot that was taken: its sha256 is $(sha256_of "$IN_SNAPSHOT"), and should be $IN_SNAPSHOT_SHA256"
  sqlite_files=$(tar -tf "$IN_SNAPSHOT" 2>/dev/null) || fail requirements "$IN_SNAPSHOT is not an archive that k3stack has made"
  case $sqlite_files in
    *state.db*) ;;
    *) fail requirements "there is no datastore in $IN_SNAPSHOT" ;;
  esac
}

# Unpacked beside its place first, so that a full disk changes nothing.
sqlite_put_back() {
  sqlite_new=$DATA/server/db/.restore
  rm -rf "$sqlite_new"
  mkdir -p "$sqlite_new"
  if ! (cd "$sqlite_new" && tar -xf "$IN_SNAPSHOT") 2>"$SCRATCH/error"; then
    rm -rf "$sqlite_new"
    fail diskFull "$IN_SNAPSHOT could not be unpacked: $(tail -n 1 "$SCRATCH/error"); nothing was restored"
  fi
  sqlite_old=$DATA/server/db/before-restore-$(date +%s)
  mkdir -p "$sqlite_old"
  for sqlite_file in "$DATA/server/db"/state.db*; do
    [ -f "$sqlite_file" ] || continue
    mv "$sqlite_file" "$sqlite_old/"
  done
  keys_move_aside "$sqlite_old"
  mv "$sqlite_new"/state.db* "$DATA/server/db/"
  rmdir "$sqlite_new"
  token_put
  did "restored ${IN_SNAPSHOT##*/} on $IN_NODE; the data before is in $sqlite_old"
}
