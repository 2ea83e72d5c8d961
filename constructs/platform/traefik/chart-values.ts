import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { resourceValues } from '../../helm/resource-values';
import { portValues } from './entry-points';
import type { TlsOptionSettings } from './tls-option';
import type { TraefikExposure, TraefikProps } from './traefik-settings';
import { valuePathsOf, type TraefikValuePaths } from './value-paths';

/**
 * Values of Traefik's chart for the props: empty when they ask for nothing but the chart's own defaults.
 *
 * @param chartVersion Decides where values lie.
 */
export function traefikValues(props: TraefikProps, chartVersion: string): HelmValues {
  const paths = valuePathsOf(chartVersion);
  const groups = {
    deployment: deploymentValues(props),
    updateStrategy: updateValues(props),
    ports: portValues(props, paths),
    service: serviceValues(props, paths),
    ingressClass: props.isDefaultClass === false ? { isDefaultClass: false } : {},
    providers: providerValues(props),
    logs: logValues(props),
    metrics: props.metrics === false ? { prometheus: null } : {},
    tlsOptions: props.tls === undefined ? {} : { default: tlsValues(props.tls) },
    tlsStore: certificateValues(props.defaultCertificate),
    resources: resourceValues(props.resources ?? {}),
  };
  const written = Object.entries(groups).filter(([, values]) => Object.keys(values).length > 0);
  return mergeValues(Object.fromEntries(written), props.values ?? {});
}

function deploymentValues({ replicas, exposure }: TraefikProps): HelmValues {
  const count = replicas ?? (exposure === 'hostPort' ? 'every-node' : undefined);
  if (count === undefined) return {};
  return count === 'every-node' ? { kind: 'DaemonSet' } : { replicas: count };
}

/** A new pod cannot start beside the old one where both want the same port of the host. */
function updateValues({ exposure, entryPoints = {} }: TraefikProps): HelmValues {
  const onHost = Object.values(entryPoints).some(({ hostPort }) => hostPort !== undefined);
  return exposure === 'hostPort' || onHost ? { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } : {};
}

function serviceValues(props: TraefikProps, paths: TraefikValuePaths): HelmValues {
  const { exposure = 'servicelb', externalTrafficPolicy, loadBalancerSourceRanges } = props;
  const { serviceAnnotations, serviceLabels } = props;
  const type = SERVICE_TYPES[exposure];
  const moved = {
    ...(type !== undefined && { type }),
    ...(loadBalancerSourceRanges !== undefined && { loadBalancerSourceRanges }),
  };
  const placed = Object.keys(moved).length > 0 ? paths.service(moved) : {};
  return mergeValues(placed, {
    ...(serviceAnnotations !== undefined && { annotations: serviceAnnotations }),
    ...(serviceLabels !== undefined && { labels: serviceLabels }),
    // In every chart below `spec`.
    ...(externalTrafficPolicy !== undefined && { spec: { externalTrafficPolicy } }),
  });
}

function providerValues({
  gatewayApi = false,
  allowCrossNamespace = false,
  allowExternalNameServices = false,
}: TraefikProps): HelmValues {
  const external = allowExternalNameServices ? { allowExternalNameServices } : {};
  const crd = { ...(allowCrossNamespace && { allowCrossNamespace }), ...external };
  return {
    ...(Object.keys(crd).length > 0 && { kubernetesCRD: crd }),
    ...(allowExternalNameServices && { kubernetesIngress: external }),
    ...(gatewayApi && { kubernetesGateway: { enabled: true } }),
  };
}

function logValues({ logLevel, accessLog = false }: TraefikProps): HelmValues {
  const format = typeof accessLog === 'object' ? { format: accessLog.format } : {};
  return {
    ...(logLevel !== undefined && { general: { level: logLevel } }),
    ...(accessLog !== false && { access: { enabled: true, ...format } }),
  };
}

function tlsValues({ clientAuth, ...settings }: TlsOptionSettings): HelmValues {
  return { ...settings, ...(clientAuth !== undefined && { clientAuth: { ...clientAuth } }) };
}

function certificateValues(secretName: string | undefined): HelmValues {
  return secretName === undefined ? {} : { default: { defaultCertificate: { secretName } } };
}

/** `undefined`: the chart's own, LoadBalancer. */
const SERVICE_TYPES: Readonly<Record<TraefikExposure, string | undefined>> = {
  servicelb: undefined,
  loadbalancer: undefined,
  nodePort: 'NodePort',
  hostPort: 'ClusterIP',
  clusterIp: 'ClusterIP',
};
