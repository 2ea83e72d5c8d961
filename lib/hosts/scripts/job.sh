# Runs a step apart from the connection that asked for it: `job.sh OPERATION`, with the step's input on standard input
# (docs/decisions/0007-what-a-step-is.md).
# shellcheck shell=sh
set -eu
umask 077
export LC_ALL=C
export PATH=${K3STACK_PATH:+$K3STACK_PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
unset CDPATH ENV IFS
SCRIPTS=$(cd -P "$(dirname "$0")" && pwd)

for library in common files locks systemd; do
  # shellcheck disable=SC1090
  . "$SCRIPTS/$library.sh"
done

# In memory: no secret reaches a disk, a reboot clears it, and a full disk hides no message.
JOBS=$RUN/jobs

# Stores the input, starts the step unless the same one runs already, and hands out what it says.
job_request() {
  OPERATION=$1
  case $OPERATION in create | update | delete | run) ;; *) fail badInput "no such operation: $OPERATION" ;; esac
  [ "$(id -u)" = 0 ] || [ -n "$ROOT" ] || fail sudo 'this is for root'
  make_folders
  request=$JOBS/.input.$$
  trap 'rm -f "$request"' EXIT
  cat >"$request" || fail diskFull "no space left to write $request"
  [ "$(tail -n 1 "$request")" = end ] || fail badInput 'the input ended early: the connection was cut while it was sent. Run again'
  read_input "$request"
  JOB=$JOBS/$IN_STEP-$(job_digest)
  mutex_take "$JOBS/.change"
  if job_runs "$JOB"; then
    say "$IN_STEP runs on this host already, since $(cat "$JOB/since"); waiting for it"
  else
    clean_jobs
    job_store || {
      mutex_drop "$JOBS/.change"
      fail diskFull "no space left to write $JOB"
    }
    job_start
  fi
  # What it says may be a secret and is removed by the first who has read it.
  exec 3<"$JOB/stdout"
  mutex_drop "$JOBS/.change"
  job_follow
}

make_folders() {
  for folder in "$STATE/locks" "$JOBS"; do
    folder_error=$(mkdir -p "$folder" 2>&1) || [ -d "$folder" ] || case $folder_error in
      *'No space left'* | *'uota exceeded'*) fail diskFull "no space left to write $folder" ;;
      *) fail internal "$folder could not be made: $folder_error" ;;
    esac
  done
  chmod 0700 "$STATE" "$RUN"
}

# read_input FILE: sets the IN_… variables. The operator quoted all that is in it.
read_input() {
  input_ended=''
  # A mistake in it would end this shell.
  sh -n "$1" 2>/dev/null || fail badInput 'the input is not what this release of k3stack understands'
  # shellcheck disable=SC1090
  . "$1" || fail badInput 'the input is not what this release of k3stack understands'
  [ "$input_ended" = yes ] || fail badInput 'the input ended early; run again'
  need STEP DEADLINE
  case $IN_STEP in *[!a-z-]*) fail badInput "no such step: $IN_STEP" ;; esac
  [ -f "$SCRIPTS/$IN_STEP.sh" ] || fail scriptsMissing "there is no script $IN_STEP in $SCRIPTS; another release of k3stack staged its scripts in between. Run again"
}

job_digest() {
  { echo "$OPERATION" && cat "$request"; } | sha256sum | cut -c 1-32
}

job_store() {
  rm -rf "$JOB"
  mkdir -p "$JOB/scratch" && mv "$request" "$JOB/input" && : >"$JOB/stdout" && : >"$JOB/stderr" &&
    date -u +%Y-%m-%dT%H:%M:%SZ >"$JOB/since"
}

# job_runs FOLDER: whether its process is there.
job_runs() {
  [ -f "$1/boot" ] && [ ! -f "$1/exit" ] || return 1
  # shellcheck disable=SC2046
  is_alive $(cat "$1/pid") "$(cat "$1/boot")"
}

