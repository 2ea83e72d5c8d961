# Stages what a host is to be, and changes nothing that runs or that a reboot would start.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

use owner download kube version foreign

step() {
  need NODE ROLE OWNER VERSION ARCHITECTURE DIGEST UNIT DATA_DIR
  owner_refuse_other
  check_machine
  check_others
  check_version
  check_address
  check_datastore
  check_networks
  check_space
  make_staging
  each_record artifact get_artifact
  check_binary
  # Not before: a host that could not be prepared is free for another cluster.
  owner_write
  # A deletion that was cut off is not gone on with: this host is wanted again.
  rm -f "$STATE/erasing"
  switch_staging
  remove_unused
  result staged "$IN_DIGEST"
}

# Nothing of it runs, so there is nothing to undo.
step_delete() {
  :
}

check_machine() {
  case $(uname -m)-$IN_ARCHITECTURE in
    x86_64-amd64 | aarch64-arm64 | arm64-arm64 | arm*-arm | aarch64-arm) ;;
    *) fail requirements "this host's processor is $(uname -m), and the program says $IN_ARCHITECTURE" ;;
  esac
  for needed in systemctl journalctl awk sed base64 sha256sum stat timeout setsid; do
    has "$needed" || fail requirements "this host has no $needed"
  done
  [ -n "$ROOT" ] || [ -d /run/systemd/system ] || fail requirements 'this host was not started by systemd'
}

# A K3s that is here without our mark is somebody else's.
check_others() {
  [ ! -f "$STATE/active" ] || return 0
  wrong_unit=k3s
  [ "$IN_ROLE" = agent ] || wrong_unit=k3s-agent
  [ ! -f "$ROOT/etc/systemd/system/$wrong_unit.service" ] ||
    fail notOwned "this host has the unit $wrong_unit already, and the program wants it as $IN_ROLE. Uninstall that K3s first"
  if [ "${IN_ADOPT:-no}" = yes ]; then
    check_foreign
    return
  fi
  found=''
  if [ -f "$STATE/owner" ]; then return 0; fi
  [ ! -f "$ROOT/etc/systemd/system/$IN_UNIT.service" ] || found="the unit $IN_UNIT"
  [ ! -d "$DATA/server/db" ] || found="${found:+$found and }a datastore in $IN_DATA_DIR/server/db"
  [ -z "$found" ] ||
    fail notOwned "something else has put K3s on this host: $found. To take it over write adopt: true in the cluster of the program; to start anew, uninstall it (k3s-uninstall.sh) first"
}

