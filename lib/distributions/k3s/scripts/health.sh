# Starting K3s with an end to the waiting, and what is wrong when it does not come up.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

use mask

# start_service start|restart: waits until this node is healthy at STAGED_VERSION. On failure returns 1, with START_FAILURE (name of an exit code)
# and START_CAUSE set.
start_service() {
  START_FAILURE=startFailed
  START_CAUSE=''
  start_mark=$(journal_mark)
  start_time=$(now_utc)
  start_end=$(($(date +%s) + START_SECONDS))
  start_final_since=''
  start_said=''
  # A unit that failed too often does not start again before this.
  limited 20 systemctl reset-failed "$SERVICE" 2>/dev/null || :
  unit_do "$1" "$SERVICE"
  sleep 1
  while :; do
    ! healthy "$start_time" || return 0
    [ "$(unit_property "$SERVICE" AssertResult)" != no ] || {
      START_FAILURE=$(assertion_failure)
      START_CAUSE="systemd did not start $SERVICE on $IN_NODE, as one of its assertions does not hold: $(assertion_cause)"
      return 1
    }
    start_found=$(journal_cause)
    case $start_found in
      final\|* | slow\|*)
        # systemd starts K3s again every few seconds, and what looks final right after a change of another host may pass; what is away may come back.
        [ -n "$start_final_since" ] || start_final_since=$(date +%s)
        start_patience=${K3STACK_FINAL_SECONDS:-20}
        case $start_found in slow*) start_patience=$((start_patience * 3)) ;; esac
        if [ "$(($(date +%s) - start_final_since))" -ge "$start_patience" ]; then break; fi
        ;;
      wait\|*)
        start_final_since=''
        [ "$start_said" = "$start_found" ] || say "$IN_NODE: ${start_found##*|}; waiting"
        start_said=$start_found
        ;;
      *) start_final_since='' ;;
    esac
    [ "$(date +%s)" -lt "$start_end" ] || break
    sleep 1
  done
  case $start_found in
    '') START_CAUSE="K3s on $IN_NODE is not healthy after $START_SECONDS s: $UNHEALTHY" ;;
    *)
      start_found=${start_found#*|}
      START_FAILURE=${start_found%%|*}
      START_CAUSE="K3s on $IN_NODE does not come up: ${start_found#*|}"
      ;;
  esac
  journal_tail
  return 1
}

# healthy [SINCE]: whether K3s runs here as it should, at STAGED_VERSION, and its kubelet was heard of after SINCE. Says in UNHEALTHY what is missing.
healthy() {
  UNHEALTHY="$SERVICE is $(unit_state "$SERVICE")"
  unit_active "$SERVICE" || return 1
  if [ "$IN_ROLE" = server ]; then
    UNHEALTHY='the API server is not ready'
    api_ready || return 1
  fi
  UNHEALTHY="the API does not answer this node"
  node_read "$IN_NODE" || return 1
  UNHEALTHY="the cluster has no Node $IN_NODE"
  [ -n "$n_name" ] || return 1
  UNHEALTHY="its Node is not Ready"
  [ "$n_ready" = True ] || return 1
  UNHEALTHY="its Node reports version $n_version instead of $STAGED_VERSION"
  [ "$n_version" = "$STAGED_VERSION" ] || return 1
  UNHEALTHY='its kubelet has not reported since the start'
  [ -z "${1:-}" ] || kubelet_alive "$IN_NODE" "$1" || return 1
  UNHEALTHY='etcd has it as a learner only'
  [ "$n_voter" != False ] || return 1
  UNHEALTHY=''
}

# stay_healthy SECONDS: as long as that without a break, within SECONDS and two minutes more.
stay_healthy() {
  stay_end=$(($(date +%s) + $1 + 120))
  stay_since=$(date +%s)
  stay_restarts=$(unit_property "$SERVICE" NRestarts)
  while :; do
    if healthy && [ "$(unit_property "$SERVICE" NRestarts)" = "$stay_restarts" ]; then
      [ "$(($(date +%s) - stay_since))" -lt "$1" ] || return 0
    else
      stay_since=$(date +%s)
      stay_restarts=$(unit_property "$SERVICE" NRestarts)
    fi
    [ "$(date +%s)" -lt "$stay_end" ] ||
      fail unhealthy "$IN_NODE was not healthy for $1 s without a break: ${UNHEALTHY:-K3s starts again and again}"
    sleep 1
  done
}

