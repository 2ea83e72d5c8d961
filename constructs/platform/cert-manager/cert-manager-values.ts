import { mergeValues, type HelmValues } from '../../helm/helm-values';
import { sumRequests, type AddOnRequests, type Resources } from '../../helm/requests';
import { resourceValues } from '../../helm/resource-values';
import { mergedResources } from '../../workloads/resources';
import type { CertManagerProps } from './cert-manager-settings';

/** Values of the chart (cert-manager/cert-manager@v1.21.1:deploy/charts/cert-manager/values.yaml). */
export function certManagerValues(props: CertManagerProps): HelmValues {
  const { resources, webhookResources, caInjectorResources } = certManagerResources(props);
  const { webhookReplicas = 1, gatewayApi = false, dnsServers, values = {} } = props;
  return mergeValues(
    {
      crds: { enabled: true, keep: true },
      resources: resourceValues(resources),
      ...(gatewayApi && { config: { gatewayAPI: { enabled: true } } }),
      ...(dnsServers !== undefined && {
        dns01RecursiveNameservers: dnsServers.join(','),
        dns01RecursiveNameserversOnly: true,
      }),
      webhook: {
        ...(webhookReplicas !== 1 && { replicaCount: webhookReplicas }),
        resources: resourceValues(webhookResources),
      },
      cainjector: { resources: resourceValues(caInjectorResources) },
      startupapicheck: { resources: resourceValues(START_CHECK) },
    },
    values,
  );
}

/** Resources of the pods that always run, by the props that set them. */
export function certManagerResources(
  props: CertManagerProps,
): Required<Pick<CertManagerProps, 'resources' | 'webhookResources' | 'caInjectorResources'>> {
  return {
    resources: mergedResources(CONTROLLER, props.resources),
    webhookResources: mergedResources(WEBHOOK, props.webhookResources),
    caInjectorResources: mergedResources(CA_INJECTOR, props.caInjectorResources),
  };
}

/** What the pods that always run ask for. */
export function certManagerRequests(props: CertManagerProps): AddOnRequests {
  const { resources, webhookResources, caInjectorResources } = certManagerResources(props);
  return sumRequests([
    { resources },
    { resources: webhookResources, pods: props.webhookReplicas ?? 1 },
    { resources: caInjectorResources },
  ]);
}

/** The chart sets none. Memory grows with the number of TLS Secrets: cert-manager/website@776e5db:content/docs/devops-tips/scaling-cert-manager.md. */
const CONTROLLER: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } };
const CA_INJECTOR: Resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } };
const WEBHOOK: Resources = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } };
const START_CHECK: Resources = { requests: { cpu: '10m', memory: '32Mi' } };
