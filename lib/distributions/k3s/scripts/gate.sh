# Makes room for one wave of agents: waits until the wave before is well, then cordons and drains those of the wave that will be restarted.
# An agent publishes what its change costs as `k3stack.io/staged` (`DIGEST.CLASS`); one that has not is drained.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster

step_lock() {
  echo "gate-$IN_POOL"
}

step() {
  need NODE POOL WAVE
  owner_check
  api_wait 60
  : >"$SCRATCH/wave"
  each_record agent wave_agent
  gate_look
  gate_pool
  gate_release
  [ -n "$gate_restarts$gate_drains" ] || return 0
  previous=''
  each_record previous previous_agent
  gate_health
  gate_room
  gate_drain
}

wave_agent() {
  printf '%s %s\n' "$1" "$2" >>"$SCRATCH/wave"
}
previous_agent() {
  previous="$previous $1"
}

# gate_nodes: `name|ready|cordoned|active|drained|pool|staged|is server` of all Nodes.
gate_nodes() {
  kube get nodes -o jsonpath='{range .items[*]}{.metadata.name}|{.status.conditions[?(@.type=="Ready")].status}|{.spec.unschedulable}|{.metadata.annotations.k3stack\.io/active}|{.metadata.annotations.k3stack\.io/drained}|{.metadata.annotations.k3stack\.io/pool}|{.metadata.annotations.k3stack\.io/staged}|{.metadata.labels.node-role\.kubernetes\.io/control-plane}
{end}' >"$SCRATCH/gate.new" 2>"$SCRATCH/error" && mv "$SCRATCH/gate.new" "$SCRATCH/gate"
}

# gate_look: sets what of the wave is already as it should be, is to be restarted, and is to be drained before. Agents without a Node come in by themselves.
gate_look() {
  gate_nodes || fail serverUnreachable "the API does not answer on $IN_NODE: $(tail -n 2 "$SCRATCH/error")"
  gate_here=''
  gate_same=''
  gate_restarts=''
  gate_drains=''
  while read -r wave_name wave_digest; do
    gate_agent "$wave_name" "$wave_digest"
  done <"$SCRATCH/wave"
}

gate_agent() {
  agent_line=$(awk -F '|' -v name="$1" '$1 == name' "$SCRATCH/gate")
  [ -n "$agent_line" ] || return 0
  IFS='|' read -r _ _ _ agent_active _ _ agent_staged _ <<EOT
$agent_line
EOT
  gate_here="$gate_here $1"
  case $2-$agent_staged in
    "$agent_active"-*) gate_same="$gate_same $1" ;;
    "$2-$2.none" | "$2-$2.live") gate_same="$gate_same $1" ;;
    "$2-$2.restart") gate_restarts="$gate_restarts $1" ;;
    *) gate_drains="$gate_drains $1" ;;
  esac
}

# gate_pool: each agent carries the name of its pool, by which the others of the pool are known.
gate_pool() {
  pool_new=''
  for pool_agent in $gate_here; do
    [ "$(gate_field "$pool_agent" 6)" = "$IN_POOL" ] || pool_new="$pool_new $pool_agent"
  done
  [ -n "$pool_new" ] || return 0
  # shellcheck disable=SC2086
  kube annotate --overwrite node $pool_new "k3stack.io/pool=$IN_POOL" >/dev/null || fail unhealthy "Nodes$pool_new could not be marked"
}
gate_field() {
  awk -F '|' -v name="$1" -v field="$2" '$1 == name { print $field }' "$SCRATCH/gate"
}

# gate_release: whom a gate has cordoned for a change that is no longer wanted, takes pods again.
gate_release() {
  for same_agent in $gate_same $gate_restarts; do
    [ -z "$(gate_field "$same_agent" 5)" ] || node_uncordon "$same_agent" || fail unhealthy "$same_agent could not be uncordoned"
  done
}

# gate_health: servers and the wave before are Ready for IN_HEALTHY_FOR without a break.
gate_health() {
  health_end=$(($(date +%s) + ${IN_HEALTHY_FOR:-10} + ${K3STACK_GATE_SECONDS:-240}))
  health_since=$(date +%s)
  health_missing=''
  while :; do
    if gate_nodes; then health_missing=$(not_ready); else health_missing='the API does not answer'; fi
    if [ -n "$health_missing" ]; then
      health_since=''
    else
      [ -n "$health_since" ] || health_since=$(date +%s)
      [ "$(($(date +%s) - health_since))" -lt "${IN_HEALTHY_FOR:-10}" ] || return 0
    fi
    [ "$(date +%s)" -lt "$health_end" ] ||
      fail unhealthy "wave $IN_WAVE of pool $IN_POOL does not begin: ${health_missing:-nodes come and go}. Nothing of this wave was changed"
    sleep 2
  done
}

