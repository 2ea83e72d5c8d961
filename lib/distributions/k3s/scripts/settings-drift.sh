# Compares labels, annotations and taints of the Nodes with the records of `nodes`: of those that k3stack sets only. Changes nothing.
# Result: parts (node, kind, key, state missing|changed|new|extra, found: what labels and taints are now).
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster node-settings

step_lock() {
  :
}

step() {
  need NODE OWNER CLUSTER
  owner_check
  api_wait 30
  settings_wanted
  settings_found
  : >"$SCRATCH/parts"
  for wanted_name in $wanted_nodes; do
    # One that is not there is told of by `status`.
    grep -q "^$wanted_name	" "$SCRATCH/found" || continue
    for part_kind in labels annotations taints; do
      differing_parts
    done
  done
  result_json parts "[$(tr '\n' , <"$SCRATCH/parts" | sed 's/,$//')]"
}

# Of one Node and kind: what is wanted and not so, then what was set here and is wanted no more.
differing_parts() {
  while IFS='	' read -r part_key part_value; do
    [ -n "$part_key" ] || continue
    if part_found=$(found "$wanted_name" "$part_kind" "$part_key"); then
      [ "$part_found" = "$part_value" ] || part "$part_key" "$(part_state changed)" "$part_found"
    else
      part "$part_key" "$(part_state missing)"
    fi
  done <"$SCRATCH/want/$wanted_name/$part_kind"
  for part_key in $(gone_keys "$wanted_name" "$part_kind"); do
    part "$part_key" extra
  done
}

# part_state STATE: `new` for what was never set here.
part_state() {
  if owned "$wanted_name" "$part_kind" | grep -q -x -F -e "$part_key"; then echo "$1"; else echo new; fi
}

# part KEY STATE [FOUND]: an annotation may hold anything, so what it is now is not told.
part() {
  part_now=''
  [ "$part_kind" = annotations ] || part_now=$(printf '%s' "${3:-}" | tr -d '"')
  printf '{"node":%s,"kind":"%s","key":%s,"state":"%s","found":%s}\n' "$(json_string "$wanted_name")" "$part_kind" "$(json_string "$1")" "$2" "$(json_string "$part_now")" >>"$SCRATCH/parts"
}
