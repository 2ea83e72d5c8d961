# Tries to connect to addresses, and changes nothing: record probe ADDRESS PORT (docs/cli.md, check).
# shellcheck shell=sh

step() {
  probes=''
  mkdir -p "$SCRATCH/probes"
  probe_number=0
  each_record probe probe_start
  wait
  for probe_file in $(find "$SCRATCH/probes" -type f | sort); do
    probes=${probes:+$probes,}$(cat "$probe_file")
  done
  result_json probes "[$probes]"
}

# All at once: a firewall that drops makes each of them wait.
probe_start() {
  probe_number=$((probe_number + 1))
  probe_one "$1" "$2" >"$SCRATCH/probes/$(printf %05d "$probe_number")" &
}

# open; refused: the host answers that nothing listens there; silent: nothing answers at all; unknown: this host cannot tell.
probe_one() {
  if has bash; then
    probe_said=$(timeout 4 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1) && probe_state=open || probe_state=$?
  elif has nc; then
    probe_said=$(timeout 4 nc -z -w 3 "$1" "$2" 2>&1) && probe_state=open || probe_state=$?
  else
    probe_state=unknown
  fi
  case $probe_state in
    open | unknown) ;;
    124 | 143) probe_state=silent ;;
    *)
      case $probe_said in
        *refused*) probe_state=refused ;;
        *) probe_state=silent ;;
      esac
      ;;
  esac
  printf '{"address":'
  json_string "$1"
  printf ',"port":%d,"state":"%s"}' "$2" "$probe_state"
}
