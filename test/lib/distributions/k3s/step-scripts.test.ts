import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { graph } from '../../../../lib/distributions/k3s/graph';
import { secretsIn } from '../../../../lib/secret';
import type { Step, StepScript } from '../../../../lib/synthesis/graph';
import { secretUses } from '../../../../lib/synthesis/secret-uses';
import { k3sModel, server, servers } from '../../../support/k3s-model';
import { k3sSynthesis } from '../../../support/k3s-synthesis';

const three = servers('alfa', 'bravo', 'charlie');
const base: Partial<K3sClusterProps> = { servers: three, agents: { delta: server(7), echo: server(8) } };

function scripts(change: Partial<K3sClusterProps> = {}): Map<string, StepScript> {
  const { steps } = graph(k3sModel({ ...base, ...change }));
  return new Map(steps.flatMap(({ id, script }): [string, StepScript][] => (script ? [[id, script]] : [])));
}

/** Steps that are there before and after, and whose scripts get something else. */
function changed(change: Partial<K3sClusterProps>, from: Partial<K3sClusterProps> = {}): string[] {
  const [before, after] = [scripts(from), scripts(change)];
  return [...after].flatMap(([id, script]) => {
    const old = before.get(id);
    return old === undefined || JSON.stringify(old) === JSON.stringify(script) ? [] : [id];
  });
}

test('every step but the workloads has a script, on its own host or on the coordinator', () => {
  const { steps } = graph(k3sModel(base));
  expect(steps.filter(({ script }) => script === undefined).map(({ kind }) => kind)).toEqual(['workloads']);
  const places = (step: Step) => step.script === undefined || step.script.on === (step.host ?? 'alfa');
  expect(steps.filter((step) => !places(step))).toEqual([]);
});

test('every deadline is longer than what is waited for inside', () => {
  const upgrade = { drain: { timeout: 7200 }, healthyFor: 600 };
  for (const kind of ['alfa/run', 'delta/roll', 'k3s/agents/gate-1'])
    expect(scripts({ upgrade }).get(kind)?.deadline).toBeGreaterThan(7800);
});

describe('what of the program changes which scripts', () => {
  test('a further agent changes no script of another node', () => {
    expect(changed({ agents: { ...base.agents, foxtrot: server(9) } })).toEqual(['k3s/retire', 'k3s/nodes']);
  });

  test('a further server neither', () => {
    expect(changed({ servers: { ...three, golf: server(4), hotel: server(5) } })).toEqual([
      'k3s/retire',
      'k3s/nodes',
    ]);
  });

  test('a further agent in front of the others changes who is in which wave, and nothing on nodes', () => {
    const steps = changed({ agents: { 'a-first': server(9), ...base.agents } });
    expect(steps.filter((id) => !/gate-\d+$/.test(id))).toEqual(['k3s/retire', 'k3s/nodes']);
  });

  test('the order of servers behind the first changes nothing', () => {
    const { alfa, bravo, charlie } = three;
    const others = changed({ servers: { alfa: alfa!, charlie: charlie!, bravo: bravo! } });
    expect(others.filter((id) => id.includes('/run') || id.includes('/prepare'))).toEqual([]);
  });

  test('the order of labels, annotations and taints changes nothing', () => {
    const settings = (reversed: boolean) => {
      const order = <T>(items: T[]): T[] => (reversed ? items.reverse() : items);
      return {
        labels: Object.fromEntries(
          order([
            ['a', '1'],
            ['b', '2'],
          ]),
        ),
        annotations: Object.fromEntries(
          order([
            ['c', '1'],
            ['d', '2'],
          ]),
        ),
        taints: order([
          { key: 'a', effect: 'NoSchedule' as const },
          { key: 'a', effect: 'NoExecute' as const },
        ]),
      };
    };
    expect(changed({ nodes: settings(true) }, { nodes: settings(false) })).toEqual([]);
  });

  test.each<[string, Partial<K3sClusterProps>, string[]]>([
    ['a label', { nodes: { labels: { zone: 'a' } } }, ['k3s/nodes']],
    ['a taint', { nodes: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }, ['k3s/nodes']],
    ['an annotation', { nodes: { annotations: { 'a/b': 'c' } } }, ['k3s/nodes']],
    ['leave to lose data', { allowDataLoss: true }, ['k3s/retire', 'k3s/nodes']],
    ['no leave to lose data', { allowDataLoss: false }, []],
    ['a number of a host', { reconcile: { bravo: 1 } }, ['bravo/run']],
    ['a number of an agent', { reconcile: { delta: 1 } }, ['delta/roll']],
    ['a number that is none yet', { reconcile: { delta: 0 } }, []],
    ['another encryption key', { rotate: { encryptionKey: 1 } }, ['k3s/credentials']],
    ['certificates, which are a matter of the manifest', { rotate: { certificates: 1 } }, []],
    ['a command after each node', { upgrade: { gate: './smoke-test.sh' } }, []],
    ['where releases are proven', { upgrade: { after: 'staging', soak: '2d' } }, []],
    ['where releases come from', { downloadFrom: 'https://mirror.example.org/k3s' }, []],
    ['taking nothing over', { adopt: false }, []],
  ])('%s', (_, change, expected) => expect(changed(change)).toEqual(expected));

  test('a release is prepared, run and rolled everywhere, and nothing else', () => {
    const steps = changed({ version: 'v1.34.2+k3s1' });
    expect(steps.filter((id) => !/\/(prepare|run|roll)$/.test(id))).toEqual([]);
    expect(steps).toHaveLength(10);
  });
});

