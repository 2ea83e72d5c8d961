# Files that are there completely or not at all.
# shellcheck shell=sh

# sha256_of FILE
sha256_of() {
  sha256_line=$(sha256sum <"$1") || return 1
  printf '%s\n' "${sha256_line%% *}"
}

# sha256_text TEXT: of a text that may be a secret; nothing of it is in an argument.
sha256_text() {
  sha256_line=$(printf '%s' "$1" | sha256sum) || return 1
  printf '%s\n' "${sha256_line%% *}"
}

# mode_of FILE, owner_of FILE: as 0600 and root:root.
mode_of() {
  printf '%04d\n' "$(stat -c %a "$1")"
}
owner_of() {
  stat -c %U:%G "$1"
}

# file_write PATH MODE: standard input becomes the file.
file_write() {
  folder_of "$1"
  drop_leftovers "$1"
  file_temp=$(dirname "$1")/.k3stack.$$.$(basename "$1").new
  if { cat >"$file_temp" && chmod "$2" "$file_temp" && flushed "$file_temp"; } 2>"$SCRATCH/error"; then
    mv -f "$file_temp" "$1" || not_written "$1"
  else
    not_written "$1"
  fi
}

# file_put SOURCE PATH MODE OWNER: a copy, compared with its source before it takes the path.
file_put() {
  file_stage "$1" "$2" "$3" "$4"
  file_switch "$2"
}

# file_stage SOURCE PATH MODE OWNER: the copy beside PATH; file_switch PATH puts it there, file_unstage PATH drops it.
file_stage() {
  folder_of "$2"
  drop_leftovers "$2"
  file_temp=$(staged_name "$2")
  if ! { cat <"$1" >"$file_temp" && chmod "$3" "$file_temp" && flushed "$file_temp"; } 2>"$SCRATCH/error"; then
    not_written "$2"
  fi
  [ "$(owner_of "$file_temp")" = "$4" ] || chown "$4" "$file_temp" || not_written "$2"
  cmp -s "$1" "$file_temp" || not_written "$2"
}
file_switch() {
  mv -f "$(staged_name "$1")" "$1" || not_written "$1"
}
file_unstage() {
  rm -f "$(staged_name "$1")"
}
# K3s reads what ends in .yaml beside its drop-ins, whatever it begins with.
staged_name() {
  printf '%s/.k3stack.%s.new\n' "$(dirname "$1")" "$(basename "$1")"
}

# drop_leftovers PATH: what attempts that were cut off have left beside it: by the names of former releases, or of a process that is gone.
drop_leftovers() {
  left_base=$(basename "$1")
  left_folder=$(dirname "$1")
  rm -f "$left_folder/.k3stack.$left_base" 2>/dev/null || :
  for left_file in "$left_folder"/.k3stack.[0-9]*."$left_base" "$left_folder"/.k3stack.[0-9]*."$left_base".new; do
    [ -f "$left_file" ] || continue
    left_process=${left_file#"$left_folder"/.k3stack.}
    left_process=${left_process%".$left_base"*}
    case $left_process in *[!0-9]*) continue ;; esac
    case $left_file in *.new) [ ! -d "/proc/$left_process" ] || continue ;; esac
    rm -f "$left_file" 2>/dev/null || :
  done
}

# file_is PATH MODE OWNER SHA256
file_is() {
  [ -f "$1" ] && [ "$(mode_of "$1")" = "$2" ] && [ "$(owner_of "$1")" = "$3" ] && [ "$(sha256_of "$1")" = "$4" ]
}

# folder_of PATH: makes the folder a file goes to.
folder_of() {
  file_folder=$(dirname "$1")
  [ -d "$file_folder" ] && return
  case $1 in
    "$STATE"/*) mkdir -p "$file_folder" || not_written "$1" ;;
    # What K3s makes for root alone stays so when we come first.
    */server/* | */agent/*)
      (umask 022 && mkdir -p "${file_folder%%/server*}" "${file_folder%%/agent*}" 2>/dev/null) || :
      mkdir -p "$file_folder" || not_written "$1"
      ;;
    *) (umask 022 && mkdir -p "$file_folder") || not_written "$1" ;;
  esac
}

# not_written PATH: ends the step; what was at PATH is as it was.
not_written() {
  not_written_why=$(cat "$SCRATCH/error" 2>/dev/null || :)
  rm -f "${file_temp:-}"
  case $not_written_why in
    *'No space left'* | *'quota exceeded'*)
      fail diskFull "no space left to write $1 ($(free_mib "$1") MiB free there); it is as it was. Make room, then run again"
      ;;
  esac
  [ "$(free_mib "$1")" != 0 ] || fail diskFull "no space left to write $1; it is as it was. Make room, then run again"
  fail internal "$1 could not be written: $not_written_why"
}

# free_mib PATH: of the file system that it is or will be on.
free_mib() (
  folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { printf "%d\n", $4 / 1024 }'
)

# flushed FILE: on disk, so that a rename never beats its content.
flushed() {
  sync "$1" 2>/dev/null || sync
}

# link_switch TARGET LINK: replaces a symbolic link in one go.
link_switch() {
  link_temp=$(dirname "$2")/.k3stack.$$.link
  ln -s "$1" "$link_temp" 2>"$SCRATCH/error" || not_written "$2"
  mv -T "$link_temp" "$2" 2>/dev/null || { rm -f "$2" && mv "$link_temp" "$2"; } || not_written "$2"
}
