# Rotates the server token when the program has another one, and the keys that secrets are encrypted with when its counter went up. The agents' token
# is no state of the cluster: servers take it from their files when `run` restarts them. So do they with the new server token.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner kube cluster supervisor

step() {
  need NODE OWNER CLUSTER SERVER_TOKEN
  owner_check
  api_wait 60
  # Keys first: a server whose token was rotated wants the old one until it restarts.
  rotate_encryption_key
  rotate_server_token
}

# The ConfigMap is part of the datastore: a restored snapshot brings the counter that belongs to its keys.
state_get() {
  kube -n kube-system get configmap k3stack --ignore-not-found -o jsonpath="{.data.$1}"
}
state_set() {
  state_patch="{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"k3stack\",\"namespace\":\"kube-system\"},\"data\":{\"$1\":\"$2\"}}"
  printf '%s\n' "$state_patch" >"$SCRATCH/state.json"
  # Each key has a manager of its own, or setting one would remove the others.
  kube apply --server-side --force-conflicts --field-manager="k3stack-$1" -f "$SCRATCH/state.json" >/dev/null 2>"$SCRATCH/error" ||
    fail rotation "ConfigMap kube-system/k3stack could not be written: $(tail -n 2 "$SCRATCH/error")"
}

rotate_encryption_key() {
  key_wanted=${IN_ENCRYPTION_KEY_ROTATION:-0}
  key_done=$(state_get encryptionKeyRotation) || fail serverUnreachable "the API does not answer on $IN_NODE"
  if [ -z "$key_done" ]; then
    # A new cluster has new keys.
    state_set encryptionKeyRotation "$key_wanted"
    return 0
  fi
  [ "$key_done" != "$key_wanted" ] || return 0
  [ "$key_wanted" -gt "$key_done" ] ||
    fail rotation "rotate.encryptionKey of $IN_CLUSTER is $key_wanted, and $key_done was done already. Write rotate.encryptionKey: $key_done to leave the key as it is, or $((key_done + 1)) to rotate it once more"
  encryption_status
  [ "$encryption_on" = true ] || fail rotation "secrets of $IN_CLUSTER are not encrypted, so there is no key to rotate. Write secretsEncryption for the cluster, or take rotate.encryptionKey back"
  key_before=$(state_get encryptionKeyBefore)
  if [ -z "$key_before" ] || [ "${key_before%% *}" != "$key_wanted" ]; then
    encryption_ready
    state_set encryptionKeyBefore "$key_wanted $encryption_key"
    key_before="$key_wanted $encryption_key"
  fi
  # A rotation that an earlier run began has another key already.
  if [ "${key_before#* }" = "$encryption_key" ] && [ "$encryption_stage" != reencrypt_active ]; then
    encryption_ready
    encryption_rotate
  fi
  until_true "${K3STACK_REENCRYPT_SECONDS:-3000}" encryption_finished ||
    fail rotation "secrets are still being encrypted anew: stage $encryption_stage, key $encryption_key. Do not restart servers; run again to go on waiting. $encryption_error"
  state_set encryptionKeyRotation "$key_wanted"
  did "rotated the key that secrets are encrypted with; servers take it up when they restart"
}

# encryption_status: sets encryption_on, encryption_stage, encryption_key, encryption_match and encryption_error.
encryption_status() {
  status_json=$(supervisor_get /v1-k3s/encrypt/status) || fail rotation "K3s does not tell the state of secrets encryption: $(tail -n 1 "$SCRATCH/error")"
  encryption_on=$(status_field enable)
  encryption_stage=$(status_field stage)
  encryption_key=$(status_field activekey)
  encryption_match=$(status_field hashmatch)
  encryption_error=$(status_field hasherror)
}
status_field() {
  printf '%s\n' "$status_json" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# encryption_ready: all servers have the same keys, and no rotation is under way.
encryption_ready() {
  [ "$encryption_match" = true ] ||
    fail rotation "servers disagree on the keys that secrets are encrypted with (${encryption_error:-no reason given}). Some have not restarted since the last rotation: write rotate.encryptionKey: ${key_done} again and run, which restarts them; then raise it"
  case $encryption_stage in
    start | reencrypt_finished) ;;
    *) fail rotation "another rotation of the encryption key is at stage $encryption_stage. Finish it (k3s secrets-encrypt status), then run again" ;;
  esac
}

# The request ends when all secrets are written anew, or before: then the status tells.
encryption_rotate() {
  say "rotating the key that secrets are encrypted with; about five secrets a second"
  printf '%s' '{"stage":"rotate_keys","force":false,"skip":false}' >"$SCRATCH/rotate.json"
  KUBE_SECONDS=1800 supervisor_put /v1-k3s/encrypt/config "$SCRATCH/rotate.json" || say "K3s has not confirmed the rotation: $(tail -n 1 "$SCRATCH/error")"
  encryption_status
  [ "${key_before#* }" != "$encryption_key" ] || [ "$encryption_stage" = reencrypt_active ] ||
    fail rotation "K3s has not rotated the key: stage $encryption_stage, key $encryption_key. $(tail -n 1 "$SCRATCH/error"); the journal of $SERVICE on $IN_NODE says why"
}

encryption_finished() {
  encryption_status
  [ "$encryption_stage" = reencrypt_finished ]
}

# The token of the running cluster is the one in its data directory. K3s takes a new one as an argument only, where every process could read it;
# so it is given as its own client gives it.
rotate_server_token() {
  [ -s "$DATA/server/token" ] || fail rotation "$DATA/server/token is missing; restart $SERVICE on $IN_NODE, which writes it"
  IFS= read -r token_now <"$DATA/server/token" || :
  token_wanted=${IN_SERVER_TOKEN##*::server:}
  if [ "${token_now##*::server:}" = "$token_wanted" ] && [ ! -f "$STATE/rotating-token" ]; then
    token_now=''
    return 0
  fi
  # K3s writes that file before it has moved its data to the new token, so a request that failed has to be made again.
  printf 'the server token is being rotated\n' | file_write "$STATE/rotating-token" 0600
  supervisor_put_token "$token_wanted" ||
    fail rotation "K3s has not rotated the server token: $(tail -n 1 "$SCRATCH/error"). The journal of $SERVICE on $IN_NODE says why; run again"
  supervisor_keep_token
  # With the old one it would not start any more.
  printf 'K10%s::server:%s\n' "$(ca_hash)" "$token_wanted" | file_write "$ETC/token" 0600
  rm -f "$STATE/rotating-token"
  token_now=''
  did "rotated the server token; snapshots from before need the old one"
}
