# Takes K3s off a host, with its data. Safe to run again from any point.
# shellcheck shell=sh
# shellcheck disable=SC2154

erase_host() {
  # From here on nothing can be asked any more.
  : >"$STATE/erasing"
  unit_stop "$SERVICE" 60 || say "$SERVICE does not stop; its processes are ended"
  limited 60 systemctl disable -q "$SERVICE" 2>/dev/null || :
  end_processes
  unmount_below "$ROOT/run/k3s" "$ROOT/var/lib/kubelet" "$ROOT/run/netns" "$DATA"
  remove_network
  remove_files
  limited 60 systemctl daemon-reload || :
  limited 20 systemctl reset-failed "$SERVICE" 2>/dev/null || :
  did "removed K3s and its data from $IN_NODE"
  rm -rf "$STATE"
}

# K3s leaves containers running. They are the children of its shims, or in a cgroup of pods; everything else on the host is not touched.
end_processes() {
  [ -z "$ROOT" ] || return 0
  end_round=0
  while [ "$end_round" -lt 5 ]; do
    end_list=$(k3s_processes)
    [ -n "$end_list" ] || return 0
    for end_process in $end_list; do
      kill -KILL "$end_process" 2>/dev/null || :
    done
    end_round=$((end_round + 1))
    sleep 1
  done
  fail internal "these processes of K3s do not end: $(echo "$end_list" | tr '\n' ' ')"
}
k3s_processes() {
  for end_folder in /proc/[0-9]*; do
    end_process=${end_folder#/proc/}
    end_parent=$(sed 's/^.*) //' "$end_folder/stat" 2>/dev/null | cut -d ' ' -f 1,2) || continue
    case $end_parent in 'Z '* | '') continue ;; esac
    end_own=-
    case $(readlink "$end_folder/exe" 2>/dev/null) in "$DATA"/*) end_own=k3s ;; esac
    case $(tr '\000' ' ' <"$end_folder/cmdline" 2>/dev/null) in "$DATA"/data/*/bin/containerd-shim*) end_own=k3s ;; esac
    ! grep -q kubepods "$end_folder/cgroup" 2>/dev/null || end_own=k3s
    echo "$end_process ${end_parent#* } $end_own"
  done | awk '
    { parent[$1] = $2; if ($3 == "k3s") own[$1] = 1 }
    END {
      for (process in parent) {
        ancestor = process
        for (depth = 0; depth < 64 && ancestor in parent; depth++) {
          if (ancestor in own) { print process; break }
          ancestor = parent[ancestor]
        }
      }
    }'
}

# unmount_below FOLDER...: what is mounted inside; a folder that is a mount itself stays one.
unmount_below() {
  for below in "$@"; do
    awk -v below="$below/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r >"$SCRATCH/mounts"
    while read -r mount_path; do
      # Spaces are octal there.
      mount_path=$(printf '%b' "$(printf '%s' "$mount_path" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')")
      case $mount_path in "$ROOT"/run/netns/cni-* | "$ROOT"/run/k3s/* | "$ROOT"/var/lib/kubelet/* | "$DATA"/*) ;; *) continue ;; esac
      umount "$mount_path" 2>/dev/null || umount -f "$mount_path" 2>/dev/null || umount -l "$mount_path" 2>/dev/null || :
    done <"$SCRATCH/mounts"
  done
}

remove_network() {
  [ -z "$ROOT" ] && has ip || return 0
  for link in $(ip -o link show master cni0 2>/dev/null | sed -n 's/^[0-9]*: \([^@:]*\).*/\1/p') \
    cni0 flannel.1 flannel-v6.1 flannel-wg flannel-wg-v6 kube-ipvs0; do
    ip link delete "$link" 2>/dev/null || :
  done
  for space in $(ip netns list 2>/dev/null | sed -n 's/^\(cni-[^ ]*\).*/\1/p'); do
    ip netns delete "$space" 2>/dev/null || :
  done
  for tables in iptables ip6tables; do
    has "$tables-save" || continue
    "$tables-save" 2>/dev/null | grep -q -i 'KUBE-\|CNI-\|flannel' || continue
    "$tables-save" | grep -v 'KUBE-\|CNI-' | grep -i -v flannel >"$SCRATCH/tables"
    "$tables-restore" <"$SCRATCH/tables" || say "the rules of K3s could not be taken out of $tables"
  done
}

remove_files() {
  cat "$STATE/active" "$STATE"/staged/*/manifest 2>/dev/null | awk '$3 ~ /^\// { print $3 }' | sort -u >"$SCRATCH/files"
  while read -r erase_path; do
    rm -f "$ROOT$erase_path"
  done <"$SCRATCH/files"
  # Of a K3s that was taken over: what its installer made would lead nowhere.
  for tool in kubectl crictl ctr; do
    case $(readlink "$ROOT/usr/local/bin/$tool" 2>/dev/null) in k3s | /usr/local/bin/k3s) rm -f "$ROOT/usr/local/bin/$tool" ;; esac
  done
  rm -f "$ROOT/usr/local/bin/k3s-killall.sh" "$ROOT/usr/local/bin/$SERVICE-uninstall.sh"
  rm -rf "$ROOT/etc/systemd/system/$SERVICE.service.d" "$ROOT/etc/systemd/system/$SERVICE.service" "$ROOT/etc/systemd/system/$SERVICE.service.env"
  for erase_path in "$DATA" "$ROOT/var/lib/kubelet" "$ROOT/run/k3s"; do
    remove_folder "$erase_path"
  done
  rm -rf "$ROOT/run/flannel" "$ROOT/var/lib/cni" "$ROOT/etc/rancher/node" "$ETC" "$K3S"
  rmdir "$ROOT/etc/rancher" "$ROOT/var/lib/rancher" 2>/dev/null || :
}

# remove_folder FOLDER: never into another file system that is still mounted in it; one that is a mount itself is emptied.
remove_folder() {
  [ -d "$1" ] || return 0
  remove_mount=$(awk -v below="$1/" 'index($2, below) == 1 { print $2; exit }' /proc/self/mounts)
  [ -z "$remove_mount" ] || fail internal "$remove_mount is still mounted, so nothing in $1 is removed; unmount it and run again"
  find "$1" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  rmdir "$1" 2>/dev/null || :
}