test('only a script that comes into a cluster is told to take one over', () => {
  const told = [...scripts({ adopt: true })]
    .filter(([, { values }]) => values['ADOPT'] === 'yes')
    .map(([id]) => id);
  expect(told.sort()).toEqual(
    [
      ...['alfa', 'bravo', 'charlie'].flatMap((name) => [`${name}/prepare`, `${name}/run`]),
      ...['delta', 'echo'].flatMap((name) => [`${name}/join`, `${name}/prepare`]),
      'k3s/bootstrap',
    ].sort(),
  );
  expect([...scripts()].filter(([, { values }]) => 'ADOPT' in values)).toEqual([]);
});

test('names of values are those of shell variables, and values are text', () => {
  for (const { values, records } of scripts({ adopt: true }).values()) {
    for (const [name, value] of Object.entries(values)) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
      expect(typeof value).toBe('string');
    }
    expect(records.flat().every((field) => typeof field === 'string')).toBe(true);
  }
});

test('every secret of a script is among those of the environment', () => {
  const { hosts, graph: order } = k3sSynthesis(base);
  const needed = order.steps.flatMap(({ script }) => Object.values(script?.values ?? {}).flatMap(secretsIn));
  const known = secretUses(hosts, []).map(({ name }) => name);
  expect([...new Set(needed)].sort()).toEqual(['k3s-agent-token', 'k3s-server-token']);
  expect(needed.filter((name) => !known.includes(name))).toEqual([]);
});

test('no script of an agent holds a secret, and none but credentials does at all', () => {
  const holding = [...scripts()].filter(([, script]) => secretsIn(JSON.stringify(script)).length > 0);
  expect(holding.map(([id]) => id)).toEqual(['k3s/credentials']);
});

test('whoever joins or leaves, what others do stays the same', () => {
  const names = ['delta', 'echo', 'foxtrot', 'golf', 'hotel'];
  const agents = fc
    .subarray(names)
    .map((chosen) => Object.fromEntries(chosen.map((name) => [name, server(20 + names.indexOf(name))])));
  fc.assert(
    fc.property(agents, agents, (before, after) => {
      const steps = changed({ agents: after }, { agents: before });
      expect(steps.filter((id) => /\/(prepare|run|join|roll)$/.test(id))).toEqual([]);
      expect(steps.filter((id) => /\/(bootstrap|credentials|kubeconfig)$/.test(id))).toEqual([]);
    }),
  );
});

test('sqlite and datastores outside tell their kind to servers, and to nobody else', () => {
  const of = (props: Partial<K3sClusterProps>) =>
    [...scripts(props)].map(([id, { values }]) => [id, values['DATASTORE']] as const);
  const kinds = of({ servers: servers('alfa'), datastore: Datastore.sqlite() });
  expect(kinds.filter(([id]) => /^(delta|echo)\//.test(id)).every(([, kind]) => kind === undefined)).toBe(
    true,
  );
  expect(kinds.filter(([id]) => id.startsWith('alfa/')).every(([, kind]) => kind === 'sqlite')).toBe(true);
});
