import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { graph } from '../../../../lib/distributions/k3s/graph';
import type { K3sModel, K3sNode } from '../../../../lib/distributions/k3s/model';
import { allowedUnavailable } from '../../../../lib/distributions/k3s/waves';
import { assertAcyclic } from '../../../../lib/synthesis/graph-order';
import type { Graph, Step } from '../../../../lib/synthesis/graph';
import { modelOf, nodeOf } from '../../../support/model-literal';

const step = (of: Graph, id: string): Step => {
  const found = of.steps.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no step ${id} among ${of.steps.map((s) => s.id).join(', ')}`);
  return found;
};
const after = (of: Graph, id: string): readonly string[] => step(of, id).after;

describe('three servers and two agents', () => {
  const model = modelOf(3, [nodeOf('a1', 'agent'), nodeOf('a2', 'agent')]);
  const made = graph(model);

  test('every step waits for exactly what the design says', () => {
    expect(Object.fromEntries(made.steps.map((s) => [s.id, s.after]))).toEqual({
      's1/prepare': [],
      's2/prepare': [],
      's3/prepare': [],
      'a1/prepare': [],
      'a2/prepare': [],
      'k3s/bootstrap': ['s1/prepare', 's2/prepare', 's3/prepare'],
      'k3s/credentials': ['k3s/bootstrap'],
      'k3s/retire': ['k3s/credentials'],
      's1/run': ['k3s/retire', 's1/prepare', 's2/prepare', 's3/prepare', 'a1/prepare', 'a2/prepare'],
      's2/run': ['s1/run'],
      's3/run': ['s2/run'],
      'a1/join': ['a1/prepare', 's3/run'],
      'a2/join': ['a2/prepare', 's3/run'],
      'k3s/agents/gate-1': ['s3/run', 'a1/join', 'a2/join'],
      'a1/roll': ['k3s/agents/gate-1'],
      'k3s/agents/gate-2': ['a1/roll'],
      'a2/roll': ['k3s/agents/gate-2'],
      'k3s/nodes': ['s1/run', 's2/run', 's3/run', 'a1/roll', 'a2/roll'],
      'k3s/kubeconfig': ['k3s/nodes'],
      'k3s/workloads': ['k3s/kubeconfig'],
    });
  });

  test('waves name pool, number and hosts', () => {
    expect(made.waves).toEqual([
      { cluster: 'k3s', pool: 'agents', wave: 1, hosts: ['a1'] },
      { cluster: 'k3s', pool: 'agents', wave: 2, hosts: ['a2'] },
    ]);
  });

  test('checks carry the quorum arithmetic', () => {
    expect(step(made, 's2/run').checks[0]).toBe('2 of 3 etcd members stay up, 2 are needed');
    expect(step(made, 'k3s/agents/gate-1').checks[1]).toBe('at most 1 of 2 agents of pool agents is away');
  });

  test('what a change costs, step by step', () => {
    const costs = Object.fromEntries(made.steps.map((s) => [s.kind, s.onChange]));
    expect(costs).toEqual({
      prepare: 'none',
      bootstrap: 'none',
      credentials: 'restart',
      retire: 'drain-restart',
      run: 'drain-restart',
      join: 'none',
      gate: 'live',
      roll: 'drain-restart',
      nodes: 'live',
      kubeconfig: 'none',
      workloads: 'live',
    });
  });
});

describe('quorum arithmetic', () => {
  const check = (servers: number, over: Partial<K3sModel> = {}) =>
    step(graph(modelOf(servers, [], over)), 's1/run').checks[0];

  test.each([
    [2, '1 of 2 etcd members stays up, 2 are needed: the API is away while K3s restarts'],
    [4, '3 of 4 etcd members stay up, 3 are needed'],
    [5, '4 of 5 etcd members stay up, 3 are needed'],
  ])('of %i members', (servers, text) => expect(check(servers)).toBe(text));

  test('a single server says that the API goes away', () => expect(check(1)).toMatch(/only server/));

  test('an external datastore needs no members', () => {
    expect(check(2, { datastore: { kind: 'external', external: { etcd: { endpoints: [] } } } })).toBe(
      '1 of 2 servers stays up',
    );
  });
});

test('without draining, gates disturb nothing and a change only restarts', () => {
  const model = modelOf(1, [nodeOf('a1', 'agent')]);
  const made = graph({ ...model, props: { ...model.props, upgrade: { drain: false } } });
  expect(step(made, 'k3s/agents/gate-1')).toMatchObject({
    onChange: 'none',
    checks: [expect.anything(), expect.anything()],
  });
  expect(step(made, 'a1/roll').onChange).toBe('restart');
});

test('the only node of a cluster is never drained: its pods would have nowhere to go', () => {
  const only = step(graph(modelOf(1)), 's1/run');
  expect(only.onChange).toBe('restart');
  expect(only.checks.join()).not.toContain('eviction');
  expect(step(graph(modelOf(1, [nodeOf('a1', 'agent')])), 's1/run').onChange).toBe('drain-restart');
});

test.each([
  [1, 5, 1],
  [2, 5, 2],
  [9, 5, 5],
  [0, 5, 1],
  ['30%', 10, 3],
  ['39%', 10, 3],
  ['10%', 5, 1],
  ['100%', 5, 5],
] as const)('maxUnavailable %p of %i agents lets %i go', (max, count, allowed) => {
  expect(allowedUnavailable(max, count)).toBe(allowed);
});

test('each pool has its own chain and its own limit', () => {
  const edge = [1, 2, 3, 4].map((n) => nodeOf(`e${n}`, 'agent', { pool: 'edge', maxUnavailable: '50%' }));
  const made = graph(modelOf(1, [nodeOf('a1', 'agent'), ...edge]));
  expect(made.waves.map(({ pool, wave, hosts }) => `${pool} ${wave}: ${hosts.join(' ')}`)).toEqual([
    'agents 1: a1',
    'edge 1: e1 e2',
    'edge 2: e3 e4',
  ]);
  expect(after(made, 'k3s/edge/gate-2')).toEqual(['e1/roll', 'e2/roll']);
});

test('agents outside pools that meet a pool named agents share one chain, the strictest wish holds', () => {
  const pooled = [1, 2].map((n) => nodeOf(`p${n}`, 'agent', { pool: 'agents', maxUnavailable: 3 }));
  expect(graph(modelOf(1, [nodeOf('a1', 'agent'), ...pooled])).waves).toHaveLength(3);
});

interface Fleet {
  readonly servers: number;
  readonly pools: readonly { readonly size: number; readonly max: number | `${number}%` }[];
}

const fleets: fc.Arbitrary<Fleet> = fc.record({
  servers: fc.integer({ min: 1, max: 5 }),
  pools: fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 7 }),
      max: fc.oneof(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 100 }).map((percent): `${number}%` => `${percent}%`),
      ),
    }),
    { maxLength: 3 },
  ),
});

const agentsOf = ({ pools }: Fleet): K3sNode[] =>
  pools.flatMap(({ size, max }, pool) =>
    Array.from({ length: size }, (_, n) =>
      nodeOf(`p${pool}n${n}`, 'agent', { ...(pool > 0 && { pool: `p${pool}` }), maxUnavailable: max }),
    ),
  );

describe('any fleet', () => {
  test('can be carried out, with an id for each step', () => {
    fc.assert(fc.property(fleets, (fleet) => assertAcyclic(graph(modelOf(fleet.servers, agentsOf(fleet))))));
  });

  test('never has two servers, or more agents of a pool than allowed, disturbed at any moment of any schedule', () => {
    fc.assert(
      fc.property(fleets, fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (fleet, choices) => {
        const made = graph(modelOf(fleet.servers, agentsOf(fleet)));
        const limits = new Map(
          fleet.pools.map(({ size, max }, pool) => [pool, allowedUnavailable(max, size)]),
        );
        for (const { servers, agents } of disturbedDuring(made, choices)) {
          expect(servers).toBeLessThanOrEqual(1);
          for (const [pool, allowed] of limits) {
            expect([...agents].filter((host) => host.startsWith(`p${pool}n`)).length).toBeLessThanOrEqual(
              allowed,
            );
          }
          expect(servers > 0 && agents.size > 0).toBe(false);
        }
      }),
    );
  });

  test('is staged completely before a running node is touched', () => {
    fc.assert(
      fc.property(fleets, fc.array(fc.nat(), { minLength: 1, maxLength: 50 }), (fleet, choices) => {
        const made = graph(modelOf(fleet.servers, agentsOf(fleet)));
        const order = [...schedule(made, choices)]
          .filter((event) => event.type === 'start')
          .map((event) => event.step.kind);
        expect(order.lastIndexOf('prepare')).toBeLessThan(order.indexOf('run'));
      }),
    );
  });

  test('keeps everyone else’s ids, summaries and order when an agent is added', () => {
    fc.assert(
      fc.property(fleets, fc.boolean(), (fleet, newPool) => {
        const agents = agentsOf({ ...fleet, pools: fleet.pools.map((pool) => ({ ...pool, max: 2 })) });
        const pool = newPool ? 'other' : agents.at(-1)?.pool;
        const added = nodeOf('new', 'agent', { ...(pool && { pool }), maxUnavailable: 2 });
        const before = graph(modelOf(fleet.servers, agents));
        const now = graph(modelOf(fleet.servers, [...agents, added]));
        for (const old of before.steps) {
          const same = step(now, old.id);
          expect(same.summary).toBe(old.summary);
          const touched =
            old.kind === 'nodes' || (old.kind === 'gate' && old.id.startsWith(`k3s/${pool ?? 'agents'}/`));
          // The first server waits for all hosts to be staged, whoever they are.
          const expected = old.id === 's1/run' ? [...old.after, 'new/prepare'] : old.after;
          if (!touched) expect(same.after).toEqual(expected);
          expect(same.wave).toBe(old.wave);
        }
      }),
    );
  });
});

interface Event {
  readonly type: 'start' | 'end';
  readonly step: Step;
}

/** One possible run: at each moment `choices` pick a step that may start or a running one that ends. */
function* schedule(of: Graph, choices: readonly number[]): Generator<Event> {
  const done = new Set<string>();
  const running = new Set<Step>();
  const waiting = new Set(of.steps);
  for (let turn = 0; waiting.size + running.size > 0; turn++) {
    const events: Event[] = [
      ...[...waiting]
        .filter((s) => s.after.every((id) => done.has(id)))
        .map((s): Event => ({ type: 'start', step: s })),
      ...[...running].map((s): Event => ({ type: 'end', step: s })),
    ];
    const event = events[(choices[turn % choices.length] ?? 0) % events.length] as Event;
    if (event.type === 'start') {
      waiting.delete(event.step);
      running.add(event.step);
    } else {
      running.delete(event.step);
      done.add(event.step.id);
    }
    yield event;
  }
}

/** Who is away at each moment: a server while it runs its step, an agent from the drain by its gate to the end of its roll. */
function* disturbedDuring(
  of: Graph,
  choices: readonly number[],
): Generator<{ servers: number; agents: Set<string> }> {
  const agents = new Set<string>();
  let servers = 0;
  for (const { type, step } of schedule(of, choices)) {
    if (step.kind === 'run') servers += type === 'start' ? 1 : -1;
    if (step.kind === 'gate' && type === 'start') drainedBy(of, step).forEach((host) => agents.add(host));
    if (step.kind === 'roll' && type === 'end') agents.delete(step.host ?? '');
    yield { servers, agents: new Set(agents) };
  }
}

function drainedBy(of: Graph, gate: Step): string[] {
  return of.steps.flatMap((roll) =>
    roll.kind === 'roll' && roll.host !== undefined && roll.after.includes(gate.id) ? [roll.host] : [],
  );
}
