# The cluster as this host sees it, by the kubectl inside of K3s. Sourced by steps; names of nodes are those of the program.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

K3S=$ROOT/usr/local/bin/k3s
ETC=$ROOT/etc/rancher/k3s
DATA=$ROOT${IN_DATA_DIR:-/var/lib/rancher/k3s}
SERVICE=${IN_UNIT:-k3s}
# K3s unpacks its tools where its data is.
export K3S_DATA_DIR="$DATA"

ADMIN=$DATA/server/cred/admin.kubeconfig
KUBELET=$DATA/agent/kubelet.kubeconfig
# A server wants the token that it was started with until it restarts, and its files have the newest; so a rotation keeps that one in memory.
TOKEN_BEFORE=$RUN/server-token-before

# kube ARGUMENTS...: kubectl as administrator, on servers only. Ends after 40 seconds.
kube() {
  limited "${KUBE_SECONDS:-40}" "$K3S" kubectl --kubeconfig "$ADMIN" --request-timeout=20s "$@"
}

# kube_self ARGUMENTS...: as this node: administrator on servers, kubelet on agents.
kube_self() {
  if [ "$IN_ROLE" = server ]; then
    kube "$@"
  else
    limited 40 "$K3S" kubectl --kubeconfig "$KUBELET" --request-timeout=20s "$@"
  fi
}

# api_ready: whether the API server of this host answers and is ready.
api_ready() {
  [ "$(kube get --raw /readyz 2>/dev/null)" = ok ]
}

# server_ready ADDRESS: whether the API server of another server is ready.
server_ready() {
  [ "$(kube --server "$(url_of "$1")" get --raw /readyz 2>/dev/null)" = ok ]
}

# url_of ADDRESS: https://ADDRESS:PORT.
url_of() {
  case $1 in
    *:*) printf 'https://[%s]:%s\n' "$1" "${IN_API_PORT:-6443}" ;;
    *) printf 'https://%s:%s\n' "$1" "${IN_API_PORT:-6443}" ;;
  esac
}

# node_fields: reads one line of node_lines from standard input into n_….
node_fields() {
  IFS='|' read -r n_name n_ready n_version n_cordoned n_etcd n_voter n_address n_machine n_taints n_owner n_active n_drained n_retiring n_rest
}

# node_lines [ARGUMENTS...]: a line for each Node. Fails when the API does not answer.
node_lines() {
  kube get nodes "$@" -o jsonpath="{range .items[*]}$NODE_LINE{end}"
}

# node_line NAME: the line of one Node; nothing when there is no such Node. Fails when the API does not answer.
node_line() {
  kube_self get node "$1" --ignore-not-found -o jsonpath="$NODE_LINE"
}

# node_read NAME: sets the fields of one Node; all empty when there is none. Fails when the API does not answer.
node_read() {
  node_text=$(node_line "$1") || return 1
  node_fields <<EOT || :
$node_text
EOT
}

NODE_LINE='{.metadata.name}|{.status.conditions[?(@.type=="Ready")].status}|{.status.nodeInfo.kubeletVersion}|{.spec.unschedulable}|{.metadata.labels.node-role\.kubernetes\.io/etcd}|{.status.conditions[?(@.type=="EtcdIsVoter")].status}|{.status.addresses[?(@.type=="InternalIP")].address}|{.status.nodeInfo.machineID}|{.spec.taints[*].effect}|{.metadata.annotations.k3stack\.io/owner}|{.metadata.annotations.k3stack\.io/active}|{.metadata.annotations.k3stack\.io/drained}|{.metadata.annotations.k3stack\.io/retiring}|
'

# node_uid NAME: tells a Node from another one that had its name before.
node_uid() {
  kube_self get node "$1" -o jsonpath='{.metadata.uid}'
}

# node_mark NAME KEY=VALUE|KEY-...: annotations `k3stack.io/KEY` of a Node.
node_mark() {
  mark_name=$1
  shift
  for mark in "$@"; do
    set -- "$@" "k3stack.io/$mark"
    shift
  done
  kube_self annotate --overwrite node "$mark_name" "$@" >/dev/null
}

# node_is_ready NAME
node_is_ready() {
  node_read "$1" && [ "$n_ready" = True ]
}

