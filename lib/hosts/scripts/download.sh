# Downloads that are verified before anybody sees them.
# shellcheck shell=sh

# download NAME URL SHA256 PATH: nothing is at PATH unless its sha256 is right. Goes on where an earlier attempt stopped.
download() {
  download_part=$4.part
  download_try=1
  while :; do
    download_from=0
    [ ! -s "$download_part" ] || download_from=$(wc -c <"$download_part")
    download_status=0
    download_once "$2" "$download_part" || download_status=$?
    if [ "$download_status" = 0 ]; then
      download_has=$(sha256_of "$download_part")
      if [ "$download_has" = "$3" ]; then
        flushed "$download_part"
        mv -f "$download_part" "$4" || not_written "$4"
        return 0
      fi
      rm -f "$download_part"
      # What was there from before may have been of another file.
      [ "$download_from" != 0 ] ||
        fail checksum "$1 from $(printf '%s\n' "$2" | masked_url) is not what the lock file says: expected sha256 $3, got $download_has. Nothing was changed. See what is there, a mirror or a proxy on the way; if the lock file is wrong, run k3stack lock"
    else
      download_full "$download_part"
    fi
    [ "$download_try" -lt "${K3STACK_DOWNLOAD_TRIES:-5}" ] ||
      fail download "$1 could not be downloaded from $(printf '%s\n' "$2" | masked_url) in $download_try attempts: $(tail -n 1 "$SCRATCH/error" | masked_url). What came is kept, and the next run goes on from there. See that this host reaches that address, or write airGap: true, by which the operator uploads it"
    say "download of $1 failed ($(tail -n 1 "$SCRATCH/error" | masked_url)); trying again"
    sleep $((download_try * 2))
    download_try=$((download_try + 1))
  done
}

# An address may hold a password, so it goes by standard input.
download_once() {
  : >"$SCRATCH/error"
  if has curl; then
    printf 'url = "%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')" |
      curl -fsSL -K - --connect-timeout 20 --speed-limit 1024 --speed-time 60 --max-time 1800 -C - -o "$2" 2>"$SCRATCH/error" && return 0
    download_curl=$?
    # The server has no ranges, or less than is here already.
    case $download_curl in
      33 | 36) rm -f "$2" ;;
      22) ! grep -q '416' "$SCRATCH/error" || rm -f "$2" ;;
    esac
    return 1
  fi
  has wget || fail requirements 'this host has neither curl nor wget; install one, or let the operator upload (airGap)'
  if wget --help 2>&1 | grep -q input-file; then
    printf '%s\n' "$1" | limited 1800 wget -q -T 60 -c -i - -O "$2" 2>"$SCRATCH/error" && return 0
  else
    # That of busybox takes addresses as arguments only, which everybody on the host can read.
    case $1 in *@*) fail requirements 'the wget of this host cannot keep a password to itself; install curl' ;; esac
    limited 1800 wget -q -T 60 -c -O "$2" "$1" 2>"$SCRATCH/error" && return 0
  fi
  [ -s "$SCRATCH/error" ] || echo 'wget failed' >"$SCRATCH/error"
  return 1
}

download_full() {
  if [ "$(free_mib "$1")" = 0 ] || grep -q 'No space left' "$SCRATCH/error"; then
    fail diskFull "no space left to download to $1; nothing was changed. Make room, then run again"
  fi
}

masked_url() {
  sed 's#//[^/[:space:]]*@#//***@#g'
}
