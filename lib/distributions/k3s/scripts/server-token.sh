# Hands the token of the servers to the operator, who seals it beside a snapshot: without it a snapshot opens on no other machine. It only reads.
# Result: token, and tokenHash as snapshot.sh has it.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube

step_lock() {
  :
}

step() {
  need NODE CLUSTER ROLE
  owner_check
  [ "$IN_ROLE" = server ] || fail badInput "only servers hold the token, and $IN_NODE is none"
  [ -s "$DATA/server/token" ] || fail requirements "$DATA/server/token is not there: K3s has never run on $IN_NODE"
  IFS= read -r server_token <"$DATA/server/token" || :
  server_token=${server_token##*::server:}
  result token "$server_token"
  result tokenHash "$(sha256_text "$server_token" | cut -c 1-12)"
  server_token=''
}
