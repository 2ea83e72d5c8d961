# Collects what somebody who helps would ask for, as one text without secrets. Works when K3s does not.
# Result: bundle (base64), the text's end when it is very long.
# shellcheck shell=sh
# shellcheck disable=SC2154
use kube mask

step_lock() {
  :
}

step() {
  need NODE
  doctor_text >"$SCRATCH/doctor"
  # Written at once: it is too long for an argument.
  {
    printf ',"bundle":"'
    tail -c 8000000 "$SCRATCH/doctor" | base64 | tr -d '\n'
    printf '"'
  } >>"$SCRATCH/result"
}

doctor_text() {
  for doctor_unit in k3s k3s-agent; do
    [ -f "$ROOT/etc/systemd/system/$doctor_unit.service" ] || continue
    show "systemctl status $doctor_unit" limited 20 systemctl status --no-pager --full -n 0 "$doctor_unit"
    show "systemctl cat $doctor_unit" limited 20 systemctl cat --no-pager "$doctor_unit"
    show "journal of $doctor_unit" limited 60 journalctl --no-pager -n "${IN_LINES:-1000}" -u "$doctor_unit"
  done
  show 'k3s --version' limited 30 "$K3S" --version
  for doctor_file in "$ETC"/config.yaml "$ETC"/config.yaml.d/* "$ETC"/registries.yaml "$ETC"/*.json "$ROOT"/etc/systemd/system/k3s*.env "$ROOT"/etc/sysctl.d/90-k3stack.conf; do
    [ ! -f "$doctor_file" ] || show "$doctor_file" cat "$doctor_file"
  done
  show 'files of k3stack' find "$STATE" "$ETC" -maxdepth 2 -exec ls -ld {} +
  # Without the sums, some of which are of secrets.
  # shellcheck disable=SC2016
  show "$STATE/active" awk '{ print $1, $3 }' "$STATE/active"
  show 'nodes' limited 20 "$K3S" kubectl --kubeconfig "$ADMIN" --request-timeout=10s get nodes -o wide
  show 'pods that do not run' limited 20 "$K3S" kubectl --kubeconfig "$ADMIN" --request-timeout=10s get pods -A -o wide --field-selector status.phase!=Running,status.phase!=Succeeded
  show 'events' limited 20 "$K3S" kubectl --kubeconfig "$ADMIN" --request-timeout=10s get events -A --field-selector type=Warning
  show 'kernel' doctor_kernel
  show 'system' doctor_system
  show 'disks' df -Ph
  show 'inodes' df -Pi
  show 'memory' free -m
  show 'addresses' ip addr
  show 'routes' doctor_routes
  show 'listening' doctor_listening
  show 'iptables' doctor_iptables
  show 'time' doctor_time
  show 'processes' ps -eo pid,ppid,stat,etime,rss,comm
}

# show TITLE COMMAND...: its output, or why there is none.
show() {
  printf '\n=== %s\n' "$1"
  shift
  { "$@" </dev/null 2>&1 || printf '(status %s)\n' $?; } | masked_tokens
}

doctor_kernel() {
  uname -a
  dmesg 2>/dev/null | tail -n 60
}
doctor_system() {
  cat "$ROOT/etc/os-release"
  cat /proc/loadavg /proc/cgroups
  cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null || echo 'no unified cgroups'
}
doctor_routes() {
  ip route
  ip -6 route
}
doctor_listening() {
  if has ss; then ss -lntup; else netstat -lntup; fi
}
doctor_iptables() {
  iptables --version
  iptables-save 2>/dev/null | wc -l
}
doctor_time() {
  date -u
  timedatectl show 2>/dev/null || echo 'no timedatectl'
}
