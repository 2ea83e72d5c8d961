# First start of an agent. One that is in the cluster is left alone, whatever is staged: that is for roll, one wave after another, and the gate before
# it learns here what the change will cost.
# shellcheck shell=sh
# shellcheck disable=SC2154

use owner kube health token activate uninstall

step() {
  need NODE ROLE OWNER CLUSTER UNIT DATA_DIR CA_HASH
  owner_check
  change_plan
  if [ -f "$STATE/active" ] && unit_active "$SERVICE"; then
    publish_cost
    result active "$(sha256_of "$STATE/active")"
    return
  fi
  if [ "$FIRST" = yes ]; then
    check_registration
    cleanup stop_unjoined
  fi
  change_stage
  change_apply "$IN_CA_HASH"
  result active "$STAGED_DIGEST"
}

# One that cannot be told is drained, so this need not succeed.
publish_cost() {
  node_mark "$IN_NODE" "staged=$STAGED_DIGEST.$CHANGE" 2>/dev/null || say "what the change of $IN_NODE costs cannot be told to the cluster, so it will be drained"
}

# An agent that is told a wrong server waits for ever and says nothing, so that server is asked first.
check_registration() {
  registration_number=$(awk '$5 == "/etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml" { print $4 }' "$STAGED/index")
  registration=$(sed -n 's/^server: "\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$STAGED/files/${registration_number:-0}" 2>/dev/null) || :
  [ -n "$registration" ] || fail badInput 'no server is named for this agent'
  until_true "${K3STACK_SERVER_SECONDS:-60}" registration_answers ||
    case $registration_state in
      other) fail wrongCluster "$registration belongs to another cluster: its CA is not that of $IN_CLUSTER ($IN_CA_HASH)" ;;
      *) fail serverUnreachable "$registration does not answer on this host. Check firewalls and routes to it" ;;
    esac
}
registration_answers() {
  registration_state=$(server_state "$registration" "$IN_CA_HASH")
  [ "$registration_state" = healthy ]
}

# One that may not join must not do so unasked later.
stop_unjoined() {
  case $(cat "$SCRATCH/failed" 2>/dev/null) in
    32 | 33 | 34) unit_do stop "$SERVICE" ;;
  esac
}