# not_ready: what keeps the wave from beginning.
not_ready() {
  awk -F '|' -v previous="$previous" '
    BEGIN { n = split(previous, list, " "); for (i = 1; i <= n; i++) before[list[i]] = 1 }
    $1 == "" { next }
    $8 == "true" && $2 != "True" { printf "%sserver %s is not Ready", s, $1; s = ", " }
    $1 in before {
      delete before[$1]
      if ($2 != "True") { printf "%s%s of the wave before is not Ready", s, $1; s = ", " }
      else if ($5 != "") { printf "%s%s of the wave before is still drained", s, $1; s = ", " }
    }
    END { for (name in before) { printf "%s%s of the wave before is not in the cluster", s, name; s = ", " } }
  ' "$SCRATCH/gate"
}

# gate_room: with those of the wave no more are away than may be.
gate_room() {
  room_end=$(($(date +%s) + ${K3STACK_GATE_SECONDS:-240}))
  # shellcheck disable=SC2086
  room_wanted=$(count $gate_restarts $gate_drains)
  room_allowed=$(wc -l <"$SCRATCH/wave" | tr -d ' ')
  while :; do
    away=$(agents_away)
    # shellcheck disable=SC2086
    [ "$(($(count $away) + room_wanted))" -gt "$room_allowed" ] || return 0
    # shellcheck disable=SC2086
    [ "$(date +%s)" -lt "$room_end" ] ||
      fail unhealthy "at most $room_allowed of pool $IN_POOL may be away. With $room_wanted of wave $IN_WAVE there would be more, as these are away already: $(joined ', ' $away). Bring them back, or take machines that are gone out of the program; nothing of this wave was changed"
    sleep 5
    gate_nodes || :
  done
}

# Agents of the pool that are not Ready or cordoned by a gate, apart from those of the wave that change.
agents_away() {
  awk -F '|' -v pool="$IN_POOL" -v changing="$gate_restarts $gate_drains" '
    BEGIN { n = split(changing, list, " "); for (i = 1; i <= n; i++) skip[list[i]] = 1 }
    $6 == pool && !($1 in skip) && ($2 != "True" || ($3 == "true" && $5 != "")) { print $1 }
  ' "$SCRATCH/gate"
}

# gate_drain: all of the wave at once. When one cannot be drained, none of them stays cordoned.
gate_drain() {
  [ -n "$gate_drains" ] || return 0
  drain_processes=''
  for drained_agent in $gate_drains; do
    mkdir -p "$SCRATCH/drain/$drained_agent"
    drain_agent "$drained_agent" >"$SCRATCH/drain/$drained_agent/stdout" 2>"$SCRATCH/drain/$drained_agent/stderr" &
    drain_processes="$drain_processes $drained_agent:$!"
  done
  drain_failed=''
  for drain_process in $drain_processes; do
    wait "${drain_process##*:}" || drain_failed="$drain_failed ${drain_process%:*}"
  done
  drain_why=''
  for drained_agent in $gate_drains; do
    if in_words "$drained_agent" "$drain_failed"; then
      drain_told=$(sed -n -e 's/^k3stack: \(.* could not .*\)/\1/p' -e 's/^k3stack: \(.* cannot be .*\)/\1/p' "$SCRATCH/drain/$drained_agent/stderr")
      drain_why="$drain_why${drain_told:-$drained_agent could not be drained: $(tail -n 2 "$SCRATCH/drain/$drained_agent/stderr")}. "
    elif [ "${IN_DRAIN:-yes}" = yes ]; then
      did "drained $drained_agent"
    else
      did "cordoned $drained_agent"
    fi
  done
  [ -n "$drain_failed" ] || return 0
  drain_after='All of the wave take pods again'
  for drained_agent in $gate_drains; do
    node_uncordon "$drained_agent" || {
      say "$drained_agent is still cordoned; undo it by: kubectl uncordon $drained_agent"
      drain_after='Not all of the wave take pods again'
    }
  done
  fail drain "wave $IN_WAVE of pool $IN_POOL does not begin: ${drain_why}$drain_after"
}

# In a process and a folder of its own. A node that is not Ready has no pods that would confirm their end.
drain_agent() (
  drain_seen=$SCRATCH/gate
  SCRATCH=$SCRATCH/drain/$1
  if [ "${IN_DRAIN:-yes}" = yes ] && [ "$(awk -F '|' -v name="$1" '$1 == name { print $2 }' "$drain_seen")" = True ]; then
    node_drain "$1"
    return
  fi
  node_read "$1" || fail drain "the API does not answer, so $1 cannot be cordoned"
  if [ "$n_cordoned" != true ] && [ -z "$n_drained" ]; then
    node_mark "$1" "drained=$(now_utc)Z" || fail drain "$1 could not be marked"
  fi
  kube cordon "$1" >/dev/null || fail drain "$1 could not be cordoned"
)
