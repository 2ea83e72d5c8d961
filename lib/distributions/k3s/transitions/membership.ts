import type { Finding } from '../../../rules/rule';
import { hostsMissingIn } from '../../../rules/transition';
import type { HostSynthesis } from '../../../synthesis/synthesis';
import { quorum } from '../graph';
import { k3sRule, type K3sTransition } from './k3s-transition';

/** Rules about servers that come and go. */
export const membershipRules = [
  k3sRule({
    id: 'servers-all-replaced',
    title: 'At least one server stays',
    reason:
      'The servers are the cluster: without one that stays there is nothing to join, and new ones would start an empty cluster.',
    source: 'https://docs.k3s.io/datastore/ha-embedded',
    check: (transition) => (allReplaced(transition) ? [replaced(transition)] : []),
  }),
  k3sRule({
    id: 'etcd-quorum-removal',
    title: 'A majority of etcd members stays',
    reason:
      'Members that are removed in one update may all be dead already: then the rest has no majority, and the API stops until a restore.',
    source: 'https://etcd.io/docs/v3.5/faq/, what is failure tolerance',
    check: (transition) => {
      const { removed, members } = removal(transition);
      const staying = members - removed.length;
      if (removed.length === 0 || staying >= quorum(members) || allReplaced(transition)) return [];
      const allowed = members - quorum(members);
      const problem =
        `removing ${names(removed)} leaves ${staying} of ${members} etcd members, ` +
        `and ${quorum(members)} are needed to agree`;
      const fix =
        allowed > 0
          ? `remove at most ${allowed} of them in one update, and wait until it is done`
          : `make the change in two steps: add a third server, and remove ${names(removed)} when it has joined; ` +
            `if ${names(removed)} is dead already, run k3s server --cluster-reset on the one that stays, which forgets all others`;
      return [{ ...at(transition), problem, fix, blocks: 'provision' }];
    },
  }),
  k3sRule({
    id: 'etcd-replace-order',
    title: 'A replacement joins before the old member leaves',
    reason: 'Nodes are removed before new ones join: in between the cluster tolerates one failure less.',
    source: 'https://etcd.io/docs/v3.5/op-guide/runtime-configuration/',
    check: (transition) => {
      const { removed, added, members } = removal(transition);
      const staying = members - removed.length;
      if (removed.length === 0 || added.length === 0 || staying < quorum(members)) return [];
      const tolerated = staying - quorum(staying);
      return [
        {
          ...at(transition),
          problem: `${names(removed)} leaves before ${names(added)} joins: meanwhile ${staying} members tolerate the loss of ${tolerated}`,
          fix: `where ${names(removed)} is still alive: add ${names(added)} in one update, and remove ${names(removed)} in the next`,
          blocks: 'nothing',
        },
      ];
    },
  }),
  k3sRule({
    id: 'etcd-even-members',
    title: 'The number of etcd members is odd',
    reason: 'An even number tolerates no more failures than one member less, and has one more that can fail.',
    source: 'https://etcd.io/docs/v3.5/faq/, why an odd number of cluster members',
    check: (transition) => {
      const {
        serversAfter: { length: now },
        serversBefore: { length: old },
      } = transition;
      if (!embedded(transition) || now === old || now % 2 === 1 || now === 0) return [];
      return [
        {
          ...at(transition),
          problem: `${now} etcd members tolerate the loss of ${now - quorum(now)}, no more than ${now - 1} would`,
          fix: `declare ${now + 1} servers, or ${now - 1}`,
          blocks: 'nothing',
        },
      ];
    },
  }),
  k3sRule({
    id: 'coordinator-removed',
    title: 'The first server is removed in an update of its own',
    reason:
      'Cluster work moves to the next server in the same update, and agents that joined through the first one are told another address.',
    source: 'docs/decisions/0004-host-steps.md',
    check: (transition) => {
      const [first] = transition.serversBefore;
      const [next] = transition.serversAfter;
      if (!first || !next || allReplaced(transition)) return [];
      if (transition.serversAfter.some((server) => server.name === first.name)) return [];
      const told = agentsToldAnotherAddress(transition);
      return [
        {
          ...at(transition),
          problem:
            `${first.name} is the first server, where cluster work runs, and is removed: that moves to ${next.name}` +
            (told.length > 0 ? `, and agents are told another address to join through: ${names(told)}` : ''),
          fix:
            'one update does it; leave other changes to the next' +
            (told.length > 0
              ? '; api.registrationAddress, an address in front of all servers, leaves agents as they are when servers come and go'
              : ''),
          blocks: 'nothing',
        },
      ];
    },
  }),
];

function removal(transition: K3sTransition): {
  removed: HostSynthesis[];
  added: HostSynthesis[];
  members: number;
} {
  const { serversBefore, serversAfter } = transition;
  return {
    removed: embedded(transition) ? hostsMissingIn(serversAfter, serversBefore) : [],
    added: hostsMissingIn(serversBefore, serversAfter),
    members: serversBefore.length,
  };
}

function agentsToldAnotherAddress({ kept, factsBefore, factsAfter }: K3sTransition): HostSynthesis[] {
  if (factsBefore.registrationAddress === factsAfter.registrationAddress) return [];
  return kept.map(({ after }) => after).filter(({ role }) => role === 'agent');
}

function allReplaced({ serversBefore, serversAfter, factsBefore }: K3sTransition): boolean {
  return (
    factsBefore.datastore !== 'external' &&
    serversBefore.length > 0 &&
    hostsMissingIn(serversAfter, serversBefore).length === serversBefore.length
  );
}

function replaced(transition: K3sTransition): Finding {
  return {
    ...at(transition),
    problem: `none of the servers ${names(transition.serversBefore)} is declared any more`,
    fix: 'keep one of them until the new servers have joined; with sqlite, move to embedded etcd first',
    blocks: 'provision',
  };
}

const embedded = ({ factsBefore, factsAfter }: K3sTransition): boolean =>
  factsBefore.datastore === 'embedded-etcd' && factsAfter.datastore === 'embedded-etcd';
const at = ({ after }: K3sTransition) => ({ path: after.path, property: 'servers' });
const names = (hosts: readonly HostSynthesis[]): string => hosts.map((host) => host.name).join(', ');