# kubelet_alive NAME SINCE: whether the node's lease was renewed after SINCE (from now_utc on the same host), so its kubelet has started since.
kubelet_alive() {
  alive_at=$(kube_self -n kube-node-lease get lease "$1" -o jsonpath='{.spec.renewTime}' 2>/dev/null) || return 1
  expr "x$alive_at" '>' "x$2" >/dev/null
}
now_utc() {
  date -u +%Y-%m-%dT%H:%M:%S
}

# quorum_check NAME restart|remove: ends the step with `quorum` when etcd would lose its majority while that server is away, or without it.
# A member that does not run already takes nothing away by being restarted.
quorum_check() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] || return 0
  quorum_members=0
  quorum_healthy=0
  quorum_names=''
  quorum_lines=$(node_lines -l node-role.kubernetes.io/etcd=true) ||
    fail quorum "the API of this server does not answer, so whether etcd keeps its majority without $1 cannot be told. $QUORUM_LOST"
  while node_fields; do
    [ -n "$n_name" ] || continue
    quorum_members=$((quorum_members + 1))
    [ "$n_name" != "$1" ] || continue
    if [ "$n_voter" != False ] && server_ready "${n_address%% *}"; then
      quorum_healthy=$((quorum_healthy + 1))
    else
      quorum_names="$quorum_names $n_name"
    fi
  done <<EOT
$quorum_lines
EOT
  quorum_size=$quorum_members
  [ "$2" = restart ] || quorum_size=$((quorum_members - 1))
  quorum_needed=$((quorum_size / 2 + 1))
  # Of two members either one is the majority's last; there is no better way than to do it while both are well.
  [ "$2-$quorum_members" != restart-2 ] || quorum_needed=1
  [ "$2-$quorum_members" != restart-1 ] || quorum_needed=0
  [ "$quorum_size" -gt 0 ] || quorum_needed=0
  [ "$quorum_healthy" -ge "$quorum_needed" ] ||
    fail quorum "etcd has $quorum_members members and needs $quorum_needed of them without $1, but only $quorum_healthy of the others are healthy. Not healthy:${quorum_names:- none}. Bring those back first, then run again"
}
QUORUM_LOST='If the majority is lost for good, restore the cluster (k3stack restore)'

# node_drain NAME: cordons it and moves its pods away, within IN_DRAIN_TIMEOUT and with PodDisruptionBudgets respected unless IN_DRAIN_DISABLE_EVICTION is yes.
# On failure it is uncordoned again (unless somebody else had cordoned it) and the step ends with `drain`. Does nothing when IN_DRAIN is no.
node_drain() {
  [ "${IN_DRAIN:-yes}" = yes ] || return 0
  node_read "$1" || fail unhealthy "the API does not answer, so $1 cannot be drained"
  # Set first, so that whoever comes after a crash knows whose cordon it is.
  if [ "$n_cordoned" != true ] && [ -z "$n_drained" ]; then
    node_mark "$1" "drained=$(now_utc)Z" || fail drain "$1 could not be marked"
  fi
  kube cordon "$1" >/dev/null || fail drain "$1 could not be cordoned"
  set -- "$1" --ignore-daemonsets "--timeout=${IN_DRAIN_TIMEOUT:-300}s"
  [ "${IN_DRAIN_EMPTY_DIR:-yes}" != yes ] || set -- "$@" --delete-emptydir-data
  [ "${IN_DRAIN_DISABLE_EVICTION:-no}" != yes ] || set -- "$@" --disable-eviction
  if KUBE_SECONDS=$((${IN_DRAIN_TIMEOUT:-300} + 30)) kube drain "$@" >"$SCRATCH/drain" 2>&1; then
    did "drained $1"
    return 0
  fi
  drain_why=$(grep -E -i 'error|cannot|unable|violate' "$SCRATCH/drain" | tail -n 5)
  drain_pods=$(pods_left "$1")
  drain_after='and takes pods again'
  if ! node_uncordon "$1"; then
    drain_after="and is still cordoned; undo it by: kubectl uncordon $1"
  elif [ "$n_cordoned" = true ] && [ -z "$n_drained" ]; then
    drain_after='and stays cordoned, as it was before'
  fi
  fail drain "$1 could not be drained within ${IN_DRAIN_TIMEOUT:-300} s, $drain_after. Pods still there: ${drain_pods:-none}. ${drain_why}"
}

