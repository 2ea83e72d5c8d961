#!/bin/bash
# Runs one machine of the lab until it is switched off. A reboot from its inside boots it again on a new network stack, as on a real host.
# shellcheck disable=SC2154 # the settings come from the environment
set -eu

# What nspawn ends with when its machine wants to boot again.
REBOOTED=133

# Hierarchies of control groups in which a machine gets groups of its own: version 2, and of version 1 those in which nobody has put
# this process into a group.
find_hierarchies() {
  local root
  hierarchies=()
  writable=
  for root in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -e "$root/cgroup.procs" ] || continue
    if [ "$(stat -f -c %T "$root")" != cgroup2fs ]; then
      is_at_root "${root##*/}" || continue
      writable="$writable ${root##*/}"
    fi
    hierarchies+=("$root")
  done
}

is_at_root() {
  local _ controllers path
  while IFS=: read -r _ controllers path; do
    case ",${controllers#name=}," in
    *",$1,"*) [ "$path" = / ] && return ;;
    esac
  done </proc/self/cgroup
  return 1
}

enter_cgroup() {
  local root folder name
  for root in "${hierarchies[@]}"; do
    folder=$root
    for name in k3stack-lab "$LAB" "$HOST" "$1"; do
      delegate "$folder"
      folder=$folder/$name
      mkdir -p "$folder"
      copy_cpuset "$folder"
    done
    echo "$BASHPID" >"$folder/cgroup.procs"
  done
}

delegate() {
  local controller
  [ -e "$1/cgroup.controllers" ] || return 0
  # shellcheck disable=SC2013 # words, not lines
  for controller in $(cat "$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" || true
  done 2>/dev/null
}

copy_cpuset() {
  local file
  for file in cpuset.cpus cpuset.mems; do
    [ -e "$1/cpuset.sched_load_balance" ] || return 0
    cat "$1/../$file" >"$1/$file"
  done
}

# A network stack without anything of an earlier boot, plugged into the switch.
connect() {
  local link script
  for link in "$PORT" "cable-$PORT" "side-$PORT"; do ip -n "$SWITCH" link delete "$link" 2>/dev/null || true; done
  ip netns delete "$NETNS" 2>/dev/null || true
  ip netns add "$NETNS"
  ip -n "$SWITCH" link add "$PORT" type veth peer name host0 address "$MAC" netns "$NETNS"
  ip -n "$SWITCH" link set "$PORT" master switch up
  ip -n "$NETNS" -batch - <<END
link set lo up
address add $ADDRESS/24 dev host0
link set host0 up
route add default via $GATEWAY
END
  for script in "$STATE"/cable/*.sh; do
    if [ -e "$script" ]; then bash -e "$script"; fi
  done
}

boot() (
  enter_cgroup machine
  kmsg=()
  if [ -e /dev/kmsg ]; then kmsg=(--bind=/dev/kmsg); fi
  # A name of the whole path: nspawn keeps a folder of this name, and two labs may each have a host alfa.
  exec systemd-nspawn --quiet --register=no --keep-unit --network-namespace-path="/run/netns/$NETNS" \
    --directory="$STATE/root" --machine="$LAB-$HOST" --hostname="$HOST" --capability=all \
    --console=pipe --resolv-conf=off --timezone=off --link-journal=no --setenv=LAB_CGROUPS="$writable" "${kmsg[@]}" --boot
)

find_hierarchies
enter_cgroup keeper
status=$REBOOTED
while [ "$status" -eq "$REBOOTED" ]; do
  connect
  status=0
  boot || status=$?
done
exit "$status"