# Folders of jobs that ended: nothing secret stays, and what is left goes after a day.
clean_jobs() {
  for old_job in "$JOBS"/*-*; do
    [ -d "$old_job" ] || continue
    ! job_runs "$old_job" || continue
    rm -rf "$old_job/input" "$old_job/stdout" "$old_job/scratch"
    [ -z "$(find "$old_job" -prune -mtime +0)" ] || rm -rf "$old_job"
  done
  find "$JOBS" -maxdepth 1 -name '.input.*' -mmin +10 -exec rm -f {} +
}

# Starts the step where neither the end of the connection nor that of the user's session reaches it.
job_start() {
  export CLIENT OPERATION
  CLIENT=$(client_address)
  set -- setsid sh "$SCRIPTS/job.sh" --detached "$JOB"
  if has systemd-run && [ -z "$ROOT" ] && systemd-run --quiet --scope --slice=system.slice true 2>/dev/null; then
    set -- systemd-run --quiet --scope --slice=system.slice "$@"
  fi
  "$@" </dev/null >"$JOB/stdout" 2>"$JOB/stderr" &
  start_tries=0
  while [ ! -f "$JOB/boot" ] && [ ! -f "$JOB/exit" ]; do
    start_tries=$((start_tries + 1))
    [ "$start_tries" -lt 300 ] || break
    pause
  done
}

pause() {
  sleep 0.1 2>/dev/null || sleep 1
}

# Passes on what the step says until it has ended.
job_follow() {
  said=0
  while [ ! -f "$JOB/exit" ]; do
    follow_stderr
    job_runs "$JOB" || {
      pause
      [ -f "$JOB/exit" ] || fail internal "$IN_STEP ended without a result: it was killed, or the host has no memory left. Run again"
    }
    pause
  done
  follow_stderr
  cat <&3
  rm -f "$JOB/stdout"
  follow_code=$(cat "$JOB/exit")
  # The step took K3s off this host: nobody asks for what is left.
  [ -d "$STATE" ] || rm -rf "$RUN"
  exit "$follow_code"
}
follow_stderr() {
  written=$(wc -c <"$JOB/stderr")
  [ "$written" -gt "$said" ] || return 0
  tail -c "+$((said + 1))" "$JOB/stderr" | head -c "$((written - said))" >&2
  said=$written
}

# The detached part: leader of its own session, which ends with the step.
job_detached() {
  JOB=$1
  SCRATCH=$JOB/scratch
  trap '' HUP
  read_input "$JOB/input"
  echo "$$ $(process_start $$)" >"$JOB/pid"
  # Whoever sees it takes it as complete.
  boot_id >"$JOB/boot.new"
  mv "$JOB/boot.new" "$JOB/boot"
  (job_step) &
  step_process=$!
  job_watch "$step_process" &
  wait "$step_process" && step_code=0 || step_code=$?
  [ "$step_code" -le 128 ] || [ ! -f "$SCRATCH/late" ] || step_code=$(exit_code timeout)
  kill_session TERM
  rm -rf "$JOB/input" "$SCRATCH"
  echo "$step_code" >"$JOB/exit.new"
  mv "$JOB/exit.new" "$JOB/exit"
}

# In a process of its own: whatever happens in it, the folder of the job is cleared behind it.
job_step() {
  trap 'step_end $?' EXIT
  trap 'exit 50' TERM INT
  # shellcheck disable=SC1090
  . "$SCRIPTS/$IN_STEP.sh"
  LOCK=host
  ! is_function step_lock || LOCK=$(step_lock)
  if [ -n "$LOCK" ]; then
    lock_take "$LOCK" "$((IN_DEADLINE + 60))"
    cleanup "lock_drop '$LOCK'"
  fi
  if is_function "step_$OPERATION"; then
    "step_$OPERATION"
  elif is_function step; then
    step
  else
    fail badInput "$IN_STEP has nothing to do for $OPERATION"
  fi
  print_result
}

is_function() {
  case $(command -V "$1" 2>/dev/null) in *function*) return 0 ;; *) return 1 ;; esac
}

# step_end STATUS: a status that no script chose is a defect, not what the table says of that number.
step_end() {
  trap - EXIT TERM INT
  set +e
  eval "${CLEANUP:-}"
  [ "$1" != 0 ] || exit 0
  [ ! -f "$SCRATCH/late" ] || exit "$(exit_code timeout)"
  [ "$(cat "$SCRATCH/failed" 2>/dev/null)" = "$1" ] || {
    say "$IN_STEP ended unexpectedly with status $1; this is a defect of k3stack"
    exit "$(exit_code internal)"
  }
  exit "$1"
}

# job_watch PROCESS: ends the step and all it started when its time is over; half a minute is for its cleaning up.
job_watch() {
  sleep "$IN_DEADLINE" &
  wait $!
  say "$IN_STEP did not end within $IN_DEADLINE s and is ended; run again to go on where it stopped"
  : >"$SCRATCH/late"
  watch_process=$(exec sh -c 'echo $PPID')
  kill_session TERM "$1" "$watch_process"
  kill -TERM "$1" 2>/dev/null || :
  sleep "${K3STACK_GRACE:-30}" &
  wait $!
  kill_session KILL "$1" "$watch_process"
  kill -KILL "$1" 2>/dev/null || :
}

# session_of PROCESS
session_of() {
  { read -r stat_line <"/proc/$1/stat"; } 2>/dev/null || return 0
  # Behind its name, which may hold anything: state, parent, group, session.
  # shellcheck disable=SC2086
  set -- ${stat_line##*) }
  echo "$4"
}

# kill_session SIGNAL [PROCESS...]: every process of this session but its leader and those.
kill_session() {
  kill_signal=$1
  shift
  kill_not=" $$ $* "
  for stat in /proc/[0-9]*/stat; do
    stat_process=${stat#/proc/}
    stat_process=${stat_process%/stat}
    case $kill_not in *" $stat_process "*) continue ;; esac
    [ "$(session_of "$stat_process")" != $$ ] || kill "-$kill_signal" "$stat_process" 2>/dev/null || :
  done
}

case ${1:-} in
  --detached) job_detached "$2" ;;
  *) job_request "${1:-}" ;;
esac
