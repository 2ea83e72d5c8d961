import { describe, expect, test } from '@jest/globals';
import { late } from '../../../constructs';
import { k3sCluster, objectsIn, objectsOf, schemaProblems } from '../../support/synth';

interface DaemonSet {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly hostNetwork: boolean;
        readonly containers: readonly {
          readonly image: string;
          readonly env: readonly { name: string; value?: string }[];
          readonly resources: object;
        }[];
      };
    };
  };
}

function containerOf(kubeVip: { address: string; interface?: string }, port?: number) {
  const cluster = k3sCluster({ api: { kubeVip, port } });
  const [daemonSet] = objectsOf<DaemonSet>(cluster, 'DaemonSet');
  expect(schemaProblems(cluster)).toEqual([]);
  return daemonSet!.spec.template.spec.containers[0]!;
}

const env = (kubeVip: { address: string; interface?: string }, port?: number) =>
  Object.fromEntries(containerOf(kubeVip, port).env.map(({ name, value }) => [name, value]));

describe('kube-vip', () => {
  test('is not there unless the cluster asks for it', () => {
    expect(objectsIn(k3sCluster())).toEqual([]);
  });

  test('is applied by K3s itself, with its access rights, before anything can reach the address', () => {
    const [file] = k3sCluster({ api: { kubeVip: { address: '10.0.0.10' } } }).model().autoDeploy;
    expect(file?.name).toBe('kube-vip.yaml');
    expect(file?.content.match(/^kind: .*/gm)).toEqual([
      'kind: ServiceAccount',
      'kind: ClusterRole',
      'kind: ClusterRoleBinding',
      'kind: DaemonSet',
    ]);
  });

  test('announces the address by ARP on the interface of the default route, for the API only', () => {
    expect(env({ address: '10.0.0.10' })).toMatchObject({
      address: '10.0.0.10',
      vip_arp: 'true',
      vip_subnet: '32',
      cp_enable: 'true',
      port: '6443',
      prometheus_server: '127.0.0.1:2112',
    });
    expect(Object.keys(env({ address: '10.0.0.10' }))).not.toContain('vip_interface');
    expect(Object.keys(env({ address: '10.0.0.10' }))).not.toContain('svc_enable');
    expect(containerOf({ address: '10.0.0.10' }).image).toBe('ghcr.io/kube-vip/kube-vip:v1.2.3');
  });

  test('takes an interface, another port, IPv6, and an address that only a run knows', () => {
    expect(env({ address: 'fd00::10', interface: 'eth1' }, 8443)).toMatchObject({
      vip_interface: 'eth1',
      vip_subnet: '128',
      port: '8443',
    });
    expect(env({ address: late('vip', { example: 'fd00::10' }) })).toMatchObject({
      vip_subnet: '128',
      address: '«late:vip=fd00::10»',
    });
  });
});
