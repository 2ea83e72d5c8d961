# How this host comes into its cluster: token and bootstrap drop-in (docs/decisions/0003-bootstrap-drop-in.md).
# shellcheck shell=sh
# shellcheck disable=SC2154

# token_write HASH|'': the token K3s reads, with the CA's hash in front, or without before there is a CA. A different front restarts nothing.
token_write() {
  if [ "$IN_ROLE" = server ]; then
    token_file=$ETC/server-token
    token_user=server
  else
    token_file=$ETC/agent-token
    token_user=node
  fi
  IFS= read -r token_secret <"$token_file" || [ -n "$token_secret" ] || fail badInput "$token_file is empty"
  if [ -n "$1" ]; then
    token_text="K10$1::$token_user:$token_secret"
  else
    token_text=$token_secret
  fi
  if [ "$(cat "$ETC/token" 2>/dev/null)" != "$token_text" ]; then
    printf '%s\n' "$token_text" | file_write "$ETC/token" 0600
  fi
  token_secret=''
  token_text=''
}

# token_is_staged: whether the server that is already here was made with the token that is staged; nothing is compared where none ran.
token_is_staged() {
  token_number=$(awk '$5 == "/etc/rancher/k3s/server-token" { print $4 }' "$STAGED/index")
  [ -s "$DATA/server/token" ] && [ -n "$token_number" ] || return 0
  IFS= read -r token_theirs <"$DATA/server/token" || :
  IFS= read -r token_ours <"$STAGED/files/$token_number" || :
  token_theirs=${token_theirs##*::server:}
  [ "$token_theirs" = "$token_ours" ]
}

# bootstrap_write initialise|join [URL]: the drop-in of a server.
bootstrap_write() {
  bootstrap_file=$ETC/config.yaml.d/50-bootstrap.yaml
  if [ "$IN_DATASTORE" != embedded-etcd ]; then
    bootstrap_text='# sqlite, or a datastore outside the cluster: there is nobody to join.'
  elif [ "$1" = initialise ]; then
    bootstrap_text='cluster-init: true'
  else
    bootstrap_text="server: \"$2\""
  fi
  [ "$(cat "$bootstrap_file" 2>/dev/null)" = "$bootstrap_text" ] ||
    printf '%s\n' "$bootstrap_text" | file_write "$bootstrap_file" 0600
}

# bootstrap_join_url: what `server` is to say once this server is in: the fixed address, what it says already, or its own.
bootstrap_join_url() {
  if [ -n "${IN_FIXED_URL:-}" ]; then
    printf '%s\n' "$IN_FIXED_URL"
    return
  fi
  join_url=$(sed -n 's/^server: "\(.*\)"$/\1/p' "$ETC/config.yaml.d/50-bootstrap.yaml" 2>/dev/null)
  if [ -z "$join_url" ]; then
    node_read "$IN_NODE" || :
    join_url=$(url_of "${n_address%% *}")
  fi
  printf '%s\n' "$join_url"
}

# initialised_write: from now on this server does not start without its data.
initialised_write() {
  [ -f "$ETC/initialised" ] || echo "$(now_utc)Z" | file_write "$ETC/initialised" 0600
}

# data_is_there: whether this server's datastore is on its disk.
data_is_there() {
  [ -d "$DATA/server/db/etcd" ] || [ -f "$DATA/server/db/state.db" ]
}

# data_check: ends the step with datastoreLost where the data of an initialised server has gone.
data_check() {
  [ "$IN_DATASTORE" != external ] && [ -f "$ETC/initialised" ] || return 0
  data_is_there ||
    fail datastoreLost "the datastore of $IN_NODE was in $IN_DATA_DIR/server/db and is gone: is a disk not mounted? If its data is lost for good, remove $ETC/initialised and run again: it then joins anew, once the other servers no longer have it (kubectl delete node $IN_NODE). A cluster with no other server is restored from a snapshot"
}

# server_settled HASH: from now on this server neither makes a cluster nor starts without its data, and its token checks whom it talks to.
server_settled() {
  [ "$IN_DATASTORE" = external ] || initialised_write
  token_write "$1"
  bootstrap_write join "$(bootstrap_join_url)"
}
