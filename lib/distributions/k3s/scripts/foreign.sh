# What somebody else put where K3s or its unit reads it, beside what the program declares.
# shellcheck shell=sh
# shellcheck disable=SC2154

# foreign_paths MANIFEST: drop-ins of K3s's configuration and of its unit, and files of variables, that no line of the manifest names.
foreign_paths() {
  for foreign_file in "$ETC/config.yaml.d"/* "$ROOT/etc/systemd/system/$SERVICE.service.d"/* "$ROOT/etc/default/$SERVICE" "$ROOT/etc/sysconfig/$SERVICE"; do
    [ -f "$foreign_file" ] || continue
    foreign_path=${foreign_file#"$ROOT"}
    [ "$foreign_path" != /etc/rancher/k3s/config.yaml.d/50-bootstrap.yaml ] || continue
    awk -v path="$foreign_path" '$3 == path { there = 1 } END { exit !there }' "$1" 2>/dev/null || printf '%s\n' "$foreign_path"
  done
}

# foreign_settings MANIFEST: those of them that say how K3s runs. A proxy among the variables of the system is where it belongs.
foreign_settings() {
  foreign_paths "$1" | while read -r foreign_path; do
    case $foreign_path in
      */config.yaml.d/*.yaml | */config.yaml.d/*.yml | *.service.d/*.conf) ;;
      /etc/default/* | /etc/sysconfig/*) grep -q '^[[:space:]]*K3S_' "$ROOT$foreign_path" || continue ;;
      *) continue ;;
    esac
    printf '%s\n' "$foreign_path"
  done
}
