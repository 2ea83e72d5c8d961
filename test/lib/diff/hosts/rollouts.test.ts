import { describe, expect, test } from '@jest/globals';
import { rollouts } from '../../../../lib/diff/hosts/rollouts';
import type { Rollout } from '../../../../lib/diff/host-report';
import type { K3sClusterProps } from '../../../../lib/distributions/k3s/cluster-settings';
import { Datastore } from '../../../../lib/distributions/k3s/datastore';
import { secret } from '../../../../lib/secret';
import type { Synthesis } from '../../../../lib/synthesis/synthesis';
import { server, servers } from '../../../support/k3s-model';
import { k3sSynthesis } from '../../../support/k3s-synthesis';

type Props = Partial<K3sClusterProps>;

const base: Props = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8), foxtrot: server(9) },
  upgrade: { maxUnavailable: 2 },
};
const newer = 'v1.34.2+k3s1';

function only(before: Synthesis | undefined, after: Synthesis | undefined): Rollout {
  const [rollout, ...others] = rollouts(before, after);
  expect(others).toEqual([]);
  return rollout as Rollout;
}
const change = (props: Props, from: Props = base): Rollout =>
  only(k3sSynthesis(from), k3sSynthesis({ ...from, ...props }));

/** Wave, host, and members that are up of all and needed. */
const order = ({ steps }: Rollout): string[] =>
  steps.map(({ wave, host, quorum }) =>
    quorum === undefined
      ? `${wave} ${host}`
      : `${wave} ${host}: ${quorum.left} of ${quorum.members} up, ${quorum.needed} needed`,
  );

describe('the order of a roll-out', () => {
  test('is servers one after another with what is left of the quorum, then agents in waves', () => {
    expect(order(change({ version: newer }))).toEqual([
      '1 alfa: 2 of 3 up, 2 needed',
      '2 bravo: 2 of 3 up, 2 needed',
      '3 charlie: 2 of 3 up, 2 needed',
      '4 delta',
      '4 echo',
      '5 foxtrot',
    ]);
  });

  test('has only hosts that have something to do', () => {
    const agents = { ...base.agents, foxtrot: { ...server(9), maxPods: 200 } };
    expect(order(change({ agents }))).toEqual(['1 foxtrot']);
  });

  test('is empty where nothing differs, and where a cluster was made by something else', () => {
    expect(rollouts(k3sSynthesis(base), k3sSynthesis(base))).toEqual([]);
    const bare = k3sSynthesis(base);
    expect(rollouts(undefined, { ...bare, hosts: [], graph: { steps: [], waves: [] } })).toEqual([]);
  });

  test('lets the waves of two pools go at the same time', () => {
    const pools = { one: { nodes: { p1: server(11), p2: server(12) } }, two: { nodes: { q1: server(13) } } };
    const from: Props = { servers: servers('alfa'), pools };
    expect(order(change({ version: newer }, from))).toEqual(['1 alfa', '2 p1', '2 q1', '3 p2']);
  });

  test('counts members as servers join, one by one', () => {
    const five = { ...base.servers, golf: server(10), hotel: server(11) };
    expect(order(change({ servers: five }))).toEqual([
      '1 golf: 4 of 4 up, 3 needed',
      '2 hotel: 5 of 5 up, 3 needed',
    ]);
  });

  test('removes before anything restarts, agents first, and counts on with the members that are left', () => {
    const props = { servers: servers('alfa', 'bravo'), agents: { delta: server(7) }, version: newer };
    expect(order(change(props))).toEqual([
      '1 echo',
      '2 foxtrot',
      '3 charlie: 2 of 2 up, 2 needed',
      '4 alfa: 1 of 2 up, 2 needed',
      '5 bravo: 1 of 2 up, 2 needed',
      '6 delta',
    ]);
  });

  test('of a new cluster begins with the server that makes it', () => {
    const rollout = only(undefined, k3sSynthesis(base));
    expect(order(rollout).slice(0, 5)).toEqual([
      '1 alfa: 1 of 1 up, 1 needed',
      '2 bravo: 2 of 2 up, 2 needed',
      '3 charlie: 3 of 3 up, 2 needed',
      '4 delta',
      '4 echo',
    ]);
    expect(rollout.steps.map(({ what }) => what)).toEqual(['makes the cluster', ...Array(5).fill('joins')]);
  });

  test('of a cluster that goes ends with the server that was made first', () => {
    expect(order(only(k3sSynthesis(base), undefined))).toEqual([
      '1 delta',
      '1 echo',
      '1 foxtrot',
      '2 charlie',
      '3 bravo',
      '4 alfa',
    ]);
  });

  test('sets labels at the end, all at the same time', () => {
    const labelled = { ...server(7), labels: { zone: 'a' } };
    const props = {
      servers: { ...base.servers, alfa: { ...server(1), labels: { zone: 'a' } } },
      agents: { ...base.agents, delta: labelled },
    };
    const rollout = change(props);
    expect(order(rollout)).toEqual(['1 alfa', '1 delta']);
    expect(rollout.steps.map(({ disruption }) => disruption)).toEqual(['live', 'live']);
  });
});

