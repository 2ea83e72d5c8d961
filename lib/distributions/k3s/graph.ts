import type { Graph, Step, StepScript } from '../../synthesis/graph';
import type { Disruption } from '../../synthesis/synthesis';
import type { K3sModel, K3sNode } from './model';
import { clusterScript, gateScript, nodeScript } from './step-scripts';
import { poolWaves, type PoolWaves } from './waves';

/**
 * Order of work on one K3s cluster: everything is staged first, then servers one at a time, then agents pool by pool in waves.
 *
 * A summary names nothing but what its own step acts on, because it is part of what the engine compares: a host that comes or
 * goes must not change the steps of others. What depends on the others stands in `checks`.
 */
export function graph(model: K3sModel): Graph {
  const servers = model.nodes.filter((node) => node.role === 'server');
  const agents = model.nodes.filter((node) => node.role === 'agent');
  const pools = poolWaves(model);
  const prepared = model.nodes.map(prepareId);
  const runs = servers.map((server, index) => run(model, servers, index, prepared));
  const ready = runs.at(-1)?.id ?? `${model.name}/retire`;

  return {
    steps: [
      ...model.nodes.map((node) => prepare(model, node)),
      ...beforeRuns(model, servers),
      ...runs,
      ...agents.map((agent) => join(model, agent, ready)),
      ...pools.flatMap((pool) => rollOut(model, pool, ready)),
      ...afterRolls(model, [...runs.map((step) => step.id), ...agents.map(rollId)]),
    ],
    waves: pools.flatMap(({ pool, waves }) =>
      waves.map((wave, index) => ({
        cluster: model.name,
        pool,
        wave: index + 1,
        hosts: wave.map((agent) => agent.name),
      })),
    ),
  };
}

function prepare(model: K3sModel, node: K3sNode): Step {
  return {
    id: prepareId(node),
    kind: 'prepare',
    cluster: model.name,
    host: node.name,
    after: [],
    summary: `stage K3s ${node.version} and the files of ${node.role} ${node.name}, and activate nothing`,
    checks: [
      'the host meets the requirements and is owned by nobody else',
      'the sha256 of every artifact is the one in the lock file',
    ],
    onChange: 'none',
    script: nodeScript(model, node, 'prepare'),
  };
}

function beforeRuns(model: K3sModel, servers: readonly K3sNode[]): Step[] {
  const { name: cluster } = model;
  return [
    {
      id: `${cluster}/bootstrap`,
      kind: 'bootstrap',
      cluster,
      after: servers.map(prepareId),
      summary: `adopt the one cluster that the servers of ${cluster} know, else initialise it`,
      checks: ['at most one cluster exists among the servers', 'no server has lost a datastore that it had'],
      onChange: 'none',
      ...onCoordinator(model, 'bootstrap'),
    },
    {
      id: `${cluster}/credentials`,
      kind: 'credentials',
      cluster,
      after: [`${cluster}/bootstrap`],
      summary: `rotate tokens and encryption keys of ${cluster} as often as the program asks`,
      checks: ['every server agrees on the encryption key before the next stage of a rotation'],
      onChange: 'restart',
      ...onCoordinator(model, 'credentials'),
    },
    {
      id: `${cluster}/retire`,
      kind: 'retire',
      cluster,
      after: [`${cluster}/credentials`],
      summary: `remove nodes of ${cluster} that are no longer declared, one after another`,
      checks: [retireCheck(model, servers.length)],
      onChange: 'drain-restart',
      ...onCoordinator(model, 'retire'),
    },
  ];
}

function run(model: K3sModel, servers: readonly K3sNode[], index: number, prepared: readonly string[]): Step {
  const server = servers[index] as K3sNode;
  const previous = servers[index - 1];
  return {
    id: runId(server),
    kind: 'run',
    cluster: model.name,
    host: server.name,
    // The first one waits for all hosts, so that a change that one of them cannot stage disturbs none of them.
    after: previous ? [runId(previous)] : [`${model.name}/retire`, ...prepared],
    summary: `run K3s ${server.version} on server ${server.name}`,
    checks: [
      serverCheck(model, servers.length),
      ...drainCheck(model),
      `API and its Node stay healthy for ${healthyFor(model)} s at ${server.version}${model.nodes.length > 1 ? ', before the next node' : ''}`,
    ],
    onChange: disruption(model),
    script: nodeScript(model, server, 'run'),
  };
}

function join(model: K3sModel, agent: K3sNode, ready: string): Step {
  return {
    id: joinId(agent),
    kind: 'join',
    cluster: model.name,
    host: agent.name,
    after: [prepareId(agent), ready],
    summary: `join agent ${agent.name}`,
    checks: ['its Node is Ready'],
    onChange: 'none',
    script: nodeScript(model, agent, 'join'),
  };
}

