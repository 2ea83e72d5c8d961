# Reads back what a host is, against what K3s was started with there (`active`). Changes nothing; the operator's machine compares with the program.
# Result: active, staged, activating (digests); things (path, state same|changed|missing, mode, owner, sha256 as a manifest has it);
# unit (state, enabled, startedAfterFiles, needsReload, restarts); foreign (paths nobody declared); config (base64 of config.yaml and drop-ins, masked); version.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube activate version mask foreign

step_lock() {
  :
}

step() {
  need NODE ROLE UNIT
  owner_check
  result active "$(digest_of "$STATE/active")"
  result staged "$(basename "$(readlink "$STATE/staged/current" 2>/dev/null || echo '')")"
  result activating "$(cat "$STATE/activating" 2>/dev/null || :)"
  result version "$(binary_version)"
  result_json things "[$(things)]"
  result_json unit "$(unit_json)"
  foreign_paths "$STATE/active" >"$SCRATCH/foreign"
  set --
  while read -r foreign_path; do
    set -- "$@" "$foreign_path"
  done <"$SCRATCH/foreign"
  result_json foreign "$(json_list "$@")"
  result_json config "[$(config_files)]"
}

digest_of() {
  [ ! -f "$1" ] || sha256_of "$1"
}

# things: files and artifacts of the active manifest; its other lines have no path.
things() {
  [ -f "$STATE/active" ] || return 0
  things_separator=''
  while read -r _ thing_sha thing_path; do
    case $thing_path in /*) ;; *) continue ;; esac
    printf '%s' "$things_separator"
    thing_json "$thing_path" "$thing_sha"
    things_separator=,
  done <"$STATE/active"
}

# Of an artifact a manifest has the sum of its bytes, of a file that of its mode and owner too.
thing_json() {
  thing_file=$ROOT$1
  if [ ! -f "$thing_file" ]; then
    printf '{"path":%s,"state":"missing"}' "$(json_string "$1")"
    return
  fi
  thing_is=$(manifest_sha "$thing_file")
  thing_state=changed
  if [ "$thing_is" = "$2" ]; then
    thing_state=same
  elif [ "$(sha256_of "$thing_file")" = "$2" ]; then
    thing_state=same
    thing_is=$2
  fi
  printf '{"path":%s,"state":"%s","mode":"%s","owner":"%s","sha256":"%s"}' "$(json_string "$1")" "$thing_state" "$(mode_of "$thing_file")" "$(owner_of "$thing_file")" "$thing_is"
}

unit_json() {
  unit_pid=$(unit_property "$SERVICE" MainPID)
  printf '{"state":%s,"enabled":%s,"needsReload":%s,"restarts":%s,"startedAfterFiles":%s}' \
    "$(json_string "$(unit_state "$SERVICE")")" "$(truth "$(limited 20 systemctl is-enabled "$SERVICE" 2>/dev/null)" enabled)" \
    "$(truth "$(unit_property "$SERVICE" NeedDaemonReload)" yes)" "$(number "$(unit_property "$SERVICE" NRestarts)")" "$(started_after_files "${unit_pid:-0}")"
}
truth() {
  if [ "$1" = "$2" ]; then echo true; else echo false; fi
}
number() {
  case $1 in '' | *[!0-9]*) echo 0 ;; *) echo "$1" ;; esac
}

# started_after_files PID: whether the process is younger than every file that only a restart takes up; null when it does not run, or was never started
# by us.
started_after_files() {
  after_start=$(process_start "$1")
  if [ "$1" = 0 ] || [ -z "$after_start" ] || [ ! -f "$STATE/active" ]; then
    echo null
    return
  fi
  after_boot=$(sed -n 's/^btime //p' /proc/stat)
  after_start=$((after_boot + after_start / $(getconf CLK_TCK 2>/dev/null || echo 100)))
  after_all=true
  while read -r after_class _ after_path; do
    case $after_class-$after_path in restart-/* | drain-restart-/*) ;; *) continue ;; esac
    [ -f "$ROOT$after_path" ] || continue
    # A second for the clock's own steps.
    [ "$(stat -c %Y "$ROOT$after_path")" -le "$((after_start + 1))" ] || after_all=false
  done <"$STATE/active"
  echo "$after_all"
}

config_files() {
  config_separator=''
  for config_file in "$ETC/config.yaml" "$ETC/config.yaml.d"/*.yaml "$ETC/config.yaml.d"/*.yml; do
    [ -f "$config_file" ] || continue
    printf '%s{"path":%s,"text":"%s"}' "$config_separator" "$(json_string "${config_file#"$ROOT"}")" "$(masked_config <"$config_file" | base64 | tr -d '\n')"
    config_separator=,
  done
}

masked_config() {
  sed -E -e 's/^(token|agent-token|etcd-s3-(access|secret)-key|etcd-s3-session-token|datastore-endpoint|vpn-auth)(\+?):.*/\1\3: "***"/' -e 's#://[^/@[:space:]]*@#://***@#g'
}