# Of a K3s that is taken over, what lies beside its unit and its config.yaml would go on to take effect, and the program would not say so.
check_foreign() {
  [ -f "$ROOT/etc/systemd/system/$IN_UNIT.service" ] || return 0
  # What an earlier attempt put here is ours.
  cat "$STATE"/staged/*/manifest 2>/dev/null >"$SCRATCH/declared" || :
  each_record line declare_line
  foreign_list=$(foreign_settings "$SCRATCH/declared" | tr '\n' ' ')
  [ -z "$foreign_list" ] ||
    fail notOwned "K3s on this host has settings that the program does not replace: ${foreign_list% }. Write into the program what they say (k3stack init --from reads them), move them away, and run again; nothing was changed"
}
declare_line() {
  printf '%s %s %s\n' "$1" "$2" "$3" >>"$SCRATCH/declared"
}

# A way that K3s does not support ends here, before any host of the cluster has changed.
check_version() {
  STAGED_VERSION=$IN_VERSION
  version_check
}

# etcd does not let a server come back under another address, and it would have been stopped by then.
check_address() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] && [ -f "$STATE/active" ] || return 0
  each_record line check_address_line
}
check_address_line() {
  [ "$3" = option:node-ip ] || return 0
  address_was=$(awk '$3 == "option:node-ip" { print $2 }' "$STATE/active")
  [ -z "$address_was" ] || [ "$address_was" = "$2" ] ||
    fail requirements "nodeIp of $IN_NODE has changed, and the address of a server cannot change under one name: etcd, certificates and other nodes know it by the old one. Keep the old nodeIp; or remove $IN_NODE from the program and run, then add the machine under a new name and run"
}

# K3s moves no data from one datastore to another, but from sqlite to etcd: it goes on with the one that it finds on its disk.
check_datastore() {
  [ "$IN_ROLE" = server ] && [ -f "$STATE/active" ] || return 0
  case ${IN_DATASTORE:-} in
    external) { [ ! -d "$DATA/server/db/etcd" ] && [ ! -f "$DATA/server/db/state.db" ]; } && return 0 ;;
    sqlite) [ ! -d "$DATA/server/db/etcd" ] && return 0 ;;
    *) return 0 ;;
  esac
  fail requirements "$IN_NODE has the datastore of its cluster in $IN_DATA_DIR/server/db, and the program now says $IN_DATASTORE, to which K3s moves no data. Write the former datastore again; another one needs a new cluster"
}

# Certificates, Services and Nodes hold addresses and names of the networks that they were made in.
check_networks() {
  [ "$IN_ROLE" = server ] && [ -f "$STATE/active" ] || return 0
  : >"$SCRATCH/networks"
  each_record line network_line
  for network in cluster-cidr service-cidr cluster-domain; do
    [ "$(network_in "$STATE/active")" = "$(network_in "$SCRATCH/networks")" ] ||
      fail requirements "$network of $IN_CLUSTER has changed, and the networks of a cluster that runs cannot. Write the former one again; another one needs a new cluster"
  done
}
network_line() {
  printf '%s %s %s\n' "$1" "$2" "$3" >>"$SCRATCH/networks"
}
# network_in MANIFEST: digest of the option; `default` when it is what K3s takes without it.
network_in() {
  network_digest=$(awk -v name="option:$network" '$3 == name { print $2 }' "$1")
  for network_default in '' '["10.42.0.0/16"]' '["fd00:42::/56"]' '["10.43.0.0/16"]' '["fd00:43::/112"]' '"cluster.local"'; do
    [ -z "$network_default" ] || network_default=$(printf %s "$network_default" | sha256sum | cut -c 1-64)
    [ "$network_digest" != "$network_default" ] || network_digest=default
  done
  printf '%s\n' "$network_digest"
}

# What is downloaded has to fit twice: once verified, once in its place.
check_space() {
  space_state=64
  space_binary=16
  each_record artifact add_space
  require_space "$STATE" "$space_state"
  require_space "$ROOT/usr/local/bin/k3s" "$space_binary"
  [ -f "$STATE/active" ] || require_space "$DATA" "${K3STACK_DATA_SPACE:-1024}"
}
add_space() {
  add_mib=128
  case $3 in */k3s) ;; *) add_mib=512 ;; esac
  if [ -f "$STATE/artifacts/$2" ]; then
    add_mib=$(($(wc -c <"$STATE/artifacts/$2") / 1048576 + 1))
  else
    space_state=$((space_state + add_mib))
  fi
  case $3 in */k3s) space_binary=$((space_binary + add_mib)) ;; esac
}
require_space() {
  space_free=$(free_mib "$1")
  [ "${space_free:-0}" -ge "$2" ] || fail diskFull "$1 has $space_free MiB free and needs $2; nothing was changed. Make room, then run again"
}

