/**
 * Feature gates that Kubernetes dropped, by the first minor that does not know them. Source: `pkg/features/kube_features.go` of k8s.io/kubernetes
 * v1.20 to v1.36 and the gates of k8s.io/apiserver, component-base, controller-manager and apiextensions-apiserver of the same releases.
 */
export const removedGates: Readonly<Record<string, readonly string[]>> = {
  '1.21': words(`
    AttachVolumeLimit BlockVolume CSIBlockVolume CSIDriverRegistry CSIMigrationAWSComplete CSIMigrationAzureDiskComplete
    CSIMigrationAzureFileComplete CSIMigrationGCEComplete CSIMigrationOpenStackComplete CSINodeInfo EvenPodsSpread HyperVContainer
    RotateKubeletClientCertificate TokenRequest TokenRequestProjection VolumePVCDataSource WindowsGMSA WindowsRunAsUserName`),
  '1.22': words(`
    BalanceAttachedNodeVolumes CRIContainerLogRotation CSIMigrationvSphereComplete ExternalPolicyForExternalIP LegacyNodeRoleBehavior
    NodeDisruptionExclusion RootCAConfigMap RunAsGroup SCTPSupport ServiceAppProtocol ServiceNodeExclusion ServiceTopology
    VolumeSnapshotDataSource`),
  '1.23': words(`
    AllowInsecureBackendProxy BoundServiceAccountTokenVolume CronJobControllerV2 NodeLease ServiceAccountIssuerDiscovery StartupProbe
    SupportNodePidsLimit SupportPodPidsLimit Sysctls`),
  '1.24': words(`
    HugePageStorageMediumSize ImmutableEphemeralVolumes NamespaceDefaultLabelName RuntimeClass SetHostnameAsFQDN StreamingProxyRedirects
    ValidateProxyRedirects WarningHeaders csiMigrationRBD`),
  '1.25': words(`
    CSIServiceAccountToken CSIVolumeFSGroupPolicy ConfigurableFSGroupPolicy EndpointSlice EndpointSliceNodeName EndpointSliceProxying
    GenericEphemeralVolume IPv6DualStack IngressClassNamespacedParams PodDisruptionBudget SelectorIndex StorageObjectInUseProtection
    TTLAfterFinished VolumeSubpath WindowsEndpointSliceProxying`),
  '1.26': words(`
    CSIMigrationOpenStack CSRDuration DefaultPodTopologySpread DynamicKubeletConfig IndexedJob NonPreemptingPriority
    PodAffinityNamespaceSelector PodOverhead PreferNominatedNode ServiceLBNodePortControl ServiceLoadBalancerClass SuspendJob`),
  '1.27': words(`
    CSIInlineVolume CSIMigration CSIMigrationAWS CSIMigrationAzureDisk ControllerManagerLeaderMigration DaemonSetUpdateSurge
    EphemeralContainers ExpandCSIVolumes ExpandInUsePersistentVolumes ExpandPersistentVolumes IdentifyPodOS
    LocalStorageCapacityIsolation NetworkPolicyEndPort StatefulSetMinReadySeconds`),
  '1.28': words(`
    AdvancedAuditing CSIMigrationGCE CSIStorageCapacity DelegateFSGroupToCSIDriver DevicePlugins DisableAcceleratorUsageMetrics DryRun
    EndpointSliceTerminatingCondition KubeletCredentialProviders MixedProtocolLBService NetworkPolicyStatus PodHasNetworkCondition
    PodSecurity ServiceIPStaticSubrange ServiceInternalTrafficPolicy UserNamespacesStatelessPodsSupport WindowsHostProcessContainers`),
  '1.29': words(`
    CSIMigrationvSphere CronJobTimeZone DownwardAPIHugePages GRPCContainerProbe JobMutableNodeSchedulingDirectives
    JobTrackingWithFinalizers LegacyServiceAccountTokenNoAutoGeneration MultiCIDRRangeAllocator OpenAPIV3 ProbeTerminationGracePeriod
    RetroactiveDefaultStorageClass SeccompDefault TopologyManager`),
  '1.30': words(`
    APISelfSubjectReview CSIMigrationAzureFile ExpandedDNSConfig ExperimentalHostUserNamespaceDefaulting IPTablesOwnershipCleanup
    KubeletPodResources KubeletPodResourcesGetAllocatable LegacyServiceAccountTokenTracking MinimizeIPTablesRestore
    ProxyTerminatingEndpoints RemoveSelfLink SecurityContextDeny`),
  '1.31': words(`
    APIPriorityAndFairness CSIMigrationRBD CSINodeExpandSecret ConsistentHTTPGetHandlers CustomResourceValidationExpressions
    DefaultHostNetworkHostPortsInPodTemplates InTreePluginAWSUnregister InTreePluginAzureDiskUnregister InTreePluginAzureFileUnregister
    InTreePluginGCEUnregister InTreePluginOpenStackUnregister InTreePluginRBDUnregister InTreePluginvSphereUnregister JobReadyPods
    ReadWriteOncePod ServiceNodePortStaticSubrange SkipReadOnlyValidationGCE`),
  '1.32': words(`
    CloudDualStackNodeIPs DRAControlPlaneController HPAContainerMetrics KMSv2 KMSv2KDF LegacyServiceAccountTokenCleanUp
    MinDomainsInPodTopologySpread NewVolumeManagerReconstruction NodeOutOfServiceVolumeDetach PodHostIPs ServerSideApply
    ServerSideFieldValidation StableLoadBalancerNodeSet ValidatingAdmissionPolicy ZeroLimitedNominalConcurrencyShares`),
  '1.33': words(`
    APIListChunking AdmissionWebhookMatchConditions AggregatedDiscoveryEndpoint AppArmor AppArmorFields CPUManager DisableCloudProviders
    DisableKubeletCloudCredentialProviders EfficientWatchResumption JobPodFailurePolicy KubeProxyDrainingTerminatingNodes
    PDBUnhealthyPodEvictionPolicy PersistentVolumeLastPhaseTransitionTime RemainingItemCount VolumeCapacityPriority WatchBookmark`),
  '1.34': words(
    `DevicePluginCDIDevices ElasticIndexedJob LegacySidecarContainers PodDisruptionConditions StatefulSetStartOrdinal`,
  ),
  '1.35': words(`
    AllowServiceLBStatusOnNonLB ComponentSLIs CronJobsScheduledAnnotation LoadBalancerIPMode PodIndexLabel ProbeHostPodSecurityStandards
    SizeMemoryBackedVolumes StatefulSetAutoDeletePVC StrictCostEnforcementForVAP StrictCostEnforcementForWebhooks
    UserNamespacesPodSecurityStandards`),
  '1.36': words(`
    CSIMigrationPortworx HonorPVReclaimPolicy InPlacePodVerticalScalingAllocatedStatus InTreePluginPortworxUnregister MemoryManager
    ServiceTrafficDistribution StructuredAuthorizationConfiguration TopologyAwareHints WatchFromStorageWithoutResourceVersion`),
};

