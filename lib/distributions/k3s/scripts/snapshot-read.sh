# Streams a file of a snapshot to the operator: a line of JSON with size and sha256, then as many bytes as it says, as they are; then the result.
# Runs directly, with nothing staged, so that its output is not kept on the way: IN_PATH.
# shellcheck shell=sh
# shellcheck disable=SC2154
use owner

step() {
  need NODE OWNER ROLE
  owner_check
  case ${IN_PATH:-} in
    /*) ;;
    *) fail badInput "a snapshot's path is absolute: ${IN_PATH:-}" ;;
  esac
  [ -f "$IN_PATH" ] || fail requirements "there is no file $IN_PATH on $IN_NODE"
  read_size=$(wc -c <"$IN_PATH" | tr -d ' ')
  printf '{"k3stack":1,"step":"snapshot-read","node":%s,"did":[],"size":%s,"sha256":"%s"}\n' "$(json_string "$IN_NODE")" "$read_size" "$(sha256_of "$IN_PATH")"
  head -c "$read_size" "$IN_PATH"
  echo
}
