# Labels, annotations and taints: what is wanted, what is there, and what goes.
# The keys that were set are kept in annotations of the Node, as `k3stack.io/labels: a,b`.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

# settings_wanted: records into $SCRATCH/want/NODE/{labels,annotations,taints}: `KEY<tab>VALUE AS JSON`, taints `KEY:EFFECT<tab>VALUE`.
settings_wanted() {
  wanted_nodes=''
  rm -rf "$SCRATCH/want"
  each_record node want_node
  each_record label want_label
  each_record annotation want_annotation
  each_record taint want_taint
}
want_node() {
  wanted_nodes="$wanted_nodes $1"
  mkdir -p "$SCRATCH/want/$1"
  : >"$SCRATCH/want/$1/labels"
  : >"$SCRATCH/want/$1/annotations"
  : >"$SCRATCH/want/$1/taints"
}
want_label() {
  printf '%s\t%s\n' "$2" "$(json_string "$3")" >>"$SCRATCH/want/$1/labels"
}
want_annotation() {
  printf '%s\t%s\n' "$2" "$(json_string "$3")" >>"$SCRATCH/want/$1/annotations"
}
want_taint() {
  printf '%s:%s\t%s\n' "$2" "$4" "$3" >>"$SCRATCH/want/$1/taints"
}

# settings_found: the same of the Nodes as they are, into $SCRATCH/found: `NODE<tab>KIND<tab>KEY<tab>VALUE`.
settings_found() {
  # shellcheck disable=SC2016
  kube get nodes -o go-template='{{range .items}}{{$n := .metadata.name}}{{range $k, $v := .metadata.labels}}{{$n}}{{"\t"}}labels{{"\t"}}{{$k}}{{"\t"}}{{printf "%q" $v}}{{"\n"}}{{end}}{{range $k, $v := .metadata.annotations}}{{$n}}{{"\t"}}annotations{{"\t"}}{{$k}}{{"\t"}}{{printf "%q" $v}}{{"\n"}}{{end}}{{range .spec.taints}}{{$n}}{{"\t"}}taints{{"\t"}}{{.key}}:{{.effect}}{{"\t"}}{{with .value}}{{.}}{{end}}{{"\n"}}{{end}}{{end}}' \
    >"$SCRATCH/found" 2>"$SCRATCH/error" || fail serverUnreachable "the Nodes could not be read: $(tail -n 2 "$SCRATCH/error")"
}

# found NODE KIND KEY: its value; fails where there is none.
found() {
  awk -F '\t' -v node="$1" -v kind="$2" -v key="$3" '
    $1 == node && $2 == kind && $3 == key { sub(/^[^\t]*\t[^\t]*\t[^\t]*\t/, ""); print; there = 1; exit }
    END { exit !there }' "$SCRATCH/found"
}

# owned NODE labels|annotations|taints: the keys that were set here before, one a line. Before the first time: what the node registered with.
owned() {
  if owned_list=$(found "$1" annotations "k3stack.io/$2"); then
    printf '%s\n' "$owned_list" | tr -d '"' | tr ',' '\n' | grep . || :
    return 0
  fi
  case $2 in
    labels) registered "$1" node-label | sed 's/=.*//' ;;
    taints) registered "$1" node-taint | sed 's/=[^:]*:/:/' ;;
  esac
}

# registered NODE node-label|node-taint: what K3s was told when it started, from the annotation that it writes.
registered() {
  registered_text=$(found "$1" annotations k3s.io/node-args) || return 0
  printf '%s\n' "$registered_text" | sed 's/\\"/"/g' | grep -o "\"--$2\",\"[^\"]*\"" | sed 's/^"[^"]*","//; s/"$//' || :
}

# wanted_keys NODE KIND
wanted_keys() {
  cut -f 1 "$SCRATCH/want/$1/$2" | sort
}

# settings_apply: one call for everything that is to be added or changed, on all Nodes. After what goes has gone: then the old keys are forgotten.
settings_apply() {
  : >"$SCRATCH/apply"
  for wanted_name in $wanted_nodes; do
    if settings_differ "$wanted_name"; then
      object_text "$wanted_name" >>"$SCRATCH/apply"
      did "set labels and annotations of $wanted_name"
    fi
  done
  [ -s "$SCRATCH/apply" ] || return 0
  KUBE_SECONDS=180 kube apply --server-side --force-conflicts --field-manager=k3stack --validate=false -f "$SCRATCH/apply" >/dev/null 2>"$SCRATCH/error" ||
    fail unhealthy "labels and annotations could not be set: $(tail -n 3 "$SCRATCH/error")"
}

