# What runs in kube-system, which a restart must not leave broken.
# shellcheck shell=sh

# workloads_read: deployments and daemon sets of kube-system, lines `name wanted available`; fails when the API does not answer.
workloads_read() {
  {
    kube -n kube-system get deployments -o jsonpath='{range .items[*]}deployment/{.metadata.name} {.spec.replicas} {.status.availableReplicas}{"\n"}{end}' &&
      kube -n kube-system get daemonsets -o jsonpath='{range .items[*]}daemonset/{.metadata.name} {.status.desiredNumberScheduled} {.status.numberAvailable}{"\n"}{end}'
  } 2>/dev/null
}

# workloads_remember; workloads_wait SECONDS: until those that had all they want have it again. One that is gone was disabled, and K3s has removed it.
workloads_remember() {
  workloads_read | awk '$1 != "" && $3 + 0 >= $2 + 0 { print $1 }' >"$SCRATCH/available"
}
workloads_wait() {
  until_true "$1" workloads_are_back ||
    fail unhealthy "K3s runs on $IN_NODE, but these of kube-system were available before and are not: $(tr '\n' ' ' <"$SCRATCH/missing")"
}
workloads_are_back() {
  cp "$SCRATCH/available" "$SCRATCH/missing"
  workloads_read >"$SCRATCH/workloads" || return 1
  awk 'NR == FNR { here[$1] = 1; if ($3 + 0 >= $2 + 0) well[$1] = 1; next } ($1 in here) && !($1 in well)' \
    "$SCRATCH/workloads" "$SCRATCH/available" >"$SCRATCH/missing"
  [ ! -s "$SCRATCH/missing" ]
}
