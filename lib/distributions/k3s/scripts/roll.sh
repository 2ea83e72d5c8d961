# Brings one agent to what is staged, after a gate has made room for it.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube health token activate version

step() {
  need NODE DIGEST VERSION OWNER
  owner_check
  change_plan
  if roll_needed; then roll_change; fi
  tell_restart
}

roll_change() {
  [ "$FIRST" = no ] || unit_active "$SERVICE" || fail joinFailed "$IN_NODE has never run; run again, so that its join runs first"
  version_check
  version_check_api
  change_stage
  change_apply "${IN_CA_HASH:-}"
  ! change_costs restart || stay_healthy "${IN_HEALTHY_FOR:-10}"
  roll_uncordon
}

# Nothing differs: only the cordon of an earlier run may be left.
roll_needed() {
  [ "$CHANGE" = none ] && [ "$(sha256_of "$STATE/active" 2>/dev/null)" = "$IN_DIGEST" ] || return 0
  roll_mark
  roll_uncordon
  return 1
}

# The mark on the Node may be missing when the host was unreachable right after its service became healthy.
roll_mark() {
  node_read "$IN_NODE" || return 0
  [ -z "$n_name" ] || [ "$n_active" = "$IN_DIGEST" ] || change_done
}

# A kubelet may uncordon its own Node.
roll_uncordon() {
  node_uncordon "$IN_NODE" || fail unhealthy "$IN_NODE runs, but is still cordoned; undo it by: kubectl uncordon $IN_NODE"
}
