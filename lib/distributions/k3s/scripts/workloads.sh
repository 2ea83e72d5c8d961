# What runs in kube-system, which a restart must not leave broken.
# shellcheck shell=sh

# workloads_available: deployments and daemon sets of kube-system that have all they want, a line each.
workloads_available() {
  {
    kube -n kube-system get deployments -o jsonpath='{range .items[*]}deployment/{.metadata.name} {.spec.replicas} {.status.availableReplicas}{"\n"}{end}'
    kube -n kube-system get daemonsets -o jsonpath='{range .items[*]}daemonset/{.metadata.name} {.status.desiredNumberScheduled} {.status.numberAvailable}{"\n"}{end}'
  } 2>/dev/null | awk '$1 != "" && $3 + 0 >= $2 + 0 { print $1 }' | sort
}

# workloads_remember; workloads_wait SECONDS: until those that were available are so again.
workloads_remember() {
  workloads_available >"$SCRATCH/available"
}
workloads_wait() {
  until_true "$1" workloads_are_back ||
    fail unhealthy "K3s runs on $IN_NODE, but these of kube-system were available before and are not: $(tr '\n' ' ' <"$SCRATCH/missing")"
}
workloads_are_back() {
  workloads_available >"$SCRATCH/available.now"
  grep -vxF -f "$SCRATCH/available.now" "$SCRATCH/available" >"$SCRATCH/missing" || :
  [ ! -s "$SCRATCH/missing" ]
}
