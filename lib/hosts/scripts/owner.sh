# Who may change this host.
# shellcheck shell=sh
# shellcheck disable=SC2154

# owner_field OWNER|NODE|ROLE: of the mark on this host; empty without one.
owner_field() {
  [ -f "$STATE/owner" ] || return 0
  sed -n "s/^$1='\(.*\)'\$/\1/p" "$STATE/owner"
}

# owner_check: ends the step unless the host is this node of this cluster.
owner_check() {
  need OWNER NODE ROLE
  [ -f "$STATE/owner" ] || fail notOwned "this host is not marked as $IN_NODE of $IN_OWNER: nothing was prepared here yet. Run pulumi up"
  owner_refuse_other
}

# owner_refuse_other: ends the step when the host is another's; one without a mark passes.
owner_refuse_other() {
  [ -f "$STATE/owner" ] || return 0
  owner_is=$(owner_field OWNER)
  owner_node=$(owner_field NODE)
  { [ -n "$owner_is" ] && [ -n "$owner_node" ]; } ||
    fail notOwned "$STATE/owner does not say whose this host is: it is damaged. If this host is $IN_NODE of $IN_OWNER, write these three lines into it and run again: OWNER='$IN_OWNER' and NODE='$IN_NODE' and ROLE='$IN_ROLE'"
  [ "$owner_is" = "$IN_OWNER" ] ||
    fail notOwned "this host belongs to $owner_is, as its node $owner_node, and not to $IN_OWNER. Give the program another host; or, if $owner_is is gone, remove K3s and $STATE there and run again"
  [ "$owner_node" = "$IN_NODE" ] ||
    fail notOwned "this host is the node $owner_node of $IN_OWNER, and a node cannot be renamed to $IN_NODE where it is. Keep the name $owner_node; or remove $owner_node from the program and run, then add $IN_NODE and run"
  [ "$(owner_field ROLE)" = "$IN_ROLE" ] ||
    fail notOwned "this host is the $(owner_field ROLE) $IN_NODE, and a node cannot become a $IN_ROLE where it is. Remove it from the program and run, then add it under another name and run"
}

# owner_write: marks the host on its first use.
owner_write() {
  [ ! -f "$STATE/owner" ] || return 0
  case $IN_OWNER$IN_NODE$IN_ROLE in *\'*) fail badInput "an owner cannot hold a quote: $IN_OWNER $IN_NODE" ;; esac
  printf "OWNER='%s'\nNODE='%s'\nROLE='%s'\n" "$IN_OWNER" "$IN_NODE" "$IN_ROLE" | file_write "$STATE/owner" 0600
}
