# Requests to K3s's own API on this server, which its commands make too. They show the server token in no argument.
# shellcheck shell=sh
# shellcheck disable=SC2154

# supervisor_get PATH: prints the answer.
supervisor_get() {
  supervisor get --raw "$1"
}

# supervisor_put PATH FILE
supervisor_put() {
  supervisor replace --raw "$1" -f "$2" >/dev/null
}

# supervisor_put_token TOKEN: makes it the server token. With the one that it is K3s saves its keys and passwords in the datastore anew.
supervisor_put_token() {
  { printf '{"newToken":' && json_string "$1" && printf '}'; } | file_write "$SCRATCH/token.json" 0600 || exit $?
  put_code=0
  supervisor_put /v1-k3s/token "$SCRATCH/token.json" || put_code=$?
  rm -f "$SCRATCH/token.json"
  return "$put_code"
}

supervisor() {
  for supervisor_source in "$DATA/server/token" "$ETC/token" "$TOKEN_BEFORE"; do
    [ -s "$supervisor_source" ] || continue
    supervisor_config "$supervisor_source"
    supervisor_code=0
    limited "${KUBE_SECONDS:-120}" "$K3S" kubectl --kubeconfig "$SCRATCH/supervisor" "$@" 2>"$SCRATCH/error" || supervisor_code=$?
    rm -f "$SCRATCH/supervisor"
    [ "$supervisor_code" != 0 ] || return 0
    grep -q -i -E 'not authorized|unauthorized|logged in' "$SCRATCH/error" || return 1
  done
  return 1
}

supervisor_config() {
  IFS= read -r supervisor_token <"$1" || :
  {
    printf '{"apiVersion":"v1","kind":"Config","current-context":"k3s","contexts":[{"name":"k3s","context":{"cluster":"k3s","user":"k3s"}}],'
    printf '"clusters":[{"name":"k3s","cluster":{"server":"https://127.0.0.1:%s","certificate-authority":%s}}],' "${IN_API_PORT:-6443}" "$(json_string "$DATA/server/tls/server-ca.crt")"
    printf '"users":[{"name":"k3s","user":{"username":"server","password":%s}}]}\n' "$(json_string "${supervisor_token##*::server:}")"
  } | file_write "$SCRATCH/supervisor" 0600
}

# supervisor_keep_token: the token that was accepted last, for later requests.
supervisor_keep_token() {
  printf '%s\n' "$supervisor_token" | file_write "$TOKEN_BEFORE" 0600
}