/** Gates that can only be `true`, by the first minor that locks them (`LockToDefault` in the same files of v1.32 to v1.36). */
export const lockedOnGates: Readonly<Record<string, readonly string[]>> = {
  '1.17': words(`WatchBookmark`),
  '1.24': words(`EfficientWatchResumption`),
  '1.26': words(`CPUManager`),
  '1.29': words(`APIListChunking RemainingItemCount`),
  '1.30': words(`AdmissionWebhookMatchConditions AggregatedDiscoveryEndpoint PodSchedulingReadiness`),
  '1.31': words(`
    AppArmor AppArmorFields DevicePluginCDIDevices DisableCloudProviders DisableKubeletCloudCredentialProviders ElasticIndexedJob
    JobPodFailurePolicy KubeProxyDrainingTerminatingNodes LogarithmicScaleDown PDBUnhealthyPodEvictionPolicy
    PersistentVolumeLastPhaseTransitionTime PodDisruptionConditions StatefulSetStartOrdinal`),
  '1.32': words(`
    CronJobsScheduledAnnotation CustomResourceFieldSelectors LoadBalancerIPMode MemoryManager PodIndexLabel RetryGenerateName
    ServiceAccountTokenJTI ServiceAccountTokenNodeBindingValidation ServiceAccountTokenPodNodeInfo SizeMemoryBackedVolumes
    StatefulSetAutoDeletePVC StrictCostEnforcementForVAP StrictCostEnforcementForWebhooks StructuredAuthorizationConfiguration
    TopologyManagerPolicyOptions`),
  '1.33': words(`
    AnyVolumeDataSource BtreeWatchCache CPUManagerPolicyOptions CRDValidationRatcheting CSIMigrationPortworx HonorPVReclaimPolicy
    JobBackoffLimitPerIndex JobSuccessPolicy MatchLabelKeysInPodAffinity NFTablesProxyMode NodeInclusionPolicyInPodTopologySpread
    RecursiveReadOnlyMounts ServiceAccountTokenNodeBinding ServiceTrafficDistribution SidecarContainers TopologyAwareHints`),
  '1.34': words(`
    APIServerTracing AnonymousAuthConfigurableEndpoints AuthorizeNodeWithSelectors AuthorizeWithSelectors ConsistentListFromCache
    JobPodReplacementPolicy KubeletCgroupDriverFromCRI KubeletTracing MultiCIDRServiceAllocator NodeSwap OrderedNamespaceDeletion
    PodLifecycleSleepAction PodLifecycleSleepActionAllowZero ProbeHostPodSecurityStandards RecoverVolumeExpansionFailure
    RelaxedDNSSearchValidation RelaxedEnvironmentVariableValidation ResilientWatchCacheInitialization SchedulerQueueingHints
    SeparateTaintEvictionController StreamingCollectionEncodingToJSON StreamingCollectionEncodingToProtobuf
    StructuredAuthenticationConfiguration WinDSR WinOverlay`),
  '1.35': words(`
    AggregatedDiscoveryRemoveBetaType DisableAllocatorDualWrite DynamicResourceAllocation ExecProbeTimeout ImageMaximumGCAge
    InPlacePodVerticalScaling JobManagedBy PodObservedGenerationTracking PreferSameTrafficDistribution SupplementalGroupsPolicy
    SystemdWatchdog`),
  '1.36': words(`
    CSIServiceAccountTokenSecrets DRAAdminAccess DeclarativeValidation DisableNodeKubeProxyVersion ExternalServiceAccountTokenSigner
    ImageVolume KubeletFineGrainedAuthz KubeletPSI KubeletPodResourcesDynamicResources KubeletPodResourcesGet
    MutableCSINodeAllocatableCount NodeLogQuery ProcMountType SELinuxChangePolicy SELinuxMountReadWriteOncePod UserNamespacesSupport
    VolumeAttributesClass`),
};

/** Gates that can only be `false`, likewise. */
export const lockedOffGates: Readonly<Record<string, readonly string[]>> = {
  '1.32': words(`AllowServiceLBStatusOnNonLB`),
  '1.33': words(`WatchFromStorageWithoutResourceVersion`),
  '1.35': words(`AllowOverwriteTerminationGracePeriodSeconds`),
  '1.36': words(`GitRepoVolumeDriver SeparateCacheWatchRPC`),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
