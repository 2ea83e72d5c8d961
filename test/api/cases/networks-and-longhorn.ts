import { Calico } from '../../../constructs/platform/calico/calico';
import type { CalicoProps } from '../../../constructs/platform/calico/calico-settings';
import { Cilium } from '../../../constructs/platform/cilium/cilium';
import type { CiliumProps } from '../../../constructs/platform/cilium/cilium-settings';
import { Longhorn } from '../../../constructs/platform/longhorn/longhorn';
import type { LonghornProps } from '../../../constructs/platform/longhorn/longhorn-settings';
import { Cni } from '../../../lib/distributions/k3s/network';
import { secret } from '../../../lib/secret';
import type { ApiCase } from '../api-case';
import { describePair, pairs } from '../pairs';

const resources = { requests: { cpu: '20m' }, limits: { memory: '256Mi' } };

const cilium = pairs<CiliumProps>({
  loadBalancer: [
    undefined,
    { addresses: ['10.0.0.240-10.0.0.250', 'fd00:240::/112'] },
    { addresses: ['10.0.0.240/28'], announce: false },
    { addresses: ['10.0.0.240/28'], interfaces: ['^eth[0-9]+'], nodeLabels: { 'example.org/edge': 'true' } },
  ],
  ingress: [undefined, 'shared', 'dedicated'],
  hubble: [undefined, 'agent', 'relay', 'ui'],
  routing: [undefined, 'native'],
  encryption: [undefined, 'wireguard'],
  operatorReplicas: [undefined, 2],
  resources: [undefined, resources],
  operatorResources: [undefined, resources],
  repository: [undefined, 'oci://registry.example.org/charts'],
  values: [undefined, { bpf: { masquerade: true } }],
});

const calico = pairs<CalicoProps>({
  encapsulation: [undefined, 'VXLANCrossSubnet', 'None'],
  bgp: [undefined, true],
  mtu: [undefined, 1400],
  resources: [undefined, resources],
  typhaResources: [undefined, resources],
  controllerResources: [undefined, resources],
  operatorResources: [undefined, resources],
  repository: [undefined, 'oci://registry.example.org/charts'],
  values: [undefined, { priorityClassName: 'system-cluster-critical' }],
});

const backup = {
  bucket: 'backups',
  credentials: { accessKey: secret('longhorn-id'), secretKey: secret('longhorn-key') },
};
const longhorn = pairs<LonghornProps>({
  replicas: [undefined, 1],
  isDefault: [undefined, false],
  reclaimPolicy: [undefined, 'Retain'],
  dataLocality: [undefined, 'best-effort'],
  dataPath: [undefined, '/mnt/ssd/longhorn'],
  diskNodes: [undefined, ['alfa', 'bravo']],
  backup: [
    undefined,
    { ...backup, region: 'eu-central-1', prefix: 'shop' },
    { ...backup, credentials: { existingSecret: 'minio' } },
  ],
  volumeCpuPercent: [undefined, 12],
  resources: [undefined, resources],
  repository: [undefined, 'oci://registry.example.org/charts'],
  values: [undefined, { longhornUI: { replicas: 0 } }],
});

export const cases: readonly ApiCase[] = [
  ...cilium.map((props): ApiCase => ({
    name: `Cilium ${describePair(props)}`,
    props: { network: { cni: Cni.none('cilium', { kubeProxy: false }) } },
    build: (cluster) => void new Cilium(cluster, 'cilium', props),
  })),
  ...calico.map((props): ApiCase => ({
    name: `Calico ${describePair(props)}`,
    props: { network: { cni: Cni.none('calico') } },
    build: (cluster) => void new Calico(cluster, 'calico', props),
  })),
  ...longhorn.map((props, index): ApiCase => ({
    name: `Longhorn ${index} ${describePair({ ...props, backup: Object.keys(props.backup?.credentials ?? {}).join('+') })}`,
    build: (cluster) => void new Longhorn(cluster, 'longhorn', props),
  })),
  {
    name: 'Calico for two families, with three servers',
    props: {
      servers: Object.fromEntries(
        ['alfa', 'bravo', 'charlie'].map((name, index) => {
          const nodeIp = [`10.0.0.${11 + index}`, `fd00::${11 + index}`];
          return [name, { ssh: { host: `10.0.0.${11 + index}` }, nodeIp }];
        }),
      ),
      agents: {},
      network: {
        cni: Cni.none('calico'),
        clusterCidr: ['10.50.0.0/16', 'fd00:50::/56'],
        serviceCidr: ['10.51.0.0/16', 'fd00:51::/112'],
      },
    },
    build: (cluster) => void new Calico(cluster, 'calico'),
  },
];
