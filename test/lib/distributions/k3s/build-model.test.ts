import { expect, test } from '@jest/globals';
import { Accelerators } from '../../../../lib/cluster/node';
import { k3sModel, server, servers } from '../../../support/k3s-model';

const nodeNamed = (model: ReturnType<typeof k3sModel>, name: string) =>
  model.nodes.find((node) => node.name === name);

test('nodes are in declared order: servers, agents, then pools', () => {
  const model = k3sModel({
    pools: { edge: { nodes: { zulu: server(7) } } },
    agents: { yankee: server(8) },
    servers: servers('xray', 'alfa'),
  });
  expect(model.nodes.map(({ name, path, role, pool }) => [name, path, role, pool])).toEqual([
    ['xray', 'k3s/servers/xray', 'server', undefined],
    ['alfa', 'k3s/servers/alfa', 'server', undefined],
    ['yankee', 'k3s/agents/yankee', 'agent', undefined],
    ['zulu', 'k3s/pools/edge/zulu', 'agent', 'edge'],
  ]);
});

test('the datastore is sqlite for one server, embedded etcd for more', () => {
  expect(k3sModel().datastore).toEqual({ kind: 'sqlite' });
  expect(k3sModel({ servers: servers('a', 'b', 'c') }).datastore).toEqual({ kind: 'embedded-etcd' });
});

test('settings of the node win over those of its pool, and these over those of all nodes', () => {
  const model = k3sModel({
    nodes: {
      labels: { site: 'lab', rack: '1' },
      maxPods: 50,
      logLevel: 1,
      taints: [{ key: 'edge', effect: 'NoSchedule' }],
    },
    pools: {
      edge: {
        labels: { rack: '2' },
        maxPods: 60,
        architecture: 'arm64',
        reserved: { cpu: '100m', memory: '128Mi' },
        nodes: {
          delta: {
            ...server(9),
            maxPods: 70,
            reserved: { cpu: '200m' },
            taints: [{ key: 'edge', value: 'x', effect: 'NoSchedule' }],
          },
        },
      },
    },
  });
  expect(nodeNamed(model, 'delta')).toMatchObject({
    architecture: 'arm64',
    settings: {
      labels: { site: 'lab', rack: '2' },
      maxPods: 70,
      logLevel: 1,
      reserved: { cpu: '200m', memory: '128Mi' },
      taints: [{ key: 'edge', value: 'x', effect: 'NoSchedule' }],
    },
  });
});

test('accelerators bring their label along, and the node may say otherwise', () => {
  const gpu = { ...server(9), accelerators: [Accelerators.nvidiaGpu()] };
  expect(nodeNamed(k3sModel({ agents: { delta: gpu } }), 'delta')?.settings.labels).toEqual({
    'nvidia.com/gpu.present': 'true',
  });
  const labels = { 'nvidia.com/gpu.present': 'false' };
  expect(nodeNamed(k3sModel({ agents: { delta: { ...gpu, labels } } }), 'delta')?.settings.labels).toEqual(
    labels,
  );
});

test('an agent follows the version of the cluster unless it is to stay behind', () => {
  const model = k3sModel({ agents: { delta: server(8), echo: { ...server(9), version: 'v1.33.5+k3s1' } } });
  expect(model.nodes.map(({ version }) => version)).toEqual(['v1.34.1+k3s1', 'v1.34.1+k3s1', 'v1.33.5+k3s1']);
});

test('agents are rolled out as their pool says, else as the cluster does', () => {
  const model = k3sModel({
    upgrade: { maxUnavailable: 2 },
    agents: { delta: server(8) },
    pools: { edge: { maxUnavailable: '50%', nodes: { echo: server(9) } } },
  });
  expect(model.nodes.map(({ maxUnavailable }) => maxUnavailable)).toEqual([undefined, 2, '50%']);
});
