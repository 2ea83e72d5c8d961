# What steps that act on the whole cluster share. Sourced by them; they run on a server.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# api_wait SECONDS: until the API server of this host is ready.
api_wait() {
  until_true "$1" api_ready ||
    fail serverUnreachable "the API server of $IN_NODE was not ready within $1 s: $SERVICE is $(unit_state "$SERVICE"). See journalctl -u $SERVICE on $IN_NODE; if etcd has lost its majority, bring the other servers back first"
}

# nodes_save: node_lines into $SCRATCH/nodes; false when the API does not answer.
nodes_save() {
  node_lines >"$SCRATCH/nodes.new" 2>"$SCRATCH/error" && mv "$SCRATCH/nodes.new" "$SCRATCH/nodes"
}

# nodes_now: the same, ending the step when the API does not answer.
nodes_now() {
  nodes_save || fail serverUnreachable "the API does not answer on $IN_NODE: $(tail -n 2 "$SCRATCH/error")"
}

# node_saved NAME: sets the n_… fields from $SCRATCH/nodes; all empty when it is not there.
node_saved() {
  node_text=$(awk -F '|' -v name="$1" '$1 == name' "$SCRATCH/nodes")
  node_fields <<EOT || :
$node_text
EOT
}

# joined SEPARATOR WORD...
joined() {
  joined_separator=$1
  shift
  joined_text=''
  for joined_word in "$@"; do
    joined_text=${joined_text:+$joined_text$joined_separator}$joined_word
  done
  printf '%s\n' "$joined_text"
}

# in_words WORD TEXT: whether it is one of the words of a text.
in_words() {
  case " $2 " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# quietly COMMAND...: in a subshell, whose failure does not become that of the step.
quietly() {
  if ("$@") 2>/dev/null; then return 0; fi
  rm -f "$SCRATCH/failed"
  return 1
}
