import type { HostFile } from '../../../synthesis/synthesis';
import { toYaml } from '../../../yaml';
import { dataDirOf } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { rootFile } from './root-file';

/**
 * Drop-in for the kubelet, which K3s hands its directory (pkg/daemons/agent, `config-dir`). Rather than `kubelet-arg`: the flags for these
 * settings are deprecated, and a flag wins over every drop-in, so that nothing else on the host could set them.
 */
export function kubeletFiles(model: K3sModel, node: K3sNode): HostFile[] {
  const settings = { ...(model.props.hardening === 'cis' && CIS), ...kubeletSettings(node) };
  if (Object.values(settings).every((value) => value === undefined)) return [];
  const content = toYaml({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...settings,
  });
  // After 00-k3s-defaults.conf, which K3s writes; the kubelet takes no other suffix.
  return [rootFile(`${dataDirOf(node)}/agent/etc/kubelet.conf.d/50-k3stack.conf`, content)];
}

function kubeletSettings({
  settings: { maxPods, reserved, containerLog },
}: K3sNode): Record<string, unknown> {
  const { cpu, memory } = reserved ?? {};
  return {
    maxPods,
    systemReserved: cpu === undefined && memory === undefined ? undefined : { cpu, memory },
    containerLogMaxSize: containerLog?.maxSize,
    containerLogMaxFiles: containerLog?.maxFiles,
  };
}

/** K3s hardening guide, 1.29 and newer, in the kubelet's own words. */
const CIS = {
  streamingConnectionIdleTimeout: '5m',
  tlsCipherSuites: [
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
  ],
} as const;
