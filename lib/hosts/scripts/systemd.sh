# systemd, never waiting for it without an end: a unit of type notify may start for ever.
# shellcheck shell=sh

unit_state() {
  limited 20 systemctl show -p ActiveState "$1" 2>/dev/null | sed -n 's/^ActiveState=//p'
}

# unit_active UNIT
unit_active() {
  [ "$(unit_state "$1")" = active ]
}

# unit_property UNIT NAME
unit_property() {
  limited 20 systemctl show -p "$2" "$1" 2>/dev/null | sed -n "s/^$2=//p"
}

# unit_do VERB UNIT...: asks for it and returns.
unit_do() {
  limited 60 systemctl --no-block "$@" 2>"$SCRATCH/error" ||
    say "systemctl $*: $(cat "$SCRATCH/error")"
}

# unit_stop UNIT SECONDS
unit_stop() {
  unit_do stop "$1"
  until_true "$2" unit_stopped "$1"
}
# unit_stopped UNIT: a systemd that does not answer says nothing of it.
unit_stopped() {
  case $(unit_state "$1") in inactive | failed) return 0 ;; *) return 1 ;; esac
}

# journal_mark: to give to journal_since; the journal's own clock and resolution.
journal_mark() {
  date '+%Y-%m-%d %H:%M:%S'
}

# journal_since MARK UNIT: its lines since then, without time and host.
journal_since() {
  limited 20 journalctl -o cat --no-pager -n 400 -u "$2" --since "$1" 2>/dev/null || :
}