settings_differ() {
  marks_of "$1" | cat - "$SCRATCH/want/$1/annotations" | awk '{ print "annotations\t" $0 }' >"$SCRATCH/wanted"
  awk '{ print "labels\t" $0 }' "$SCRATCH/want/$1/labels" >>"$SCRATCH/wanted"
  awk -F '\t' -v node="$1" '
    FILENAME == ARGV[1] { if ($1 == node) there[substr($0, length($1) + 2)] = 1; next }
    !($0 in there) { differs = 1 }
    END { exit !differs }' "$SCRATCH/found" "$SCRATCH/wanted"
}

# marks_of NODE: the annotations that are ours, as records of annotations.
marks_of() {
  printf 'k3stack.io/owner\t%s\n' "$(json_string "$IN_OWNER")"
  for mark_kind in labels annotations taints; do
    printf 'k3stack.io/%s\t"%s"\n' "$mark_kind" "$(own_keys "$1" "$mark_kind" | sort -u | tr '\n' ',' | sed 's/,$//')"
  done
}

# own_keys NODE KIND: what is wanted; and of taints, which are set and removed afterwards, what was there.
own_keys() {
  wanted_keys "$1" "$2"
  [ "$2" != taints ] || gone_keys "$1" taints
}

object_text() {
  printf '{"apiVersion":"v1","kind":"Node","metadata":{"name":"%s","labels":{' "$1"
  json_members <"$SCRATCH/want/$1/labels"
  printf '},"annotations":{'
  marks_of "$1" | cat - "$SCRATCH/want/$1/annotations" | json_members
  printf '}}}\n'
}

# Lines `KEY<tab>VALUE AS JSON` as members of an object.
json_members() {
  awk -F '\t' '{ value = $0; sub(/^[^\t]*\t/, "", value); printf "%s\"%s\":%s", (NR > 1) ? "," : "", $1, value }'
}

# settings_remove: keys that were set here and are no longer declared; one call for each Node that has any.
settings_remove() {
  for wanted_name in $wanted_nodes; do
    remove_labels=$(gone_keys "$wanted_name" labels)
    remove_annotations=$(gone_keys "$wanted_name" annotations)
    [ -n "$remove_labels$remove_annotations" ] || continue
    remove_patch=$(printf '{"metadata":{"labels":{%s},"annotations":{%s}}}' "$(nulls "$remove_labels")" "$(nulls "$remove_annotations")")
    kube patch node "$wanted_name" --type merge -p "$remove_patch" >/dev/null 2>"$SCRATCH/error" ||
      fail unhealthy "labels and annotations of $wanted_name could not be removed: $(tail -n 3 "$SCRATCH/error")"
    # shellcheck disable=SC2086
    did "removed from $wanted_name: $(joined ', ' $remove_labels $remove_annotations)"
  done
}

# gone_keys NODE KIND: owned, not wanted, and there.
gone_keys() {
  owned "$1" "$2" | sort -u >"$SCRATCH/owned"
  wanted_keys "$1" "$2" >"$SCRATCH/keys"
  # shellcheck disable=SC2013
  for gone_key in $(awk 'FILENAME == ARGV[1] { wanted[$0] = 1; next } !($0 in wanted)' "$SCRATCH/keys" "$SCRATCH/owned"); do
    if found "$1" "$2" "$gone_key" >/dev/null; then printf '%s\n' "$gone_key"; fi
  done
}

nulls() {
  nulls_separator=''
  for null_key in $1; do
    printf '%s"%s":null' "$nulls_separator" "$null_key"
    nulls_separator=,
  done
}

# settings_taint: one call for each Node whose taints differ.
settings_taint() {
  for wanted_name in $wanted_nodes; do
    set --
    while IFS='	' read -r taint_key taint_value; do
      [ -n "$taint_key" ] || continue
      taint_found=$(found "$wanted_name" taints "$taint_key") || taint_found='-'
      [ "$taint_found" = "$taint_value" ] || set -- "$@" "${taint_key%%:*}=$taint_value:${taint_key#*:}"
    done <"$SCRATCH/want/$wanted_name/taints"
    for gone_taint in $(gone_keys "$wanted_name" taints); do
      set -- "$@" "$gone_taint-"
    done
    [ $# -gt 0 ] || continue
    kube taint node "$wanted_name" --overwrite "$@" >/dev/null 2>"$SCRATCH/error" ||
      fail unhealthy "taints of $wanted_name could not be set: $(tail -n 3 "$SCRATCH/error")"
    did "set taints of $wanted_name: $(joined ', ' "$@")"
  done
}
