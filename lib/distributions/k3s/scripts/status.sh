# What a host and, on servers, its cluster are like now. Changes nothing.
# Result: now, unit, version, diskFree (MiB by path); on servers also nodes, etcd (members, healthy, needed), certificates, encryption, snapshots, api; each null when it cannot be told.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster supervisor k3s-command version

step_lock() {
  :
}

step() {
  need NODE ROLE UNIT
  owner_check
  result now "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  result unit "$(unit_state "$SERVICE")"
  result version "$(binary_version)"
  result_json restarts "$(unit_property "$SERVICE" NRestarts | grep -E '^[0-9]+$' || echo null)"
  result_json diskFree "{$(json_string "${DATA#"$ROOT"}"):$(free_mib "$DATA"),\"/\":$(free_mib "$ROOT/")}"
  result_json certificates "$(certificates)"
  [ "$IN_ROLE" = server ] || return 0
  if api_ready; then result_json api true; else result_json api false; fi
  result_json nodes "$(nodes_json)"
  result_json etcd "$(etcd_json)"
  result_json encryption "$(encryption_json)"
  result_json snapshots "$(snapshots_json)"
}

# certificates: by K3s's own command, which is there from 1.33 on with JSON; shortened to what ends when.
certificates() {
  limited 60 "$K3S" certificate check --data-dir "$DATA" --output json 2>/dev/null >"$SCRATCH/certificates" || :
  if ! grep -q '^{"Certificates"' "$SCRATCH/certificates"; then
    echo null
    return
  fi
  sed 's/},{/}\n{/g' "$SCRATCH/certificates" | sed -n 's/.*"Filename":"\([^"]*\)","Subject":"\([^"]*\)".*"ExpiryTime":"\([^"]*\)".*"Status":"\([^"]*\)".*/{"file":"\1","subject":"\2","expires":"\3","status":"\4"}/p' |
    sort -u | awk 'BEGIN { printf "[" } { printf "%s%s", (NR > 1) ? "," : "", $0 } END { printf "]\n" }'
}

nodes_json() {
  nodes_save || {
    echo null
    return
  }
  kube get nodes -o jsonpath='{range .items[*]}{.metadata.name}|{.status.conditions[?(@.type=="Ready")].lastTransitionTime}|{.status.conditions[?(@.type=="Ready")].reason}|{.metadata.labels.node-role\.kubernetes\.io/control-plane}|{.metadata.annotations.k3stack\.io/since}
{end}' >"$SCRATCH/more" 2>/dev/null || : >"$SCRATCH/more"
  awk -F '|' '
    function q(text) { gsub(/[\\"]/, "", text); return "\"" text "\"" }
    FILENAME == ARGV[1] { since[$1] = $2; reason[$1] = $3; server[$1] = $4; running[$1] = $5; next }
    $1 == "" { next }
    {
      printf "%s{\"name\":%s,\"role\":%s,\"ready\":%s,\"since\":%s,\"reason\":%s,\"version\":%s,\"versionSince\":%s,\"cordoned\":%s,\"drainedByUs\":%s,\"retiring\":%s,\"etcd\":%s,\"voter\":%s,\"address\":%s,\"owner\":%s,\"active\":%s}",
        s, q($1), q(server[$1] == "true" ? "server" : "agent"), ($2 == "True") ? "true" : "false", q(since[$1]), q(reason[$1]), q($3), q(running[$1]),
        ($4 == "true") ? "true" : "false", ($12 != "") ? "true" : "false", ($13 != "") ? "true" : "false", ($5 == "true") ? "true" : "false",
        ($6 == "True") ? "true" : ($6 == "False") ? "false" : "null", q($7), q($10), q($11)
      s = ","
    }
    BEGIN { printf "[" }
    END { printf "]\n" }' "$SCRATCH/more" "$SCRATCH/nodes"
}

# etcd_json: how many members there are, answer, and are needed for a majority.
etcd_json() {
  if [ "${IN_DATASTORE:-}" != embedded-etcd ] || [ ! -s "$SCRATCH/nodes" ]; then
    echo null
    return
  fi
  etcd_members=0
  etcd_healthy=0
  while node_fields; do
    [ "$n_etcd" = true ] || continue
    etcd_members=$((etcd_members + 1))
    if [ "$n_voter" != False ] && server_ready "${n_address%% *}"; then etcd_healthy=$((etcd_healthy + 1)); fi
  done <"$SCRATCH/nodes"
  printf '{"members":%s,"healthy":%s,"needed":%s}\n' "$etcd_members" "$etcd_healthy" "$((etcd_members / 2 + 1))"
}

encryption_json() {
  encryption_text=$(KUBE_SECONDS=20 supervisor_get /v1-k3s/encrypt/status 2>/dev/null) || encryption_text=''
  case $encryption_text in '{'*'}') printf '%s\n' "$encryption_text" ;; *) echo null ;; esac
}

# The newest of each place; the list of all is snapshot.sh's.
snapshots_json() {
  kube get etcdsnapshotfiles.k3s.cattle.io -o jsonpath='{range .items[*]}{.status.creationTime}|{.spec.snapshotName}|{.spec.nodeName}|{.status.readyToUse}|{.status.size}
{end}' 2>/dev/null | sort -r | awk -F '|' '
    BEGIN { printf "[" }
    $1 != "" && n < 10 { printf "%s{\"created\":\"%s\",\"name\":\"%s\",\"node\":\"%s\",\"ready\":%s,\"size\":\"%s\"}", n++ ? "," : "", $1, $2, $3, ($4 == "true") ? "true" : "false", $5 }
    END { printf "]\n" }'
}
