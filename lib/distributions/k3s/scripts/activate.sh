# What is staged becomes what runs: compare, copy beside, switch, restart, wait; used by bootstrap, run, join and roll, in this order:
#   change_plan; change_stage; (quorum, drain); change_apply HASH
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

START_SECONDS=${K3STACK_START_SECONDS:-480}

# change_plan: sets STAGED, STAGED_DIGEST, STAGED_VERSION, FIRST (yes when nothing of ours ever ran here) and CHANGE, what bringing the host to
# what is staged costs: none, live, restart or drain-restart; `start` when it does not run at all. Changes nothing.
change_plan() {
  STAGED=$(cd -P "$STATE/staged/current" 2>/dev/null && pwd) || fail requirements "nothing is staged on this host; run again, so that prepare runs here"
  STAGED_DIGEST=${STAGED##*/}
  [ "${IN_DIGEST:-$STAGED_DIGEST}" = "$STAGED_DIGEST" ] ||
    fail requirements "staged on this host is $STAGED_DIGEST, but this step is for $IN_DIGEST: another run came in between. Run again"
  STAGED_VERSION=$(cat "$STAGED/version")
  FIRST=yes
  [ ! -f "$STATE/active" ] || FIRST=no
  { manifest_changes; drifted_files; } | sort -u >"$SCRATCH/changed"
  CHANGE=none
  for change_class in live restart drain-restart; do
    ! grep -q "^$change_class " "$SCRATCH/changed" || CHANGE=$change_class
  done
  # Whoever else put K3s here, how it differs cannot be told.
  if [ "$FIRST" = yes ] && unit_active "$SERVICE"; then CHANGE=drain-restart; fi
  unit_active "$SERVICE" || CHANGE=start
}

# Lines `class name` of what differs from what the running service was started with. Classes are a release's opinion and not compared.
manifest_changes() {
  [ -f "$STATE/active" ] || return 0
  awk '
    NR == FNR { old[$2 " " $3] = $1; next }
    ($2 " " $3) in old { delete old[$2 " " $3]; next }
    { print $1, $3 }
    END { for (key in old) { split(key, part, " "); print old[key], part[2] } }
  ' "$STATE/active" "$STAGED/manifest"
}

# Lines `class name` of files that somebody else has changed: neither as they were put, nor as they are to be.
drifted_files() {
  [ -f "$STATE/active" ] || return 0
  while read -r drift_mode drift_owner drift_sha _ drift_path; do
    file_is "$ROOT$drift_path" "$drift_mode" "$drift_owner" "$drift_sha" && continue
    drift_was=$(awk -v name="$drift_path" '$3 == name { print $2 }' "$STATE/active")
    [ -n "$drift_was" ] || continue
    [ "$drift_was" != "$(manifest_sha "$ROOT$drift_path")" ] || continue
    drift_class=$(awk -v name="$drift_path" '$3 == name { print $1 }' "$STAGED/manifest")
    # The class of config.yaml is in its options, and which of them somebody changed is unknown.
    case $drift_path in */config.yaml) drift_class=restart ;; esac
    say "$drift_path is not as it was put here"
    echo "$drift_class $drift_path"
  done <"$STAGED/index"
  while read -r drift_sha drift_path _; do
    [ "$(sha256_of "$ROOT$drift_path" 2>/dev/null)" != "$drift_sha" ] || continue
    # One that is to change is in the manifest's changes already.
    grep -q " $drift_sha $drift_path\$" "$STATE/active" || continue
    say "$drift_path is not as it was put here"
    awk -v name="$drift_path" '$3 == name { print $1, $3 }' "$STAGED/manifest"
  done <"$STAGED/artifacts"
}

# manifest_sha FILE: digest of a live file as a manifest has it.
manifest_sha() {
  [ -f "$1" ] || return 0
  manifest_line=$({ printf '%s %s\n' "$(mode_of "$1")" "$(owner_of "$1")" && cat "$1"; } | sha256sum)
  printf '%s\n' "${manifest_line%% *}"
}

