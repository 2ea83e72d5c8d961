# Reboots a host of the cluster, in stages (IN_STAGE):
#   leave   on a server that is not to be rebooted, or on the only one: IN_TARGET, IN_TARGET_ROLE are drained after a look at etcd's majority;
#   now     on the host: it reboots a few seconds after the answer. Result: boot, to tell the next boot by;
#   back    on the server of leave: waits until IN_TARGET has started anew since IN_BOOT and is Ready, and lets it take pods.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster

step() {
  need NODE ROLE OWNER CLUSTER STAGE
  owner_check
  case $IN_STAGE in
    leave) reboot_leave ;;
    now) reboot_now ;;
    back) reboot_back ;;
    *) fail badInput "no stage of a reboot: $IN_STAGE" ;;
  esac
}

reboot_leave() {
  need TARGET TARGET_ROLE
  api_wait 60
  node_read "$IN_TARGET" || fail serverUnreachable "the API does not answer on $IN_NODE"
  [ -n "$n_name" ] || fail badInput "there is no Node $IN_TARGET in $IN_CLUSTER"
  [ "$IN_TARGET_ROLE" != server ] || quorum_check "$IN_TARGET" restart
  if others_take_pods "$IN_TARGET"; then
    node_drain "$IN_TARGET"
  else
    say "no other node takes pods, so $IN_TARGET is not drained"
  fi
}

# Apart from this step, whose processes end with it.
reboot_now() {
  result boot "$(boot_id)"
  if has systemd-run; then
    limited 20 systemd-run --quiet --on-active=3 systemctl reboot 2>"$SCRATCH/error" || fail internal "the reboot could not be asked for: $(tail -n 1 "$SCRATCH/error")"
  else
    limited 20 systemctl --no-block reboot || fail internal 'the reboot could not be asked for'
  fi
  did "$IN_NODE reboots"
}

reboot_back() {
  need TARGET BOOT
  api_wait 300
  until_true "${IN_SECONDS:-600}" reboot_is_back || fail unhealthy "$IN_TARGET has not come back within ${IN_SECONDS:-600} s: its Node is ${n_ready:-away}, boot ${back_boot:-unknown}"
  node_uncordon "$IN_TARGET" || fail unhealthy "$IN_TARGET is back, but still cordoned; undo it by: kubectl uncordon $IN_TARGET"
  did "$IN_TARGET is back"
}

reboot_is_back() {
  back_boot=$(kube get node "$IN_TARGET" -o jsonpath='{.status.nodeInfo.bootID}' 2>/dev/null) || return 1
  [ "$back_boot" != "$IN_BOOT" ] && node_is_ready "$IN_TARGET"
}
