# Which version may follow which.
# shellcheck shell=sh
# shellcheck disable=SC2154

# version_check: ends the step with versionPath when K3s does not support the way from what is installed to what is staged.
version_check() {
  version_is=$(binary_version)
  [ -n "$version_is" ] && [ "$version_is" != "$STAGED_VERSION" ] || return 0
  version_parts "$version_is"
  from_major=$part_major
  from_minor=$part_minor
  from_number=$part_number
  version_parts "$STAGED_VERSION"
  if [ "$part_major" -lt "$from_major" ] || { [ "$part_major" = "$from_major" ] && [ "$part_minor" -lt "$from_minor" ]; }; then
    fail versionPath "$IN_NODE has $version_is, and $STAGED_VERSION is of an older minor version. Going back needs a snapshot from before (k3stack restore)"
  fi
  if [ "$part_major" != "$from_major" ] || [ "$((part_minor - from_minor))" -gt 1 ]; then
    fail versionPath "$IN_NODE has $version_is, and $STAGED_VERSION is more than one minor version ahead. Go by every minor version in between"
  fi
  version_check_etcd
}

# etcd 3.6 takes removed members for living ones where no etcd of 3.5.26 or later has repaired the list of members before.
version_check_etcd() {
  [ "${IN_DATASTORE:-}" = embedded-etcd ] && [ "$from_minor" -le 33 ] && [ "$part_minor" -ge 34 ] || return 0
  version_parts v1.33.7+k3s3
  [ "$from_number" -ge "$part_number" ] ||
    fail versionPath "$IN_NODE has $version_is, whose etcd is older than 3.5.26, and $STAGED_VERSION has etcd 3.6, in which servers that were removed could come back. Write the latest v1.33 first (v1.33.7+k3s3 or later) and run, then $STAGED_VERSION"
}

# version_check_api: ends the step with versionPath when this agent would be newer than the API server, which its load balancer leads to.
version_check_api() {
  version_api=$(kube_self get --raw /version 2>/dev/null | sed -n 's/.*"gitVersion": *"\([^"]*\)".*/\1/p')
  [ -n "$version_api" ] || return 0
  version_parts "$version_api"
  api_patch=$((part_number / 100))
  version_parts "$STAGED_VERSION"
  [ "$((part_number / 100))" -le "$api_patch" ] ||
    fail versionPath "$IN_NODE would run $STAGED_VERSION, newer than the API server at $version_api, which K3s does not support. Bring the servers to $STAGED_VERSION first, or write $version_api for $IN_NODE"
}

# version_parts v1.36.3+k3s1: sets part_major, part_minor, and part_number, by which releases of one major are compared.
version_parts() {
  version_rest=${1#v}
  version_rest=${version_rest%%[-+]*}
  part_major=${version_rest%%.*}
  version_rest=${version_rest#*.}
  part_minor=${version_rest%%.*}
  case $part_major$part_minor in
    '' | *[!0-9]*) fail versionPath "no version of K3s: $1" ;;
  esac
  version_rest=${version_rest#*.}
  version_patch=${version_rest%%.*}
  version_revision=$(printf '%s\n' "$1" | sed -n 's/^.*+k3s\([0-9]\{1,2\}\)$/\1/p')
  case $version_patch in '' | *[!0-9]*) version_patch=0 ;; esac
  part_number=$(((part_minor * 1000 + version_patch) * 100 + ${version_revision:-0}))
}

# binary_version: of the K3s that is installed; empty without one.
binary_version() {
  [ -x "$K3S" ] || return 0
  limited 60 "$K3S" --version 2>/dev/null | sed -n 's/^k3s version \([^ ]*\).*/\1/p'
}