# change_costs CLASS: whether the change costs at least that; for `restart` a service that does not run counts too.
change_costs() {
  case $1-$CHANGE in
    restart-restart | restart-drain-restart | restart-start | drain-restart-drain-restart) return 0 ;;
    *) return 1 ;;
  esac
}

# change_text: in a few words, for people: the version, options and files that differ.
change_text() {
  change_due='a start that is due'
  [ "$FIRST" = no ] || change_due='taking it over'
  awk -v version="version $STAGED_VERSION" '
    { name = $2 }
    name ~ /\/config.yaml$/ { next }
    name == "/usr/local/bin/k3s" { name = version }
    { sub(/^option:/, "", name); sub(/^.*\//, "", name); print name }
  ' "$SCRATCH/changed" | sort -u | awk -v due="$change_due" '
    NR <= 8 { text = text (NR > 1 ? ", " : "") $0 }
    END { print (NR ? text : due) (NR > 8 ? ", and " NR - 8 " more" : "") }'
}

# change_stage: copies what differs beside its place, the binary first. A full disk ends the step here, before anything is stopped.
change_stage() {
  : >"$SCRATCH/copied"
  cleanup change_unstage
  while read -r stage_sha stage_path stage_name; do
    stage_mode=0644
    [ "$stage_path" != /usr/local/bin/k3s ] || stage_mode=0755
    file_is "$ROOT$stage_path" "$stage_mode" "$(id -un):$(id -gn)" "$stage_sha" && continue
    [ -f "$STATE/artifacts/$stage_sha" ] || fail requirements "$stage_name is no longer in $STATE/artifacts; run again, so that prepare runs here"
    echo "$stage_path" >>"$SCRATCH/copied"
    file_stage "$STATE/artifacts/$stage_sha" "$ROOT$stage_path" "$stage_mode" "$(id -un):$(id -gn)"
  done <"$STAGED/artifacts"
  while read -r stage_mode stage_owner stage_sha stage_number stage_path; do
    file_is "$ROOT$stage_path" "$stage_mode" "$stage_owner" "$stage_sha" && continue
    echo "$stage_path" >>"$SCRATCH/copied"
    file_stage "$STAGED/files/$stage_number" "$ROOT$stage_path" "$stage_mode" "$stage_owner"
  done <"$STAGED/index"
}
change_unstage() {
  while read -r stage_path; do
    file_unstage "$ROOT$stage_path"
  done <"$SCRATCH/copied"
}

# change_apply HASH: switches the files, and starts or restarts K3s where that is needed and waits until it is healthy (`healthy`). With the same
# version, files that it does not start with are put back. Ends with `active` being what is staged. HASH is the CA's, empty before there is one.
change_apply() {
  apply_hash=$1
  apply_begun=$(cat "$STATE/activating" 2>/dev/null) || apply_begun=''
  printf '%s\n' "$STAGED_DIGEST" | file_write "$STATE/activating" 0600
  keep_previous "$apply_begun"
  apply_unit_before=$(unit_text_of)
  [ ! -s "$SCRATCH/copied" ] || : >"$STATE/start-due"
  if [ "$FIRST" = no ] && grep -q -x /etc/rancher/k3s/agent-token "$SCRATCH/copied"; then : >"$STATE/agent-token-changed"; fi
  while read -r apply_path; do
    file_switch "$ROOT$apply_path"
  done <"$SCRATCH/copied"
  : >"$SCRATCH/copied"
  remove_undeclared
  remove_former_environment
  apply_live
  token_write "$apply_hash"
  if [ "$apply_unit_before" != "$(unit_text_of)" ]; then limited 60 systemctl daemon-reload; fi
  if [ "$(limited 20 systemctl is-enabled "$SERVICE" 2>/dev/null)" != enabled ]; then
    limited 60 systemctl enable -q "$SERVICE" 2>"$SCRATCH/error" || fail startFailed "$SERVICE could not be enabled: $(cat "$SCRATCH/error")"
  fi
  if change_costs restart; then
    apply_restart
  else
    [ ! -s "$SCRATCH/changed" ] || did "changed without a restart: $(change_text)"
  fi
  change_done
}

apply_restart() {
  rotate_certificates
  apply_verb=restart
  # One that has been trying to start since before these files came would go on with those it has read.
  [ "$CHANGE" != start ] || { [ -f "$STATE/start-due" ] && [ "$(unit_state "$SERVICE")" = activating ]; } || apply_verb=start
  apply_started=yes
  start_service "$apply_verb" || apply_started=no
  rm -f "$STATE/start-due"
  if [ "$apply_started" = yes ]; then
    # It was wanted by the process before.
    rm -f "$TOKEN_BEFORE"
    echo "$(now_utc)Z" | file_write "$STATE/restarted" 0600
    case $CHANGE in
      start) did "started K3s $STAGED_VERSION on $IN_NODE" ;;
      *) did "restarted K3s $STAGED_VERSION on $IN_NODE for: $(change_text)" ;;
    esac
    return 0
  fi
  put_previous_back
  fail "$START_FAILURE" "$START_CAUSE"
}

