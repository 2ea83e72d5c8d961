import { describe, expect, test } from '@jest/globals';
import type { K3sClusterProps } from '../../../lib/distributions/k3s/cluster-settings';
import { hostChanges } from '../../../lib/report/changes';
import { transitionRules } from '../../../lib/rules/transition-rules';
import { k3sSynthesis } from '../../support/k3s-synthesis';
import { server, servers } from '../../support/k3s-model';

const base: Partial<K3sClusterProps> = {
  servers: servers('alfa', 'bravo', 'charlie'),
  agents: { delta: server(7), echo: server(8) },
};
const all = ['alfa', 'bravo', 'charlie', 'delta', 'echo'];
const theServers = all.slice(0, 3);

/** Disruption by host, and ids of the rules that are broken, when real K3s hosts go from `base` to `base` with `change`. */
function outcome(change: Partial<K3sClusterProps>) {
  const [before, after] = [k3sSynthesis(base), k3sSynthesis({ ...base, ...change })];
  return {
    disruptions: Object.fromEntries(
      hostChanges(before, after).map(({ host, disruption }) => [host, disruption]),
    ),
    rules: transitionRules(before, after).map((violation) => violation.rule),
  };
}
const each = (hosts: readonly string[], disruption: string) =>
  Object.fromEntries(hosts.map((host) => [host, disruption]));

describe('of real K3s hosts,', () => {
  test('nothing changes when the program does not', () => {
    expect(outcome({})).toEqual({ disruptions: {}, rules: [] });
  });

  test('a patch release drains and restarts every host', () => {
    expect(outcome({ version: 'v1.34.2+k3s1' })).toEqual({
      disruptions: each(all, 'drain-restart'),
      rules: [],
    });
  });

  test('a label of one agent is applied live', () => {
    const agents = { ...base.agents, echo: { ...server(8), labels: { zone: 'a' } } };
    expect(outcome({ agents })).toEqual({ disruptions: { echo: 'live' }, rules: [] });
  });

  test('a registry restarts every host', () => {
    const registries = { mirrors: { 'docker.io': { endpoints: ['https://mirror.lan'] } } };
    expect(outcome({ registries })).toEqual({ disruptions: each(all, 'restart'), rules: [] });
  });

  test('an option of the API server restarts servers only', () => {
    const config = { server: { 'kube-apiserver-arg': { 'max-requests-inflight': 800 } } };
    expect(outcome({ config })).toEqual({ disruptions: each(theServers, 'restart'), rules: [] });
  });

  test('another pod network is refused on servers, and by a rule', () => {
    const { disruptions, rules } = outcome({ network: { clusterCidr: ['10.52.0.0/16'] } });
    expect(disruptions).toEqual(each(theServers, 'refused'));
    expect(rules).toEqual(['network-immutable']);
  });

  test('without draining a release only restarts', () => {
    expect(outcome({ version: 'v1.34.2+k3s1', upgrade: { drain: false } }).disruptions).toEqual(
      each(all, 'restart'),
    );
  });

  test('another agent disturbs nobody', () => {
    expect(outcome({ agents: { ...base.agents, foxtrot: server(9) } })).toEqual({
      disruptions: { foxtrot: 'none' },
      rules: [],
    });
  });

  test('two servers more disturb nobody and are not refused', () => {
    const five = { ...base.servers, golf: server(10), hotel: server(11) };
    const { disruptions, rules } = outcome({ servers: five });
    expect([disruptions['golf'], disruptions['hotel'], rules]).toEqual(['none', 'none', []]);
  });
});