# pods_left NAME: namespace/name of pods on a node that a drain would have to move.
pods_left() {
  kube get pods -A --field-selector "spec.nodeName=$1,status.phase!=Succeeded,status.phase!=Failed" \
    -o jsonpath='{range .items[*]}{.metadata.ownerReferences[0].kind}|{.metadata.annotations.kubernetes\.io/config\.mirror}|{.metadata.namespace}/{.metadata.name}{"\n"}{end}' 2>/dev/null |
    awk -F '|' '$1 != "DaemonSet" && $2 == "" { printf "%s%s", n++ ? ", " : "", $3 }'
}

# node_uncordon NAME: only when the cordon is ours. Fails when the API does not answer.
node_uncordon() {
  node_read "$1" || return 1
  [ -n "$n_drained" ] || return 0
  [ "$n_cordoned" != true ] || kube_self uncordon "$1" >/dev/null || return 1
  node_mark "$1" drained- || return 1
  did "$1 takes pods again"
}

# others_take_pods NAME: whether another Node is Ready and takes pods.
others_take_pods() {
  others_lines=$(node_lines) || fail unhealthy 'the API of this server does not answer, so whether pods could move elsewhere cannot be told'
  printf '%s\n' "$others_lines" | awk -F '|' -v name="$1" '
    $1 != "" && $1 != name && $2 == "True" && $4 != "true" && $9 !~ /NoSchedule|NoExecute/ { found = 1 }
    END { exit !found }'
}

# ca_hash: hash of the cluster's CA as its tokens have it; empty when this server has never run.
ca_hash() {
  sed -n 's/^K10\([0-9a-f]\{64\}\)::.*/\1/p' "$DATA/server/token" 2>/dev/null | head -n 1
}

# fetch_cacerts URL FILE: what a server says its CA is.
fetch_cacerts() {
  if has curl; then
    curl -ks --noproxy '*' --connect-timeout 5 --max-time 15 -o "$2" "$1/cacerts"
  elif has wget; then
    limited 15 wget -q --no-proxy --no-check-certificate -O "$2" "$1/cacerts"
  else
    fail requirements "this host has neither curl nor wget, so it cannot check whom it joins; install one"
  fi
}

# ca_matches FILE HASH: as K3s compares: of one certificate the text, of a chain the root in DER.
ca_matches() {
  [ "$(sha256_of "$1")" != "$2" ] || return 0
  match_count=$(grep -c 'BEGIN CERTIFICATE' "$1") || return 1
  [ "$match_count" -gt 1 ] || return 1
  while [ "$match_count" -gt 0 ]; do
    match_hash=$(awk -v want="$match_count" '/BEGIN CERT/ { n++; next } /END CERT/ { next } n == want' "$1" | base64 -d 2>/dev/null | sha256sum)
    [ "${match_hash%% *}" != "$2" ] || return 0
    match_count=$((match_count - 1))
  done
  return 1
}

# server_state URL HASH: prints `healthy`, `other` (of another cluster) or `silent`.
server_state() {
  if ! fetch_cacerts "$1" "$SCRATCH/cacerts" || [ ! -s "$SCRATCH/cacerts" ]; then
    echo silent
  elif ! grep -q 'BEGIN CERTIFICATE' "$SCRATCH/cacerts"; then
    echo silent
  elif ca_matches "$SCRATCH/cacerts" "$2"; then
    echo healthy
  else
    echo other
  fi
}

# find_server HASH: sets SERVER_URL to a server of that cluster: the fixed address, else any server of the context but this one.
# Ends with wrongCluster when only others answer, serverUnreachable when none does.
find_server() {
  SERVER_URL=''
  server_hash=$1
  server_tried=''
  server_other=''
  [ -z "${IN_FIXED_URL:-}" ] || try_server "$IN_FIXED_URL"
  each_context server try_context_server
  [ -z "$SERVER_URL" ] || return 0
  [ -z "$server_other" ] ||
    fail wrongCluster "$server_other belongs to another cluster: its CA is not the one that this cluster's token names ($1). Tried:$server_tried"
  fail serverUnreachable "no server of $IN_CLUSTER answers on this host. Tried:${server_tried:- none, as the other servers are not known}. Check firewalls and routes to port ${IN_API_PORT:-6443}"
}
try_context_server() {
  [ "$1" = "$IN_NODE" ] || try_server "$(url_of "$2")"
}
try_server() {
  [ -z "$SERVER_URL" ] || return 0
  server_tried="$server_tried $1"
  case $(server_state "$1" "$server_hash") in
    healthy) SERVER_URL=$1 ;;
    other) server_other=$1 ;;
  esac
}