# tell_restart: when K3s was last started here by a step, where a release did that tells; and up to which number the host was brought back.
tell_restart() {
  [ "${IN_RECONCILE:-0}" = 0 ] || result reconciled "$IN_RECONCILE"
  [ ! -s "$STATE/restarted" ] || result restarted "$(cat "$STATE/restarted")"
}

# change_done: what is staged is what runs.
change_done() {
  file_write "$STATE/active" 0600 <"$STAGED/manifest"
  # A host that runs is no longer one whose deletion was begun.
  rm -f "$STATE/activating" "$STATE/start-due" "$STATE/erasing"
  rm -rf "$STATE/previous"
  since_mark=''
  if node_read "$IN_NODE" && [ -n "$n_name" ]; then
    if [ "$n_active" != "$STAGED_DIGEST" ] || [ -z "$n_owner" ]; then
      case $(cat "$STATE/since" 2>/dev/null) in
        "$STAGED_VERSION "*) ;;
        *) echo "$STAGED_VERSION $(now_utc)Z" | file_write "$STATE/since" 0600 ;;
      esac
      since_mark=$(cut -d ' ' -f 2 "$STATE/since")
      node_mark "$IN_NODE" "active=$STAGED_DIGEST" "owner=$IN_OWNER" "since=$since_mark" ||
        fail unhealthy "$IN_NODE runs, but its Node could not be marked"
    fi
    change_uid=$(node_uid "$IN_NODE") || change_uid=''
    [ -z "$change_uid" ] || printf %s "$change_uid" | file_write "$STATE/node-uid" 0600
  fi
}

unit_text_of() {
  cat "$ROOT/etc/systemd/system/$SERVICE.service" "$ROOT/etc/systemd/system/$SERVICE.service.d/"*.conf 2>/dev/null | sha256sum
}

# Files of ours that are no longer declared. The binary always is.
remove_undeclared() {
  [ -f "$STATE/active" ] || return 0
  awk 'NR == FNR { now[$3] = 1; next } $3 ~ /^\// && !($3 in now) { print $3 }' "$STAGED/manifest" "$STATE/active" >"$SCRATCH/undeclared"
  while read -r undeclared; do
    rm -f "$ROOT$undeclared"
  done <"$SCRATCH/undeclared"
}

# Variables that K3s's own installer has written. Our unit does not name the file, but other commands of K3s read it.
remove_former_environment() {
  former=/etc/systemd/system/$SERVICE.service.env
  [ "$FIRST" = yes ] && [ -f "$ROOT$former" ] || return 0
  ! awk -v path="$former" '$5 == path { there = 1 } END { exit !there }' "$STAGED/index" || return 0
  rm -f "$ROOT$former"
  did "removed $former, which K3s of the installer was started with"
}

