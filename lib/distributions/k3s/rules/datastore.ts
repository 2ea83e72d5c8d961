import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import { k3sRule } from './k3s-rule';

/** Rules about how many servers a datastore wants. */
export const datastoreRules = [
  k3sRule({
    id: 'k3s-sqlite-servers',
    title: 'sqlite has one server',
    reason: 'Each server would make a cluster of its own; K3s says nothing.',
    source: 'https://docs.k3s.io/datastore',
    check: (model) => {
      const count = servers(model).length;
      if (model.datastore.kind !== 'sqlite' || count < 2) return [];
      const problem = `sqlite lies on one server and cannot be shared, got ${count} servers`;
      return [
        {
          path: model.path,
          property: 'datastore',
          problem,
          fix: 'write datastore: Datastore.embeddedEtcd()',
        },
      ];
    },
  }),
  k3sRule({
    id: 'k3s-etcd-members',
    title: 'Embedded etcd has an odd number of servers',
    reason: 'An even number needs one member more for its majority and survives no more losses.',
    source:
      'https://docs.k3s.io/datastore/ha-embedded; https://etcd.io/docs/v3.6/faq/#why-an-odd-number-of-cluster-members',
    check: (model) => (model.datastore.kind === 'embedded-etcd' ? memberFindings(model) : []),
  }),
  k3sRule({
    id: 'k3s-etcd-count',
    title: 'Embedded etcd has seven servers at most',
    reason: 'Every write waits for a majority, so that more members make it slower.',
    source: 'https://etcd.io/docs/v3.6/faq/#what-is-maximum-cluster-size',
    check: (model) => {
      const count = members(model);
      if (model.datastore.kind !== 'embedded-etcd' || count <= 7 || count % 2 === 0) return [];
      const problem = `${count} etcd members make every write wait for ${Math.floor(count / 2) + 1} of them`;
      return [
        {
          path: model.path,
          property: 'servers',
          problem,
          fix: 'make some of them agents',
          blocks: 'nothing',
        },
      ];
    },
  }),
];

function memberFindings(model: K3sModel): Finding[] {
  const count = members(model);
  if (count % 2 === 1 || count === 0) return [];
  const survives = count / 2 - 1;
  const problem =
    count === 2
      ? '2 etcd members survive the loss of none, and fail when either of them does: two are worse than one'
      : `${count} etcd members survive the loss of ${survives}, as ${count - 1} do`;
  return [
    {
      path: model.path,
      property: 'servers',
      problem,
      fix: `write ${count === 2 ? '1 server' : `${count - 1} servers`}, or ${count + 1}`,
    },
  ];
}

function members(model: K3sModel): number {
  return servers(model).filter(({ config }) => !('disable-etcd' in config && config['disable-etcd'] === true))
    .length;
}

function servers({ nodes }: K3sModel): K3sModel['nodes'] {
  return nodes.filter(({ role }) => role === 'server');
}
