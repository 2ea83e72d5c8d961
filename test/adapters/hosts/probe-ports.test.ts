import { expect, test } from '@jest/globals';
import { judged, type ProbedLink } from '../../../adapters/hosts/probe-ports';
import { checkText } from '../../../cli/hosts/check-text';
import { portLinks } from '../../../lib/distributions/k3s/port-links';
import { plain } from '../../../lib/report/palette';
import { k3sSynthesis } from '../../support/k3s-synthesis';

const nodes = {
  servers: { alfa: { nodeIp: '10.0.0.1' } },
  agents: { delta: { nodeIp: '10.0.0.9' } },
};

function endpoints(props: Parameters<typeof k3sSynthesis>[0]): string[] {
  const { clusters, hosts } = k3sSynthesis(props);
  return clusters
    .flatMap((cluster) => portLinks(cluster, hosts))
    .filter(({ endpoint }) => endpoint !== undefined)
    .map(({ from, to, address = '-', port, endpoint }) => `${from} ${to} ${address}:${port} ${endpoint}`);
}

test('an agent has to reach the address that it joins through', () => {
  expect(endpoints(nodes)).toEqual(['delta alfa -:6443 server']);
  const front = { registrationAddress: 'k3s.example.org', port: 7443 };
  expect(endpoints({ ...nodes, api: front })).toEqual(['delta k3s k3s.example.org:7443 front']);
});

const link = (state: ProbedLink['state'], endpoint: 'server' | 'front' = 'front'): ProbedLink => ({
  from: 'delta',
  to: 'k3s',
  address: '10.0.0.100',
  port: 6443,
  protocol: 'tcp',
  purpose: 'API endpoint',
  state,
  endpoint,
});

test('that blocks once the cluster runs, and not before', () => {
  for (const state of ['refused', 'silent'] as const) {
    expect(judged(link(state), true)).toEqual({ ...link(state), blocks: true });
    expect(judged(link(state), false)).toMatchObject({ state: 'not-probed' });
  }
  expect(judged(link('silent', 'server'), false)).toEqual(link('silent', 'server'));
  expect(judged(link('open'), true)).toEqual(link('open'));
});

test('what blocks names agent, address, port and what to do', () => {
  const links = [judged(link('refused'), true)];
  expect(checkText({ hosts: [], links }, plain, true)).toBe(
    '✗ delta does not reach the API of the running cluster at 10.0.0.100 6443/tcp (k3s): nothing listens there; ' +
      'see that K3s runs on the servers, that what stands in front of them leads there, and that a firewall lets delta through\n',
  );
});