# What takes effect without K3s.
apply_live() {
  if grep -q ' /etc/sysctl.d/' "$SCRATCH/changed" && [ -f "$ROOT/etc/sysctl.d/90-k3stack.conf" ]; then
    limited 20 sysctl -q -p "$ROOT/etc/sysctl.d/90-k3stack.conf" 2>"$SCRATCH/error" || say "sysctl: $(cat "$SCRATCH/error")"
  fi
}

# A certificate is only made anew while K3s does not run.
rotate_certificates() {
  grep -q ' rotate:certificates$' "$SCRATCH/changed" && [ "$FIRST" = no ] || return 0
  unit_stop "$SERVICE" 120 || fail rotation "$SERVICE does not stop"
  limited 120 "$K3S" certificate rotate >"$SCRATCH/rotate" 2>&1 || {
    unit_do start "$SERVICE"
    fail rotation "k3s certificate rotate failed: $(tail -n 3 "$SCRATCH/rotate")"
  }
  did "rotated the certificates of $IN_NODE"
}

# keep_previous BEGUN: copies of what this change replaces or removes, apart from the binary. BEGUN is the digest that an attempt that was cut off was
# for: where it is this one, its copies are the only ones of what was there before.
keep_previous() {
  if [ "$1" = "$STAGED_DIGEST" ] && [ -f "$STATE/previous/complete" ]; then return 0; fi
  rm -rf "$STATE/previous"
  [ "$FIRST" = no ] || return 0
  mkdir -p "$STATE/previous"
  {
    grep -v '^/usr/local/bin/k3s$' "$SCRATCH/copied" || :
    awk 'NR == FNR { now[$3] = 1; next } $3 ~ /^\// && !($3 in now) { print $3 }' "$STAGED/manifest" "$STATE/active"
    echo /etc/rancher/k3s/token
  } >"$STATE/previous/paths"
  previous_number=0
  while read -r previous_path; do
    previous_number=$((previous_number + 1))
    [ -f "$ROOT$previous_path" ] || continue
    { cp -p "$ROOT$previous_path" "$STATE/previous/$previous_number" && flushed "$STATE/previous/$previous_number"; } ||
      fail diskFull "no space left to write $STATE/previous; nothing was changed"
  done <"$STATE/previous/paths"
  file_write "$STATE/previous/complete" 0600 </dev/null
}

# put_previous_back: unless the version has changed, as data may have been migrated, or nothing of ours ran here. Adds to START_CAUSE what came of it.
put_previous_back() {
  [ "$FIRST" = no ] && [ "$CHANGE" != start ] || return 0
  if grep -q ' /usr/local/bin/k3s$' "$SCRATCH/changed"; then
    START_CAUSE="$START_CAUSE. The version has changed, so it is not put back; K3s keeps trying to start"
    return 0
  fi
  previous_cause=$START_CAUSE
  previous_failure=$START_FAILURE
  previous_number=0
  while read -r previous_path; do
    previous_number=$((previous_number + 1))
    if [ -f "$STATE/previous/$previous_number" ]; then
      file_put "$STATE/previous/$previous_number" "$ROOT$previous_path" \
        "$(mode_of "$STATE/previous/$previous_number")" "$(owner_of "$STATE/previous/$previous_number")"
    else
      rm -f "$ROOT$previous_path"
    fi
  done <"$STATE/previous/paths"
  limited 60 systemctl daemon-reload
  rm -rf "$STATE/activating" "$STATE/previous"
  if start_service restart; then
    START_CAUSE="$previous_cause. The files from before are back, and K3s runs with them again"
  else
    START_CAUSE="$previous_cause. The files from before are back, but K3s does not start with them either: $START_CAUSE"
  fi
  START_FAILURE=$previous_failure
}
