import { refuse, three, tell, agent, at, type TransitionCase } from '../../../support/transition-case';

export const versionCases: readonly TransitionCase[] = [
  {
    rule: 'k3s-minor-skip',
    name: '1.32 to 1.34',
    before: at('v1.32.11+k3s3'),
    after: at('v1.34.1+k3s1'),
    hit: refuse('alfa, bravo, charlie would go from v1.32.11+k3s3 to v1.34.1+k3s1 and skip v1.33'),
  },
  { rule: 'k3s-minor-skip', name: '1.34 to 1.35', before: at('v1.34.1+k3s1'), after: at('v1.35.1+k3s1') },
  {
    rule: 'k3s-minor-skip',
    name: 'an agent that stayed behind',
    before: { hosts: { ...three, d: agent({ version: 'v1.32.1+k3s1' }) } },
    after: { hosts: { ...three, d: agent() } },
  },
  {
    rule: 'k3s-downgrade',
    name: 'a minor back',
    before: at('v1.35.1+k3s1'),
    after: at('v1.34.6+k3s1'),
    hit: refuse(/back from v1.35.1\+k3s1 to v1.34.6\+k3s1/),
  },
  {
    rule: 'k3s-downgrade',
    name: 'a K3s revision back',
    before: at('v1.34.1+k3s10'),
    after: at('v1.34.1+k3s9'),
    hit: tell(/back from v1.34.1\+k3s10/),
  },
  {
    rule: 'k3s-downgrade',
    name: 'a K3s revision up',
    before: at('v1.34.1+k3s9'),
    after: at('v1.34.1+k3s10'),
  },
  {
    rule: 'k3s-agent-newer',
    name: 'an agent ahead',
    before: { hosts: { ...three, d: agent() } },
    after: { hosts: { ...three, d: agent({ version: 'v1.35.0+k3s1' }) } },
    hit: refuse('agent d at v1.35.0+k3s1 would be newer than server alfa at v1.34.1+k3s1'),
  },
  {
    rule: 'k3s-agent-newer',
    name: 'an agent behind',
    before: { hosts: { ...three, d: agent() } },
    after: { hosts: { ...three, d: agent({ version: 'v1.33.9+k3s1' }) } },
  },
  {
    rule: 'k3s-etcd-step',
    name: 'from before the repair',
    before: at('v1.33.7+k3s2'),
    after: at('v1.34.3+k3s1'),
    hit: refuse(/etcd older than 3.5.26/),
  },
  { rule: 'k3s-etcd-step', name: 'from the repair', before: at('v1.33.7+k3s3'), after: at('v1.34.3+k3s1') },
  {
    rule: 'k3s-etcd-step',
    name: 'without etcd',
    before: { ...at('v1.33.1+k3s1'), facts: { datastore: 'external' } },
    after: { ...at('v1.34.3+k3s1'), facts: { datastore: 'external' } },
  },
];