/** The chain of one pool. Its first gate waits for all joins of the pool: new room for pods is there before old is taken away. */
function rollOut(model: K3sModel, { pool, size, waves }: PoolWaves, ready: string): Step[] {
  const all = waves.flat();
  return waves.flatMap((wave, index) => {
    const previous = waves[index - 1];
    const gate: Step = {
      id: gateId(model, pool, index),
      kind: 'gate',
      cluster: model.name,
      after: previous ? previous.map(rollId) : [ready, ...all.map(joinId)],
      wave: index + 1,
      summary: `${drains(model) ? 'cordon and drain' : 'cordon'} agents of pool ${pool}, wave ${index + 1}, that change`,
      checks: [
        index > 0 ? `the wave before stays Ready for ${healthyFor(model)} s` : 'every server is healthy',
        `at most ${size} of ${all.length} ${all.length === 1 ? 'agent' : 'agents'} of pool ${pool} ${size === 1 ? 'is' : 'are'} away`,
        ...drainCheck(model),
      ],
      onChange: drains(model) ? 'live' : 'none',
      ...scriptOn(model, (coordinator) =>
        gateScript(model, coordinator, { pool, number: index + 1, previous: previous ?? [] }),
      ),
    };
    return [gate, ...wave.map((agent) => roll(model, agent, gate.id, index + 1))];
  });
}

function roll(model: K3sModel, agent: K3sNode, gate: string, wave: number): Step {
  return {
    id: rollId(agent),
    kind: 'roll',
    cluster: model.name,
    host: agent.name,
    after: [gate],
    wave,
    summary: `run K3s ${agent.version} on agent ${agent.name}`,
    checks: [`its Node is Ready at ${agent.version}, then uncordoned`],
    onChange: disruption(model),
    script: nodeScript(model, agent, 'roll'),
  };
}

function afterRolls(model: K3sModel, running: readonly string[]): Step[] {
  const { name: cluster } = model;
  return [
    {
      id: `${cluster}/nodes`,
      kind: 'nodes',
      cluster,
      after: running,
      summary: `set labels, taints and annotations of the nodes of ${cluster}`,
      checks: [
        'every declared Node exists',
        'on destroy: no volume is lost unless an earlier update allowed it',
      ],
      onChange: 'live',
      ...onCoordinator(model, 'nodes'),
    },
    {
      id: `${cluster}/kubeconfig`,
      kind: 'kubeconfig',
      cluster,
      after: [`${cluster}/nodes`],
      summary: `read the kubeconfig of ${cluster}`,
      checks: [],
      onChange: 'none',
      ...onCoordinator(model, 'kubeconfig'),
    },
    {
      id: `${cluster}/workloads`,
      kind: 'workloads',
      cluster,
      after: [`${cluster}/kubeconfig`],
      summary: `apply the workloads of ${cluster}`,
      checks: ['the API has the CA of this cluster'],
      onChange: 'live',
    },
  ];
}

function onCoordinator(model: K3sModel, kind: Parameters<typeof clusterScript>[2]): Pick<Step, 'script'> {
  return scriptOn(model, (coordinator) => clusterScript(model, coordinator, kind));
}

/** Work on the cluster as a whole runs on the first declared server: a kubelet's credential may not drain, taint or delete Nodes. */
function scriptOn(model: K3sModel, make: (coordinator: K3sNode) => StepScript): Pick<Step, 'script'> {
  const coordinator = model.nodes.find((node) => node.role === 'server');
  return coordinator === undefined ? {} : { script: make(coordinator) };
}

/** What stays up while one server restarts. */
function serverCheck(model: K3sModel, count: number): string {
  if (count === 1) return 'it is the only server: the API is away while K3s restarts, pods keep running';
  const left = count - 1;
  if (model.datastore.kind !== 'embedded-etcd')
    return `${left} of ${count} servers ${left === 1 ? 'stays' : 'stay'} up`;
  const needed = quorum(count);
  return left >= needed
    ? `${left} of ${count} etcd members stay up, ${needed} are needed`
    : `${left} of ${count} etcd members ${left === 1 ? 'stays' : 'stay'} up, ${needed} are needed: the API is away while K3s restarts`;
}

function retireCheck(model: K3sModel, count: number): string {
  return model.datastore.kind === 'embedded-etcd'
    ? `a majority of etcd members is healthy before and after each removal; ${quorum(count)} of the ${count} declared ${count === 1 ? 'is' : 'are'} needed`
    : 'another server answers before a server is removed';
}

function drainCheck(model: K3sModel): string[] {
  const drain = model.props.upgrade?.drain;
  if (drain === false) return [];
  if (!drains(model)) return ['it is the only node and is not drained: its pods have nowhere else to go'];
  const manner = drain?.disableEviction ? 'past PodDisruptionBudgets' : 'by eviction';
  return [`drained ${manner} within ${drain?.timeout ?? 300} s, else uncordoned and stopped`];
}

/** Whether pods are moved away before a node is disturbed. */
export function drains(model: K3sModel): boolean {
  return model.props.upgrade?.drain !== false && model.nodes.length > 1;
}

/** Members of an etcd cluster that must agree. */
export function quorum(members: number): number {
  return Math.floor(members / 2) + 1;
}

const disruption = (model: K3sModel): Disruption => (drains(model) ? 'drain-restart' : 'restart');
const healthyFor = (model: K3sModel): number => model.props.upgrade?.healthyFor ?? 10;

const prepareId = (node: K3sNode): string => `${node.name}/prepare`;
const runId = (node: K3sNode): string => `${node.name}/run`;
const joinId = (node: K3sNode): string => `${node.name}/join`;
const rollId = (node: K3sNode): string => `${node.name}/roll`;
const gateId = (model: K3sModel, pool: string, index: number): string =>
  `${model.name}/${pool}/gate-${index + 1}`;