# Files, index and manifest, complete before they get the name that is their digest.
make_staging() {
  staging=$STATE/staged/.new
  rm -rf "$staging"
  mkdir -p "$staging/files" "$STATE/artifacts"
  stage_number=0
  : >"$SCRATCH/index"
  : >"$SCRATCH/manifest"
  : >"$SCRATCH/artifacts"
  each_record file stage_file
  each_record line stage_line
  each_record artifact stage_artifact
  file_write "$staging/manifest" 0600 <"$SCRATCH/manifest"
  file_write "$staging/index" 0600 <"$SCRATCH/index"
  file_write "$staging/artifacts" 0600 <"$SCRATCH/artifacts"
  printf '%s\n' "$IN_VERSION" | file_write "$staging/version" 0600
  staging_has=$(sha256_of "$staging/manifest")
  [ "$staging_has" = "$IN_DIGEST" ] || fail badInput "the manifest that came has the digest $staging_has instead of $IN_DIGEST; run again"
}
stage_file() {
  case $3 in
    /*) ;;
    *) fail badInput "a file must have an absolute path: $3" ;;
  esac
  case $3/ in */../*) fail badInput "a path must not climb: $3" ;; esac
  stage_number=$((stage_number + 1))
  printf '%s' "$5" | base64 -d | file_write "$staging/files/$stage_number" 0600
  stage_has=$(sha256_of "$staging/files/$stage_number")
  [ "$stage_has" = "$4" ] || fail checksum "$3 did not arrive as it was sent: expected sha256 $4, got $stage_has. Run again"
  printf '%s %s %s %s %s\n' "$1" "$2" "$4" "$stage_number" "$3" >>"$SCRATCH/index"
}
stage_line() {
  printf '%s %s %s\n' "$1" "$2" "$3" >>"$SCRATCH/manifest"
}
stage_artifact() {
  printf '%s %s %s\n' "$2" "$3" "$1" >>"$SCRATCH/artifacts"
}

# get_artifact NAME SHA256 PATH URL
get_artifact() {
  case $2 in *[!0-9a-f]* | '') fail checksum "there is no checksum of $1 for this version; run k3stack lock" ;; esac
  artifact_file=$STATE/artifacts/$2
  if [ -f "$artifact_file" ]; then
    [ "$(sha256_of "$artifact_file")" != "$2" ] || return 0
    rm -f "$artifact_file"
  fi
  if [ -f "$ROOT$3" ] && [ "$(sha256_of "$ROOT$3")" = "$2" ]; then
    file_put "$ROOT$3" "$artifact_file" 0600 "$(id -un):$(id -gn)"
    return 0
  fi
  [ -n "$4" ] ||
    fail download "$1 was to be uploaded to $artifact_file and is not there. Run again; or copy it there by hand, with exactly this name"
  download "$1" "$4" "$2" "$artifact_file"
  did "downloaded $1 of $IN_VERSION"
}

# The staged binary has to run here, and be what it is said to be.
check_binary() {
  binary_sha=$(awk '$2 == "/usr/local/bin/k3s" { print $1 }' "$staging/artifacts")
  [ -n "$binary_sha" ] || fail badInput 'the input has no binary'
  chmod 0700 "$STATE/artifacts/$binary_sha"
  binary_says=$(limited 60 "$STATE/artifacts/$binary_sha" --version 2>&1 | head -n 1) || :
  # K3s names itself after its file, which here is a checksum.
  case ${binary_says#* } in
    "version $IN_VERSION "* | "version $IN_VERSION") ;;
    'version '*) fail checksum "the binary that the lock file names for $IN_VERSION says: $binary_says. Run k3stack lock" ;;
    *) fail requirements "the binary of K3s $IN_VERSION does not run on this host: $binary_says" ;;
  esac
}

switch_staging() {
  staged_before=$(staged_current)
  staged_folder=$STATE/staged/$IN_DIGEST
  # Same name, same content: only a damaged one is worth replacing.
  if [ -d "$staged_folder" ] && diff -r "$staging" "$staged_folder" >/dev/null 2>&1; then
    rm -rf "$staging"
  else
    rm -rf "$staged_folder"
    mv "$staging" "$staged_folder"
  fi
  [ "$staged_before" != "$IN_DIGEST" ] || return 0
  [ -z "$staged_before" ] || printf '%s\n' "$staged_before" | file_write "$STATE/staged/before" 0600
  link_switch "$IN_DIGEST" "$STATE/staged/current"
  did "staged $IN_VERSION with $stage_number files on $IN_NODE"
}
staged_current() {
  staged_link=$(readlink "$STATE/staged/current" 2>/dev/null) || :
  printf '%s\n' "${staged_link##*/}"
}

# Kept: what is staged, what runs, what is being started, and what was staged before.
remove_unused() {
  {
    staged_current
    sha256_of "$STATE/active" 2>/dev/null || :
    cat "$STATE/activating" "$STATE/staged/before" 2>/dev/null || :
  } >"$SCRATCH/keep"
  for unused in "$STATE"/staged/*; do
    if [ ! -d "$unused" ] || [ -L "$unused" ]; then continue; fi
    grep -qx "${unused##*/}" "$SCRATCH/keep" || rm -rf "$unused"
  done
  for unused in "$STATE"/artifacts/*; do
    case $unused in *.part) continue ;; esac
    cat "$STATE"/staged/*/artifacts | grep -q "^${unused##*/} " || rm -f "$unused"
  done
  find "$STATE/artifacts" -name '*.part' -mtime +1 -exec rm -f {} +
}
