# Which addresses this host can reach: `record probe ADDRESS PORT`. Runs with nothing staged, and changes nothing.
# shellcheck shell=sh

step() {
  : >"$SCRATCH/probes"
  each_record probe probe_start
  wait
  # Each is a line of its own, so that they can be asked at the same time.
  result_json probes "[$(tr '\n' , <"$SCRATCH/probes" | sed 's/,$//')]"
}

probe_start() {
  probe "$1" "$2" >>"$SCRATCH/probes" &
}

probe() {
  probe_state=open
  probe_said=$SCRATCH/probe-$2-$(printf %s "$1" | tr -c 'A-Za-z0-9.' _)
  if ! probe_tcp "$1" "$2" 2>"$probe_said"; then
    probe_state=timeout
    ! grep -q 'Connection refused' "$probe_said" || probe_state=refused
  fi
  printf '{"address":%s,"port":%s,"state":"%s"}\n' "$(json_string "$1")" "$2" "$probe_state"
}

# 0 when something listens. Says on standard error whether the host itself refused: a firewall on the way ends curl and bash with the same status.
probe_tcp() {
  case $1 in *:*) probe_host="[$1]" ;; *) probe_host=$1 ;; esac
  if has curl; then
    probe_status=0
    probe_connected=$(curl -sv --noproxy '*' --connect-timeout 5 --max-time 7 -o /dev/null -w '%{time_connect}' "http://$probe_host:$2/") || probe_status=$?
    case $probe_connected in *[1-9]*) return 0 ;; esac
    return "$probe_status"
  fi
  has bash || return 28
  # shellcheck disable=SC2016
  limited 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2"
}
