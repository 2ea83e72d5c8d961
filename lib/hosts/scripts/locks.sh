# Locks that outlive neither their process nor a reboot (docs/decisions/0007-what-a-step-is.md).
# shellcheck shell=sh

boot_id() {
  cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown
}

# process_start PID: when it began, in ticks; tells a process from a later one with its number. Empty when there is none.
process_start() {
  # A name may hold spaces and brackets, so count from the last bracket.
  sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# is_alive PID START BOOT
is_alive() {
  [ -n "$1" ] && [ "$3" = "$(boot_id)" ] && [ -n "$2" ] && [ "$(process_start "$1")" = "$2" ]
}

# mutex_take FOLDER, mutex_drop FOLDER: around a few file operations.
mutex_take() {
  mutex_tries=0
  until mkdir "$1" 2>/dev/null; do
    mutex_tries=$((mutex_tries + 1))
    # Only somebody killed within those few operations leaves it behind.
    if [ -n "$(find "$1" -prune -mmin +1 2>/dev/null)" ]; then rmdir "$1" 2>/dev/null || :; fi
    [ "$mutex_tries" -lt 900 ] || fail internal "$1 could not be made"
    sleep 0.1 2>/dev/null || sleep 1
  done
}
mutex_drop() {
  rmdir "$1" 2>/dev/null || :
}

# lock_take NAME SECONDS: waits 20 seconds for another holder, then refuses. It expires after SECONDS.
lock_take() {
  lock_folder=$STATE/locks/$1
  lock_end=$(($(date +%s) + ${K3STACK_LOCK_WAIT:-20}))
  mkdir -p "$lock_folder"
  lock_temp=$lock_folder/holder.$$
  {
    echo "step=$IN_STEP of ${IN_NODE:-} ${IN_OWNER:-}"
    echo "pid=$$"
    echo "start=$(process_start $$)"
    echo "boot=$(boot_id)"
    echo "client=$(client_address)"
    echo "since=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "expires=$(($(date +%s) + $2))"
  } >"$lock_temp" || fail diskFull "no space left to write $lock_temp"
  until ln "$lock_temp" "$lock_folder/holder" 2>/dev/null; do
    lock_takeover && continue
    if [ "$(date +%s)" -ge "$lock_end" ]; then
      rm -f "$lock_temp"
      fail locked "this host is locked by $(lock_field step) since $(lock_field since) (from $(lock_field client), process $(lock_field pid)), until $(lock_expiry) at the latest; run again when it has ended"
    fi
    sleep 1
  done
  rm -f "$lock_temp"
}

# lock_drop NAME
lock_drop() {
  lock_folder=$STATE/locks/$1
  # A host that was erased has no locks.
  [ -d "$lock_folder" ] || return 0
  mutex_take "$lock_folder/change"
  [ "$(lock_field pid)" != $$ ] || rm -f "$lock_folder/holder"
  mutex_drop "$lock_folder/change"
}

# Removes a holder that is gone or past its time, and says so.
lock_takeover() {
  lock_is_stale || return 1
  mutex_take "$lock_folder/change"
  if lock_is_stale; then
    say "took over the lock of $(lock_field step) from $(lock_field client), since $(lock_field since): $lock_why"
    rm -f "$lock_folder/holder"
  fi
  mutex_drop "$lock_folder/change"
}

lock_is_stale() {
  [ -f "$lock_folder/holder" ] || return 1
  lock_why='its process is gone'
  [ "$(lock_field boot)" = "$(boot_id)" ] || lock_why='the host was started anew since'
  is_alive "$(lock_field pid)" "$(lock_field start)" "$(lock_field boot)" || return 0
  lock_why='its time is over'
  [ "$(date +%s)" -gt "$(lock_field expires)" ]
}

lock_field() {
  sed -n "s/^$1=//p" "$lock_folder/holder" 2>/dev/null
}

lock_expiry() {
  date -u -d "@$(lock_field expires)" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || lock_field expires
}

client_address() {
  client_rest=${SSH_CONNECTION:-}
  client_first=${client_rest%% *}
  printf '%s\n' "${CLIENT:-${client_first:-the host itself}}"
}