# journal_cause: what the journal since the start says is wrong: `final|EXIT NAME|TEXT`, `slow|…` (final when it lasts), `wait|…`, or nothing. The last one counts.
journal_cause() {
  journal_since "$start_mark" "$SERVICE" | awk -v datastore="${IN_DATASTORE:-}" '
    function found(kind, exit_name, text) { cause = kind "|" exit_name "|" text }
    function reason(line) { sub(/^.*level=[a-z]+ msg="/, "", line); sub(/"$/, "", line); return substr(line, 1, 300) }
    /failed to bootstrap cluster data: not authorized|failed to retrieve configuration from server: not authorized|401 Unauthorized/ {
      found("final", "joinFailed", "the cluster does not accept the token. It was rotated outside of the program, or belongs to another cluster") }
    /token CA hash does not match/ {
      found("final", "wrongCluster", "the server it joins belongs to another cluster: " substr($0, index($0, "token CA hash"), 220)) }
    /encrypted with different token/ {
      found("final", "joinFailed", "the data of this cluster is encrypted with another server token. Tokens are changed by the counter of rotate, not by another secret; put the former one back") }
    /[Nn]ode password rejected, duplicate hostname/ {
      found("final", "nameTaken", "the cluster knows another machine under this name. If that machine is gone for good: kubectl delete node, then run again") }
    /duplicate node name found/ {
      found("final", "nameTaken", "etcd has another member under this name. If that machine is gone for good: kubectl delete node, then run again") }
    /critical configuration (value )?mismatch/ {
      found("final", "startFailed", "a setting that must be equal on all servers differs here: " substr($0, index($0, "critical configuration"), 300)) }
    /flag provided but not defined/ {
      found("final", "startFailed", "this version does not know an option of config.yaml: " substr($0, index($0, "flag provided"), 120)) }
    /unknown flag: --/ {
      found("final", "startFailed", "a component does not know an argument that config.yaml gives it: " substr($0, index($0, "unknown flag"), 120)) }
    /yaml: line [0-9]+|error unmarshaling|failed to parse.*config/ {
      found("final", "startFailed", "a file under /etc/rancher/k3s is not valid YAML: " substr($0, 1, 200)) }
    /--token is required/ {
      found("final", "joinFailed", "there is no token in /etc/rancher/k3s/token") }
    /address already in use/ {
      found("final", "startFailed", "another process has its port: " substr($0, 1, 200)) }
    /not a member of the etcd cluster/ {
      found("final", "startFailed", "etcd does not know this server under its address. An address cannot change under one name: give the machine a new name") }
    /exec format error/ {
      found("final", "startFailed", "the binary is for another processor") }
    /[Tt]oo many learner members|other members to finish joining/ {
      found("wait", "joinFailed", "another server is joining") }
    /failed to get CA certs|Failed to validate connection to cluster|connection refused.*(cacerts|6443)/ {
      found("wait", "serverUnreachable", "the server it joins does not answer: " substr($0, 1, 200)) }
    /fail to find (memory|cpu|cpuset) cgroup|failed to find (memory|cpu|cpuset) cgroup/ {
      found("final", "requirements", "a cgroup controller is not switched on: " substr($0, 1, 200)) }
    /not run on a host using cgroup v1/ {
      found("final", "requirements", "this release does not run with control groups of version 1. Boot the host with systemd.unified_cgroup_hierarchy=1, or give the kubelet fail-cgroupv1: false (kubelet-arg)") }
    /no default routes found/ {
      found("wait", "requirements", "the host has no default route") }
    /x509: certificate has expired or is not yet valid/ {
      found("wait", "startFailed", "a certificate is not valid at this time; compare the clocks of the hosts") }
    datastore == "external" && /(connection refused|no such host|no route to host|i\/o timeout)/ {
      found("slow", "startFailed", "the external datastore does not answer: " reason($0)) }
    datastore == "external" && /(password authentication failed|Access denied|no pg_hba.conf entry|database .* does not exist|Unknown database|SSL is not enabled|x509: )/ {
      found("final", "startFailed", "the external datastore does not let it in: " reason($0)) }
    END { if (cause != "") print cause }' | masked_tokens
}

# The end of the journal, for people.
journal_tail() {
  say "the journal of $SERVICE ends so:"
  journal_since "$start_mark" "$SERVICE" | tail -n 12 | cut -c 1-300 | masked_tokens >&2
}

assertion_failure() {
  if [ "$IN_ROLE" = server ] && [ "${IN_DATASTORE:-}" != external ] && [ -f "$ETC/initialised" ] && ! data_is_there; then
    echo datastoreLost
  else
    echo startFailed
  fi
}
assertion_cause() {
  if [ "$(assertion_failure)" = datastoreLost ]; then
    echo "the datastore in $IN_DATA_DIR/server/db is gone"
  elif [ -f "$DATA/server/db/etcd/tombstone" ]; then
    echo "etcd has removed this server"
  elif [ ! -s "$ETC/token" ]; then
    echo "$ETC/token is missing or empty"
  elif [ ! -f "$ETC/config.yaml.d/50-bootstrap.yaml" ]; then
    echo "$ETC/config.yaml.d/50-bootstrap.yaml is missing"
  else
    echo "see systemctl status $SERVICE"
  fi
}
