/** An argument that a program inside K3s no longer has. */
export interface RemovedArgument {
  /** First Kubernetes minor without it. */
  readonly since: string;

  /** @default 'remove it' */
  readonly fix?: string;
}

/**
 * Arguments that people still have in their files, by K3s's option and their name. Source: what defines flags in k8s.io/kubernetes v1.20 to v1.36
 * (`cmd/<component>/app/options`, `pkg/kubeapiserver/options`) and in k8s.io/apiserver and k8s.io/component-base of the same releases: each stood
 * in a minor before `since`, and stands in none from there to v1.36.3.
 */
export const removedArguments: Readonly<Record<string, Readonly<Record<string, RemovedArgument>>>> = {
  'kubelet-arg': {
    'enable-cadvisor-json-endpoints': { since: '1.21' },
    'chaos-chance': { since: '1.22' },
    'redirect-container-streaming': { since: '1.22' },
    'experimental-bootstrap-kubeconfig': { since: '1.23' },
    'seccomp-profile-root': { since: '1.23' },
    'cni-bin-dir': { since: '1.24' },
    'cni-cache-dir': { since: '1.24' },
    'cni-conf-dir': { since: '1.24' },
    'docker-endpoint': { since: '1.24', fix: 'remove it; docker: true of K3s uses Docker' },
    'dynamic-config-dir': { since: '1.24' },
    'experimental-check-node-capabilities-before-mount': { since: '1.24' },
    'experimental-dockershim-root-directory': { since: '1.24' },
    'experimental-logging-sanitization': { since: '1.24' },
    'image-pull-progress-deadline': { since: '1.24' },
    'network-plugin': { since: '1.24' },
    'network-plugin-mtu': { since: '1.24' },
    'non-masquerade-cidr': { since: '1.24' },
    'really-crash-for-testing': { since: '1.24' },
    'experimental-kernel-memcg-notification': { since: '1.25', fix: 'write kernel-memcg-notification' },
    'container-runtime': { since: '1.27', fix: 'remove it; only runtimes with a CRI socket are left' },
    'master-service-namespace': { since: '1.27' },
    'iptables-drop-bit': { since: '1.31' },
    'iptables-masquerade-bit': { since: '1.31' },
    'keep-terminated-pod-volumes': { since: '1.31' },
    'cloud-config': { since: '1.34' },
    'register-schedulable': { since: '1.34', fix: 'use node-taint of K3s' },
    'pod-infra-container-image': { since: '1.35', fix: 'use pause-image of K3s' },
  },
  'kube-proxy-arg': {
    'cleanup-ipvs': { since: '1.21' },
    'experimental-logging-sanitization': { since: '1.24' },
    'udp-timeout': { since: '1.26', fix: 'write conntrack-udp-timeout' },
    'proxy-port-range': { since: '1.31' },
  },
  'kube-scheduler-arg': {
    'algorithm-provider': { since: '1.22', fix: 'write config, with a KubeSchedulerConfiguration' },
    'hard-pod-affinity-symmetric-weight': {
      since: '1.22',
      fix: 'write config, with a KubeSchedulerConfiguration',
    },
    'scheduler-name': { since: '1.22', fix: 'write config, with a KubeSchedulerConfiguration' },
    'policy-config-file': { since: '1.23', fix: 'write config, with a KubeSchedulerConfiguration' },
    'policy-configmap': { since: '1.23', fix: 'write config, with a KubeSchedulerConfiguration' },
    'policy-configmap-namespace': { since: '1.23' },
    'use-legacy-policy-config': { since: '1.23' },
    address: { since: '1.24', fix: 'write bind-address' },
    port: { since: '1.24', fix: 'write secure-port' },
    'experimental-logging-sanitization': { since: '1.24' },
    'lock-object-name': { since: '1.28', fix: 'write leader-elect-resource-name' },
    'lock-object-namespace': { since: '1.28', fix: 'write leader-elect-resource-namespace' },
  },
  'kube-controller-manager-arg': {
    'horizontal-pod-autoscaler-use-rest-clients': { since: '1.22' },
    address: { since: '1.24', fix: 'write bind-address' },
    port: { since: '1.24', fix: 'write secure-port' },
    'deployment-controller-sync-period': { since: '1.24' },
    'experimental-logging-sanitization': { since: '1.24' },
    'deleting-pods-burst': { since: '1.25' },
    'deleting-pods-qps': { since: '1.25' },
    'experimental-cluster-signing-duration': { since: '1.25', fix: 'write cluster-signing-duration' },
    'register-retry-count': { since: '1.25' },
    'enable-taint-manager': { since: '1.27' },
    'pod-eviction-timeout': {
      since: '1.27',
      fix: 'use default-not-ready-toleration-seconds and default-unreachable-toleration-seconds of kube-apiserver-arg',
    },
    'horizontal-pod-autoscaler-downscale-delay': {
      since: '1.31',
      fix: 'write horizontal-pod-autoscaler-downscale-stabilization',
    },
    'horizontal-pod-autoscaler-upscale-delay': { since: '1.31' },
    'volume-host-allow-local-loopback': { since: '1.31' },
    'volume-host-cidr-denylist': { since: '1.31' },
  },
  'kube-apiserver-arg': {
    'kubelet-https': { since: '1.22' },
    'ssh-keyfile': { since: '1.22' },
    'ssh-user': { since: '1.22' },
    address: { since: '1.24', fix: 'write bind-address' },
    port: { since: '1.24' },
    'insecure-bind-address': { since: '1.24' },
    'insecure-port': { since: '1.24' },
    'deserialization-cache-size': { since: '1.24' },
    'enable-swagger-ui': { since: '1.24' },
    'experimental-encryption-provider-config': { since: '1.24', fix: 'use secrets-encryption of K3s' },
    'experimental-logging-sanitization': { since: '1.24' },
    'target-ram-mb': { since: '1.24' },
    'service-account-api-audiences': { since: '1.25', fix: 'write api-audiences' },
    'identity-lease-duration-seconds': { since: '1.26' },
    'identity-lease-renew-interval-seconds': { since: '1.26' },
    'master-service-namespace': { since: '1.27' },
    'cloud-config': { since: '1.33' },
    'cloud-provider': { since: '1.33' },
  },
};

/** Admission plugins that are gone, by their name. Source: AllOrderedPlugins in `pkg/kubeapiserver/options/plugins.go` of the same releases. */
export const removedAdmissionPlugins: Readonly<Record<string, RemovedArgument>> = {
  DenyEscalatingExec: { since: '1.21' },
  DenyExecOnPrivileged: { since: '1.21' },
  PodSecurityPolicy: {
    since: '1.25',
    fix: 'remove it, and label namespaces with pod-security.kubernetes.io/enforce',
  },
  SecurityContextDeny: { since: '1.30' },
  PersistentVolumeLabel: { since: '1.31' },
};
