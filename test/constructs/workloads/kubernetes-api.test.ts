import { describe, expect, test } from '@jest/globals';
import { Namespace } from '../../../constructs/cluster/namespace';
import type { Cluster } from '../../../constructs/cluster/cluster';
import { Worker, type WorkerProps } from '../../../constructs/workloads/worker';
import { late } from '../../../lib/late';
import { data, refusals } from '../../support/workloads';
import { existingCluster, k3sCluster, problemsIn, schemaProblems } from '../../support/synth';

const worker = (props: Partial<WorkerProps>, cluster: Cluster = k3sCluster()) => {
  const namespace = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
  const { network } = new Worker(namespace, 'worker', { image: 'ghcr.io/acme/worker:1.4.2', ...props });
  return { namespace, network };
};
const egressIn = (cluster: Cluster): unknown => {
  const { namespace, network } = worker({ egress: ['kubernetes-api'] }, cluster);
  expect(schemaProblems(namespace)).toEqual([]);
  return data(network.policy).spec.egress[1];
};
const server = (nodeIp?: string | readonly string[]) => ({
  ssh: { host: '203.0.113.9' },
  ...(nodeIp !== undefined && { nodeIp }),
});
const EVERYWHERE = {
  to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }],
  ports: [
    { port: 443, protocol: 'TCP' },
    { port: 6443, protocol: 'TCP' },
  ],
};

describe("egress: 'kubernetes-api'", () => {
  test('opens the servers of a K3s cluster on the port of the API, and no agent', () => {
    expect(egressIn(k3sCluster())).toEqual({
      to: [{ ipBlock: { cidr: '10.0.0.11/32' } }],
      ports: [{ port: 6443, protocol: 'TCP' }],
    });
  });

  test('follows the port, all addresses of servers, and what K3s is told to advertise', () => {
    const cluster = k3sCluster({
      api: { port: 7443 },
      servers: { alfa: server(['10.0.0.11', 'fd00::11']) },
      config: { server: { 'advertise-address': '10.9.0.1', 'advertise-port': 8443 } },
    });
    expect(egressIn(cluster)).toEqual({
      to: [
        { ipBlock: { cidr: '10.0.0.11/32' } },
        { ipBlock: { cidr: 'fd00::11/128' } },
        { ipBlock: { cidr: '10.9.0.1/32' } },
      ],
      ports: [
        { port: 7443, protocol: 'TCP' },
        { port: 8443, protocol: 'TCP' },
      ],
    });
  });

  test('takes an address that only a run knows', () => {
    const nodeIp = late('alfa-ip', { example: '10.0.0.11' });
    const { network } = worker(
      { egress: ['kubernetes-api'] },
      k3sCluster({ servers: { alfa: server(nodeIp) } }),
    );
    expect(data(network.policy).spec.egress[1].to).toEqual([{ ipBlock: { cidr: `${nodeIp}/32` } }]);
  });

  test('opens the ports everywhere when an address is not known', () => {
    expect(egressIn(k3sCluster({ servers: { alfa: server() }, agents: {} }))).toEqual(EVERYWHERE);
    expect(egressIn(existingCluster())).toEqual(EVERYWHERE);
  });
});

describe('a token of an account', () => {
  const warnings = (props: Partial<WorkerProps>): string[] => {
    const { namespace } = worker({ serviceAccountName: 'app', ...props });
    expect(refusals(namespace)).toEqual([]);
    return problemsIn(namespace);
  };

  test.each<[string, Partial<WorkerProps>]>([
    ['no egress', {}],
    ['the internet, which is no private network', { egress: ['internet'] }],
    ['pods', { egress: [{ namespace: 'mail' }] }],
  ])('is a warning with %s: nothing leads to the API server', (_, props) => {
    expect(warnings(props)).toEqual([
      expect.stringMatching(
        /serviceAccountName: gives .* token of app.*write egress: \['kubernetes-api'\].*\[warning\]/,
      ),
    ]);
  });

  test.each<[string, Partial<WorkerProps>]>([
    ['the API', { egress: ['kubernetes-api'] }],
    ['anything', { egress: ['anything'] }],
    ['addresses', { egress: [{ cidr: '10.0.0.11/32', ports: [6443] }] }],
    ['no NetworkPolicy', { networkPolicy: false }],
  ])('is none with %s', (_, props) => {
    expect(warnings(props)).toEqual([]);
  });
});