describe('what is said of a server that restarts', () => {
  test('is that the API is away where it is the only one', () => {
    const rollout = change({ version: newer }, { servers: servers('alfa') });
    expect(rollout.steps[0]?.what).toMatch(/^version .*; the API is away meanwhile$/);
    expect(rollout.steps[0]?.quorum).toBeUndefined();
    expect(rollout.notes).toEqual([
      'The only server has its own datastore: while it restarts, the API is away and pods keep running.',
    ]);
  });

  test('is that the API is away where two members are one too few', () => {
    const rollout = change({ version: newer }, { servers: servers('alfa', 'bravo') });
    expect(rollout.steps.map(({ what }) => what)).toEqual([
      expect.stringMatching(/; the API is away meanwhile$/),
      expect.stringMatching(/; the API is away meanwhile$/),
    ]);
  });

  test('is who answers where the datastore is outside, and no quorum', () => {
    const datastore = Datastore.external({
      postgres: { host: 'db.lan', user: 'k3s', password: secret('db') },
    });
    const rollout = change({ version: newer }, { servers: servers('alfa', 'bravo'), datastore });
    expect(rollout.steps.map(({ what, quorum }) => [what.split('; ')[1], quorum])).toEqual([
      ['1 of 2 servers answers meanwhile', undefined],
      ['1 of 2 servers answers meanwhile', undefined],
    ]);
    expect(rollout.notes).toContain('The datastore is external: servers need no majority among themselves.');
  });

  test('is that it cannot be done, where no running host can take a change up', () => {
    const rollout = change({ network: { clusterCidr: ['10.52.0.0/16'] } });
    expect(rollout.steps[0]?.what).toBe('cannot be done on this host: cluster-cidr');
    expect(rollout.expectedSeconds).toBe(0);
    expect(rollout.notes).toContain('Nothing is done while alfa asks for what cannot be done on it.');
  });

  test('is that nothing of it is done, where a minor is skipped or the release goes down', () => {
    for (const version of ['v1.36.1+k3s1', 'v1.33.5+k3s1'])
      expect(change({ version }).notes?.[0]).toMatch(
        /^Nothing of this is done as long as it is refused: .*1\.3[36]/,
      );
    expect(change({ version: newer }).notes?.join(' ')).not.toContain('refused');
  });
});

describe('how long a roll-out takes', () => {
  test('is the longest chain of turns, each with its drain, its restart and the wait after it', () => {
    const { steps, expectedSeconds, atMostSeconds } = change({ version: newer });
    expect(steps.map((step) => step.expectedSeconds)).toEqual([50, 50, 50, 48, 48, 48]);
    const gates = 2 * 10;
    expect(expectedSeconds).toBe(3 * 50 + gates + 2 * 48);
    expect(atMostSeconds).toBe(3 * 1210 + 2 * 910 + 2 * 1210);
  });

  test('follows the waits of the program', () => {
    const slow = change({ version: newer, upgrade: { maxUnavailable: 2, healthyFor: 60 } });
    expect(slow.steps[0]?.expectedSeconds).toBe(100);
    const undrained = change({ version: newer, upgrade: { maxUnavailable: 2, drain: false } });
    expect(undrained.steps[0]?.expectedSeconds).toBe(20);
  });

  test('never expects a drain to take longer than it is given', () => {
    const short = change({ version: newer, upgrade: { drain: { timeout: 5 } } });
    expect(short.steps[0]?.expectedSeconds).toBe(25);
    expect(short.notes?.[0]).toMatch(/is given up after 5 s/);
  });

  test('says which commands for the cluster as a whole differ', () => {
    const rollout = change({ rotate: { encryptionKey: 1 } });
    expect(rollout.notes?.at(-1)).toBe(
      'Commands for the cluster as a whole differ: credentials: ENCRYPTION_KEY_ROTATION 0 -> 1.',
    );
  });
});

test('the same states give the same bytes', () => {
  const twice = [0, 1].map(() => JSON.stringify(change({ version: newer })));
  expect(twice[0]).toBe(twice[1]);
});
