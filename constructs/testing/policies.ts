import { memoryLimits, noLatestImage, probes, readOnlyRoot, resourceRequests } from './policies/containers';
import { networkPolicy, noIdleToken, noSecretValues, recommendedLabels } from './policies/objects';
import { notPrivileged } from './policies/privileges';
import { restrictedPodSecurity } from './policies/restricted-pod-security';

/** Policies that objects can be held to. What a Helm chart makes in the cluster is not among the objects. */
export const policies = {
  noLatestImage,
  memoryLimits,
  resourceRequests,
  probes,
  readOnlyRoot,
  notPrivileged,
  restrictedPodSecurity,
  networkPolicy,
  noIdleToken,
  noSecretValues,
  recommendedLabels,
} as const;
