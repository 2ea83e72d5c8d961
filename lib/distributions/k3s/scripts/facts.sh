# What a host says about itself. Runs with nothing staged, and changes nothing.
# shellcheck shell=sh
# shellcheck disable=SC2154

use owner kube token version

step() {
  # shellcheck disable=SC2034
  IN_STEP=facts
  system_facts
  if [ "$(uname -s)" != Linux ]; then
    no_facts
    return
  fi
  machine_facts
  cgroup_facts
  network_facts
  tool_facts
  k3s_facts
}

system_facts() {
  result_json clock "$(date +%s)"
  result system "$(uname -s)"
  result machine "$(uname -m)"
  result kernel "$(uname -r)"
  result hostname "$(uname -n)"
}

# Of another system nothing more is asked: it has neither /proc nor these programs, and is refused as what it is.
no_facts() {
  result machineId ''
  result init unknown
  result_json cgroupControllers '[]'
  result_json portsInUse '[]'
  for fact_number in memory cpus diskFree; do
    result_json "$fact_number" 0
  done
}

machine_facts() {
  result machineId "$(cat "$ROOT/etc/machine-id" 2>/dev/null || :)"
  result productUuid "$(cat /sys/class/dmi/id/product_uuid 2>/dev/null || :)"
  # shellcheck disable=SC1091
  result os "$(. "$ROOT/etc/os-release" 2>/dev/null && echo "${PRETTY_NAME:-${ID:-}}")"
  result init "$(init_name)"
  result_json memory "$(awk '/^MemTotal:/ { printf "%d", $2 / 1024 }' /proc/meminfo)"
  result_json cpus "$(nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
  result_json diskFree "$(free_mib "$DATA")"
  result_json swap "$(if [ "$(wc -l </proc/swaps)" -gt 1 ]; then echo true; else echo false; fi)"
  time_fact
}

init_name() {
  if [ -d "$ROOT/run/systemd/system" ]; then
    echo systemd
  elif [ -d "$ROOT/run/openrc" ]; then
    echo openrc
  else
    # systemctl refuses to work where systemd has not made that folder.
    sed 's/^systemd$/systemd without \/run\/systemd\/system/' /proc/1/comm
  fi
}

# Unknown where nothing says so: a host may be kept right by what it runs on.
time_fact() {
  has timedatectl || return 0
  case $(limited 10 timedatectl show -p NTPSynchronized 2>/dev/null) in
    NTPSynchronized=yes) result_json timeSync true ;;
    NTPSynchronized=no) result_json timeSync false ;;
  esac
}

cgroup_facts() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    result_json cgroupVersion 2
    # shellcheck disable=SC2046
    result_json cgroupControllers "$(json_list $(cat /sys/fs/cgroup/cgroup.controllers))"
  else
    result_json cgroupVersion 1
    # shellcheck disable=SC2046
    result_json cgroupControllers "$(json_list $(awk '$4 == 1 { print $1 }' /proc/cgroups))"
  fi
}

network_facts() {
  fact_route=$(default_route)
  [ -z "$fact_route" ] || result defaultRoute "$fact_route"
  result_json portsInUse "[$(listening_ports | tr '\n' , | sed 's/,$//')]"
  # shellcheck disable=SC2046
  result_json listeners "$(json_list $(listeners))"
}

default_route() {
  {
    awk '$2 == "00000000" && $8 == "00000000" { print $1 }' /proc/net/route
    awk '$1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { print $10 }' /proc/net/ipv6_route
  } 2>/dev/null | head -n 1
}

listening_ports() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { n = split($2, part, ":"); print part[n] }' | sort -u |
    while read -r port; do
      echo "$((0x$port))"
    done | sort -nu
}

# As PORT/PROCESS.
listeners() {
  has ss || return 0
  ss -Hltnp 2>/dev/null | sed -n 's/^[^ ]* *[^ ]* *[^ ]* *[^ ]*:\([0-9]*\) .*(("\([^" ]*\)".*/\1\/\2/p' | sort -u
}

