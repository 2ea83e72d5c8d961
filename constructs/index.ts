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
export { Namespace, type NamespaceProps, type PodSecurityLevel } from './cluster/namespace';
export { AutoDeploy } from './cluster/auto-deploy';
export { HelmChart, type HelmChartProps } from './helm/helm-chart';
export type { HelmValue, HelmValues } from './helm/helm-values';
export { KubeVip, type KubeVipProps } from './platform/kube-vip';
export type { LocalPathStorageProps } from './platform/local-path/local-path-settings';
export { LocalPathStorage } from './platform/local-path/local-path-storage';
export { MetricsServer } from './platform/metrics-server';
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
export { patch } from './patch';
export { addCheck, type ConstructViolation } from './violations';
export { late } from '../lib/late';
export { secret, secretHole, type SecretRef } from '../lib/secret';
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
