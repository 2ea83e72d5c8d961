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
  version_parts "$STAGED_VERSION"
  if [ "$part_major" -lt "$from_major" ] || { [ "$part_major" = "$from_major" ] && [ "$part_minor" -lt "$from_minor" ]; }; then
    fail versionPath "$IN_NODE has $version_is, and $STAGED_VERSION is of an older minor version. Going back needs a snapshot from before (k3stack restore)"
  fi
  if [ "$part_major" != "$from_major" ] || [ "$((part_minor - from_minor))" -gt 1 ]; then
    fail versionPath "$IN_NODE has $version_is, and $STAGED_VERSION is more than one minor version ahead. Go by every minor version in between"
  fi
}

# version_parts v1.36.3+k3s1
version_parts() {
  version_rest=${1#v}
  version_rest=${version_rest%%[-+]*}
  part_major=${version_rest%%.*}
  version_rest=${version_rest#*.}
  part_minor=${version_rest%%.*}
  case $part_major$part_minor in
    '' | *[!0-9]*) fail versionPath "no version of K3s: $1" ;;
  esac
}

# binary_version: of the K3s that is installed; empty without one.
binary_version() {
  [ -x "$K3S" ] || return 0
  limited 60 "$K3S" --version 2>/dev/null | sed -n 's/^k3s version \([^ ]*\).*/\1/p'
}
