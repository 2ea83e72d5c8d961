import type { Finding } from '../../../rules/rule';
import { changedFact, k3sRule, type K3sTransition } from './k3s-transition';

/** Rules about where the state of a cluster is. */
export const datastoreRules = [
  k3sRule({
    id: 'datastore-changed',
    title: 'A cluster keeps its datastore; only sqlite can become embedded etcd',
    reason:
      'K3s moves no data between datastores: it starts on an empty one, or ignores the option because it finds etcd on disk.',
    source: 'https://docs.k3s.io/datastore/ha-embedded, existing single-node clusters',
    check: (transition) => {
      const kind = changedFact(transition, 'datastore');
      const target = changedFact(transition, 'datastoreTarget');
      if (kind !== undefined) return kindChanged(transition, kind);
      if (target === undefined) return [];
      return [
        {
          path: transition.after.path,
          property: 'datastore.external',
          problem: `the datastore was ${target.old} and is now ${target.now}`,
          fix: `keep ${target.old}; to move, make the change in two steps: stop every server and copy the database by hand, then start them with the new address`,
          blocks: 'provision',
        },
      ];
    },
  }),
];

function kindChanged(transition: K3sTransition, { old, now }: { old: string; now: string }): Finding[] {
  const place = { path: transition.after.path, property: 'datastore' };
  const [server] = transition.serversBefore;
  const stays = server !== undefined && transition.serversAfter.some(({ name }) => name === server.name);
  if (old === 'sqlite' && now === 'embedded-etcd' && stays) {
    return [
      {
        ...place,
        problem: `K3s moves the state of ${server.name} from sqlite into etcd at its next start, and there is no way back`,
        fix: `copy the database directory and the token of ${server.name} first`,
        blocks: 'nothing',
      },
    ];
  }
  const fix =
    old === 'sqlite' && now === 'embedded-etcd'
      ? `keep ${server?.name ?? 'the server'} among the servers: only its own K3s can move its data`
      : `keep ${old}; a cluster with ${now} gets a new name, and workloads are restored there`;
  return [{ ...place, problem: `the datastore was ${old} and is now ${now}`, fix, blocks: 'provision' }];
}
