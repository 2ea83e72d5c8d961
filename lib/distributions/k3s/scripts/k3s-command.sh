# Commands of K3s that need what its service has in its environment, such as the credentials of S3.
# shellcheck shell=sh
# shellcheck disable=SC2154

# k3s_command SECONDS ARGUMENTS...
k3s_command() {
  command_seconds=$1
  shift
  if has systemd-run && [ -z "$ROOT" ]; then
    limited "$((command_seconds + 10))" systemd-run --quiet --pipe --wait --collect -p "RuntimeMaxSec=$command_seconds" \
      -p "EnvironmentFile=-/etc/systemd/system/$SERVICE.service.env" -E "K3S_DATA_DIR=$DATA" "$K3S" "$@"
  else
    limited "$command_seconds" "$K3S" "$@"
  fi
}
