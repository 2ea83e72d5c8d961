export { environments, Environments } from './environments';
export { Environment } from './environment';
export { Cluster, type HelmDelivery } from './cluster/cluster';
export { K3sCluster } from './cluster/k3s-cluster';
export { K3sAgent, K3sServer, type HostFileProps, type K3sNodeConstruct } from './cluster/k3s-node';
export {
  ExistingCluster,
  type ExistingClusterProps,
  type KubeconfigReference,
} from './cluster/existing-cluster';
export { ExternalHost, type ExternalHostProps } from './cluster/external-host';
export { Namespace } from './cluster/namespace';
export type {
  ComputeAmounts,
  NamespaceLimits,
  NamespaceProps,
  NamespaceQuota,
  PodSecurityLevel,
} from './cluster/namespace-settings';
export { AutoDeploy } from './cluster/auto-deploy';
export { HelmChart, type HelmChartProps } from './helm/helm-chart';
export type { HelmValue, HelmValues } from './helm/helm-values';
export { AcmeIssuer } from './platform/cert-manager/acme-issuer';
export type * as Acme from './platform/cert-manager/acme-settings';
export { CertManager } from './platform/cert-manager/cert-manager';
export type { CertManagerProps } from './platform/cert-manager/cert-manager-settings';
export { Certificate } from './platform/cert-manager/certificate';
export type { CertificateIssuer } from './platform/cert-manager/certificate-issuer';
export type { CertificateKey, CertificateProps } from './platform/cert-manager/certificate-settings';
export type { OwnRoot, PrivateCaIssuerProps } from './platform/cert-manager/private-ca-settings';
export { PrivateCaIssuer } from './platform/cert-manager/private-ca-issuer';
export { SelfSignedIssuer, type SelfSignedIssuerProps } from './platform/cert-manager/self-signed-issuer';
export { KubeVip, type KubeVipProps } from './platform/kube-vip';
export type { LocalPathStorageProps } from './platform/local-path/local-path-settings';
export { LocalPathStorage } from './platform/local-path/local-path-storage';
export { MetricsServer } from './platform/metrics-server';
export { Calico } from './platform/calico/calico';
export type { CalicoProps } from './platform/calico/calico-settings';
export { Cilium } from './platform/cilium/cilium';
export type { CiliumLoadBalancer, CiliumProps } from './platform/cilium/cilium-settings';
export { ArgoCd, type ArgoCdProps } from './platform/gitops/argo-cd';
export { Flux, type FluxProps } from './platform/gitops/flux';
export type { GitSource } from './platform/gitops/git-source';
export { Longhorn } from './platform/longhorn/longhorn';
export type {
  LonghornBackup,
  LonghornCredentials,
  LonghornProps,
} from './platform/longhorn/longhorn-settings';
export type { AddOnRequests, Resources } from './helm/requests';
export { LocalRegistry, type LocalRegistryProps } from './platform/registry/local-registry';
export { PullThroughCache, type PullThroughCacheProps } from './platform/registry/pull-through-cache';
export { ServiceLb, type ServiceLbProps } from './platform/service-lb';
export {
  TraefikMiddleware,
  type TraefikMiddlewareKind,
  type TraefikMiddlewareProps,
} from './platform/traefik/middleware';
export type * as TraefikMiddlewares from './platform/traefik/middleware-settings';
export {
  TraefikTlsOption,
  type TlsOptionSettings,
  type TlsVersion,
  type TraefikTlsOptionProps,
} from './platform/traefik/tls-option';
export type { AlertRule, RuleFile } from './platform/observability/alert-rules';
export type { RecordingRule } from './platform/observability/recording-rules';
export { Metrics } from './platform/observability/metrics';
export type { MetricsProps } from './platform/observability/metrics-settings';
export { Logs } from './platform/observability/logs';
export type { LogForwarding, LogsProps } from './platform/observability/logs-settings';
export type { GrafanaSettings } from './platform/observability/grafana';
export type { KpiThresholds } from './platform/observability/kpi-thresholds';
export type { AlertReceiver, EmailReceiver } from './platform/observability/receiver';
export type { StoreSettings, StoreVolume } from './platform/observability/store-settings';
export { Gitea } from './platform/gitea/gitea';
export type { GiteaRunner } from './platform/gitea/gitea-runner';
export type { BuildWorkflow } from './platform/gitea/workflow';
export type {
  GiteaAdmin,
  GiteaProps,
  GiteaRunnerSettings,
  RegistryTarget,
} from './platform/gitea/gitea-settings';
export { Team } from './platform/team/team';
export type { TeamMembers, TeamProps, TeamRole } from './platform/team/team-settings';
export { TraefikRoute } from './platform/traefik/route';
export type { TraefikConnectedService, TraefikNamedService } from './platform/traefik/route-services';
export type {
  TraefikRoutePath,
  TraefikRouteProps,
  TraefikRouteService,
  TraefikServiceSettings,
  TraefikStickyCookie,
} from './platform/traefik/route-settings';
export {
  TraefikTcpRoute,
  type TraefikTcpRouteProps,
  type TraefikTcpService,
  type TraefikTcpServiceSettings,
} from './platform/traefik/tcp-route';
export { Traefik } from './platform/traefik/traefik';
export type {
  TraefikDashboard,
  TraefikEntryPoint,
  TraefikExposure,
  TraefikLogLevel,
  TraefikProps,
  TraefikResources,
} from './platform/traefik/traefik-settings';
export { Velero } from './platform/velero/velero';
export type {
  VeleroBucket,
  VeleroCredentials,
  VeleroProps,
  VeleroResources,
} from './platform/velero/velero-settings';
export { Bot, type BotProps } from './workloads/bot';
export {
  connectionTo,
  type Connection,
  type ConnectionSecret,
  type ConnectionTarget,
} from './workloads/connection';
export type { Autoscaling } from './workloads/availability';
export type { EnvironmentValue, EnvironmentVariables } from './workloads/environment-variables';
export { EdgeApp, type EdgeAppProps } from './workloads/edge-app';
export type { OfflineCacheSettings, OfflineQueueSettings } from './workloads/edge/queue-settings';
export type { EdgeUpstream, UpstreamSettings } from './workloads/edge/upstream';
export { ExternalService, type ExternalServiceProps } from './workloads/external-service';
export type { HealthCheck, HealthWatch } from './workloads/health-watch';
export { InferenceRuntime, type Runtime } from './workloads/inference-runtime';
export { InferenceServer, type InferenceServerProps } from './workloads/inference-server';
export { Ingress, type IngressChoice } from './workloads/ingress';
export type { PodSettings } from './workloads/pod';
export type { Amounts, ContainerResources } from './workloads/resources';
export type { PostgresVersion } from '../lib/workloads/postgres/images';
export type { ParameterValue } from '../lib/workloads/postgres/server-parameters';
export { PostgresDatabase } from './workloads/postgres-database';
export type {
  DumpBucket,
  PostgresDatabaseProps,
  PostgresDumps,
} from './workloads/postgres/postgres-settings';
export { Job, type JobProps } from './workloads/job';
export { ScheduledJob, type ScheduledJobProps } from './workloads/scheduled-job';
export type { IssuerReference, Tls } from './workloads/tls';
export type { Toleration } from './workloads/toleration';
export type { Volume, Volumes } from './workloads/volumes';
export { WebService, type WebServiceProps } from './workloads/web-service';
export { Worker, type WorkerProps } from './workloads/worker';
export { setWorkloadDefaults, type WorkloadDefaults } from './workloads/workload-defaults';
export { Workload } from './workloads/workload';
export type { Egress, IngressFrom, Peer, PodPeer, WorkloadNetwork } from './workloads/workload-network';
export { patch } from './patch';
export { addCheck, type ConstructViolation } from './violations';
export { late } from '../lib/late';
export {
  secret,
  secretHole,
  SecretRef,
  secretText,
  urlEncoded,
  type SecretSource,
  type SecretText,
  type UrlEncodedSecret,
} from '../lib/secret';
export type { ExistingSecret } from '../lib/existing-secret';
export type { GeneratedSecret, GeneratedSecretProps, SecretAlphabet } from '../lib/generated-secret';
export type { ExternalStore } from '../lib/synthesis/external-secret';
export { GitSecrets } from './cluster/git-secrets';
export { boundSecret, type SecretPlace } from './workloads/secrets/bound-secret';
export { workloadSecret, type SecretKey, type WorkloadSecret } from './workloads/secrets/workload-secret';
export { Accelerators } from '../lib/cluster/node';
export type {
  Accelerator,
  Architecture,
  Bastion,
  Capacity,
  NodeRole,
  NodeSettings,
  Ssh,
  Taint,
  TaintEffect,
  Transport,
} from '../lib/cluster/node';
export type {
  AirGapSettings,
  ApiEndpointSettings,
  AuditSettings,
  DrainSettings,
  HostAddresses,
  K3sAgentPoolProps,
  K3sAgentProps,
  K3sClusterProps,
  K3sNodeSettings,
  K3sServerProps,
  KubeVipSettings,
  UpgradeSettings,
} from '../lib/distributions/k3s/cluster-settings';
export {
  Datastore,
  type DatastoreTls,
  type EtcdDatastore,
  type ExternalDatastore,
  type SnapshotS3,
  type SnapshotSettings,
  type SqlDatastore,
} from '../lib/distributions/k3s/datastore';
export { Cni, type FlannelSettings, type NetworkSettings } from '../lib/distributions/k3s/network';
export type { RegistryConfig, RegistryMirror, RegistrySettings } from '../lib/distributions/k3s/registries';
export type { AgentOptions, ServerOptions } from '../lib/distributions/k3s/options';
export type { PackagedComponent } from '../lib/distributions/k3s/model';
export { K3stackError, ExitCode } from '../lib/errors';
export { InvalidProgramError } from '../lib/rules/invalid-program';
export type { Violation } from '../lib/rules/violation';
export type { Synthesis } from '../lib/synthesis/synthesis';
