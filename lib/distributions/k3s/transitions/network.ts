import { changedFact, k3sRule } from './k3s-transition';

/** Facts that no cluster can change, by the property that sets them. */
const FIXED = [
  ['clusterCidr', 'network.clusterCidr', 'the pod addresses were'],
  ['serviceCidr', 'network.serviceCidr', 'the service addresses were'],
  ['clusterDns', 'network.clusterDns', 'the address of the cluster DNS was'],
  ['clusterDomain', 'network.clusterDomain', 'the cluster domain was'],
] as const;

/** Rules about the network of a cluster that exists. */
export const networkRules = [
  k3sRule({
    id: 'network-immutable',
    title: 'Address ranges and the DNS name of a cluster never change',
    reason:
      'Nodes, services and certificates hold addresses out of the old ranges; K3s refuses servers whose ranges differ.',
    source:
      'https://docs.k3s.io/networking/basic-network-options, dual-stack networking; k3s pkg/daemons/config/types.go CriticalControlArgs',
    check: (transition) =>
      FIXED.flatMap(([fact, property, words]) => {
        const change = changedFact(transition, fact);
        if (change === undefined) return [];
        return [
          {
            path: transition.after.path,
            property,
            problem: `${words} ${change.old}, now ${change.now}`,
            fix: `keep ${change.old}; there is no way to do this in place: make a new cluster and move the workloads`,
            blocks: 'provision' as const,
          },
        ];
      }),
  }),
  k3sRule({
    id: 'flannel-backend-changed',
    title: 'Changing the pod network cuts nodes off from each other while it lasts',
    reason:
      'Nodes with different backends cannot exchange pod traffic, and interfaces of the old one stay until a node reboots.',
    source: 'https://docs.k3s.io/networking/basic-network-options, migrating between backends',
    check: (transition) => {
      const change = changedFact(transition, 'flannelBackend');
      if (change === undefined) return [];
      const provider = change.old === 'none' || change.now === 'none';
      return [
        {
          path: transition.after.path,
          property: provider ? 'network.cni' : 'network.cni.flannel.backend',
          problem: provider
            ? `the pod network was made by ${byWhom(change.old)} and is now made by ${byWhom(change.now)}`
            : `the flannel backend was ${change.old} and is now ${change.now}: pods on nodes of either kind do not reach each other until all are updated`,
          fix: provider
            ? 'keep it; there is no way to do this in place: make a new cluster and move the workloads'
            : 'update in a maintenance window, and reboot nodes whose old interfaces remain',
          blocks: provider ? 'provision' : 'nothing',
        },
      ];
    },
  }),
  k3sRule({
    id: 'registration-address-changed',
    title: 'A new address of the API answers before anyone is sent to it',
    reason:
      'Kubeconfigs and nodes that join use it from now on; running agents keep their own list of servers, and need it only when that is lost.',
    source:
      'https://docs.k3s.io/datastore/ha-embedded; https://docs.k3s.io/architecture, fixed registration address for agent nodes',
    check: (transition) => {
      const change = changedFact(transition, 'registrationAddress');
      if (change === undefined) return [];
      return [
        {
          path: transition.after.path,
          property: 'api.registrationAddress',
          problem: `nodes joined through ${change.old}, and the next ones and every kubeconfig use ${change.now}`,
          fix: `keep ${change.old} in api.tlsSans, and answering as long as kubeconfigs and agents may ask for it`,
          blocks: 'nothing',
        },
      ];
    },
  }),
];

const byWhom = (backend: string): string =>
  backend === 'none' ? 'another provider' : `flannel (${backend})`;
