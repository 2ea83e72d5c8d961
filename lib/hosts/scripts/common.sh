# What every script shares: paths, exit codes, messages and the result. Sourced by job.sh.
# shellcheck shell=sh
# Variables of one script are read by others.
# shellcheck disable=SC2034

# Only tests set it.
ROOT=${K3STACK_ROOT:-}
STATE=$ROOT/var/lib/k3stack
# In memory, until the next reboot.
RUN=$ROOT/run/k3stack

# exit_code NAME: the table of lib/hosts/exit-codes.ts.
exit_code() {
  case $1 in
    ok) echo 0 ;;
    internal) echo 1 ;;
    requirements) echo 10 ;;
    notOwned) echo 11 ;;
    sudo) echo 12 ;;
    scriptsMissing) echo 13 ;;
    badInput) echo 14 ;;
    locked) echo 15 ;;
    checksum) echo 20 ;;
    diskFull) echo 21 ;;
    download) echo 22 ;;
    twoClusters) echo 30 ;;
    datastoreLost) echo 31 ;;
    wrongCluster) echo 32 ;;
    joinFailed) echo 33 ;;
    nameTaken) echo 34 ;;
    serverUnreachable) echo 35 ;;
    quorum) echo 40 ;;
    drain) echo 41 ;;
    unhealthy) echo 42 ;;
    startFailed) echo 43 ;;
    versionPath) echo 44 ;;
    dataLoss) echo 45 ;;
    rotation) echo 46 ;;
    timeout) echo 50 ;;
    *) echo 1 ;;
  esac
}

# say TEXT...: a line for people. Never a secret.
say() {
  printf 'k3stack: %s\n' "$*" >&2
}

# fail NAME TEXT...: ends the step with the exit code of that name. Works in subshells too, when their caller stops at a failure.
fail() {
  fail_code=$(exit_code "$1")
  shift
  say "$*"
  if [ -n "${SCRATCH:-}" ]; then
    echo "$fail_code" >"$SCRATCH/failed"
  fi
  exit "$fail_code"
}

# use NAME...: sources further libraries of the same release.
use() {
  for use_name in "$@"; do
    # shellcheck disable=SC1090
    . "$SCRIPTS/$use_name.sh"
  done
}

# need NAME...: variables the input must have.
need() {
  for need_name in "$@"; do
    eval "need_value=\${IN_$need_name-}"
    [ -n "$need_value" ] || fail badInput "the input has no $need_name"
  done
}

# each_record KIND FUNCTION: calls FUNCTION with the fields of each record of that kind, in order.
each_record() {
  record_kind=$1
  record_function=$2
  # shellcheck disable=SC1091
  . "$JOB/input"
}

# each_context KIND FUNCTION: the same for records of the context, such as `record server …`.
each_context() {
  record_kind=$1
  record_function=$2
  # shellcheck disable=SC1091
  [ ! -f "$STATE/context" ] || . "$STATE/context"
}

# Called by the text of inputs and contexts.
record() {
  [ "$1" = "${record_kind:-}" ] || return 0
  shift
  "$record_function" "$@"
}

# Last line of an input; without it a cut connection would make a list look shorter than it is.
end() {
  input_ended=yes
}

# cleanup COMMAND: shell text to run when the step ends in any way, the last one first.
cleanup() {
  CLEANUP="$1
${CLEANUP:-}"
}

# limited SECONDS COMMAND...: ends a command that takes too long, with 124.
limited() {
  timeout -k 5 "$@"
}

# until_true SECONDS COMMAND...: tries every second; fails when the time is over.
until_true() {
  until_end=$(($(date +%s) + $1))
  shift
  while ! "$@"; do
    [ "$(date +%s)" -lt "$until_end" ] || return 1
    sleep 1
  done
}

# has COMMAND: whether the host has it.
has() {
  command -v "$1" >/dev/null 2>&1
}

# count WORD...
count() {
  echo $#
}

# json_string VALUE: as JSON, whatever bytes it holds.
json_string() {
  case $1 in
    *[!A-Za-z0-9\ ._:/@,+=\(\)-]*)
      printf '%s\n' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '
        BEGIN {
          for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
          printf "\""
        }
        {
          if (NR > 1) printf "\\n"
          if ($0 !~ /[\001-\037]/) { printf "%s", $0; next }
          for (i = 1; i <= length($0); i++) {
            c = substr($0, i, 1)
            printf "%s", (c in code) ? code[c] : c
          }
        }
        END { printf "\"" }'
      ;;
    *) printf '"%s"' "$1" ;;
  esac
}

# json_list WORD...: a list of strings.
json_list() {
  printf '['
  list_separator=''
  for list_item in "$@"; do
    printf '%s' "$list_separator"
    json_string "$list_item"
    list_separator=,
  done
  printf ']'
}

# did TEXT...: what the step did, for people and for the result.
did() {
  say "$*"
  { [ ! -s "$SCRATCH/did" ] || printf ','; json_string "$*"; } >"$SCRATCH/did.new"
  cat "$SCRATCH/did.new" >>"$SCRATCH/did"
}

# result KEY VALUE: a text in the result.
result() {
  result_json "$1" "$(json_string "$2")"
}

# result_json KEY JSON: anything else in the result.
result_json() {
  printf ',"%s":%s' "$1" "$2" >>"$SCRATCH/result"
}

# Prints the one line that a step hands out.
print_result() {
  printf '{"k3stack":1,"step":'
  json_string "$IN_STEP"
  printf ',"node":'
  json_string "${IN_NODE:-}"
  printf ',"did":['
  cat "$SCRATCH/did" 2>/dev/null || :
  printf ']'
  cat "$SCRATCH/result" 2>/dev/null || :
  printf '}\n'
}