tool_facts() {
  fact_missing=''
  for tool in systemctl journalctl systemd-run awk sed grep base64 sha256sum stat timeout setsid cmp df find mount umount ip iptables modprobe; do
    has "$tool" || fact_missing="$fact_missing $tool"
  done
  has curl || has wget || fact_missing="$fact_missing curl"
  # shellcheck disable=SC2086
  result_json missing "$(json_list $fact_missing)"
  result_json iscsi "$(has iscsiadm && echo true || echo false)"
  result_json nfs "$(has mount.nfs && echo true || echo false)"
  # shellcheck disable=SC2046
  result_json proxies "$(json_list $(proxy_names))"
}

# Those that are not set for K3s too. Names only: an address of a proxy may hold a password.
proxy_names() {
  cat "$ROOT/etc/default/$SERVICE" "$ROOT/etc/sysconfig/$SERVICE" 2>/dev/null | proxy_variables | grep -q . ||
    { env && cat "$ROOT/etc/environment" 2>/dev/null; } | proxy_variables
}
proxy_variables() {
  sed -n 's/^ *\(export  *\)\{0,1\}\([A-Za-z]*_[Pp][Rr][Oo][Xx][Yy]\)=.*/\2/p' | grep -i -v '^no_proxy$' | sort -u
}

k3s_facts() {
  fact_hash=$(ca_hash)
  [ -z "$fact_hash" ] || result caHash "$fact_hash"
  result datastore "$(datastore_state)"
  fact_owner=$(owner_field OWNER)
  [ -z "$fact_owner" ] || result owner "$fact_owner"
  fact_node=$(owner_field NODE)
  [ -z "$fact_node" ] || result node "$fact_node"
  fact_found=$(installed_distribution)
  if [ -n "$fact_found" ]; then
    result_json installed "{\"distribution\":$(json_string "$fact_found"),\"version\":$(json_string "$(installed_version "$fact_found")")}"
  fi
  if [ -f "$STATE/active" ]; then
    result activeDigest "$(sha256_of "$STATE/active")"
    result_json rotations "{$(rotation_sums)}"
  fi
  fact_staged=$(readlink "$STATE/staged/current" 2>/dev/null) || :
  [ -z "$fact_staged" ] || result stagedDigest "${fact_staged##*/}"
}

# Of a manifest's lines about rotations: name and sum of its number.
rotation_sums() {
  sed -n 's/^[^ ]* \([0-9a-f]*\) rotate:\([a-z-]*\)$/"\2":"\1"/p' "$STATE/active" | tr '\n' , | sed 's/,$//'
}

# An external datastore is not seen from here: such a server has data when it once had a token of its cluster.
datastore_state() {
  if data_is_there || [ -s "$DATA/server/token" ]; then
    if ! data_is_there && [ -f "$ETC/initialised" ]; then
      echo lost
    elif unit_active "$SERVICE"; then
      echo running
    else
      echo stopped
    fi
  elif [ -f "$ETC/initialised" ]; then
    echo lost
  else
    echo empty
  fi
}

# What a host can only have one of. Image archives and settings that lie in agent/ before K3s first ran are no K3s.
installed_distribution() {
  if [ -f "$ROOT/etc/systemd/system/k3s.service" ] || [ -f "$ROOT/etc/systemd/system/k3s-agent.service" ] ||
    [ -d "$DATA/server" ] || [ -f "$DATA/agent/kubelet.kubeconfig" ]; then
    echo k3s
  elif [ -d "$ROOT/var/lib/rancher/rke2" ] || [ -d "$ROOT/etc/rancher/rke2" ]; then
    echo rke2
  elif [ -d "$ROOT/var/snap/microk8s" ]; then
    echo microk8s
  elif [ -d "$ROOT/var/lib/k0s" ]; then
    echo k0s
  elif [ -f "$ROOT/etc/kubernetes/kubelet.conf" ]; then
    echo kubeadm
  fi
}

installed_version() {
  fact_version=''
  [ "$1" != k3s ] || fact_version=$(binary_version)
  echo "${fact_version:-unknown}"
}
