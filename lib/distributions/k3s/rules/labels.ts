import { isLabelKey, isLabelValue, labelValueLike } from '../../../cluster/names';
import type { Finding } from '../../../rules/rule';
import type { K3sModel, K3sNode } from '../model';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';

const syntax =
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set';

/** Rules about labels, annotations and taints of nodes. */
export const labelRules = [
  k3sRule({
    id: 'k3s-node-label',
    title: 'Labels, annotations and taints have the syntax of Kubernetes',
    reason: 'The kubelet stops over them, and the API server refuses them.',
    source: syntax,
    check: (model) => model.nodes.flatMap(syntaxFindings),
  }),
  k3sRule({
    id: 'k3s-node-label-reserved',
    title: 'Labels that Kubernetes or K3s sets by itself are left to them',
    reason:
      'The kubelet writes its own value back, and schedulers and add-ons trust that a role label means the role.',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    check: (model) => model.nodes.flatMap(reservedFindings),
  }),
  k3sRule({
    id: 'k3s-node-taint-unschedulable',
    title: 'Taints that Kubernetes sets by itself are left to it',
    reason: 'The node controller removes them, or adds and removes them as it sees fit.',
    source:
      'https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions',
    check: (model) =>
      model.nodes.flatMap(({ path, settings: { taints = [] } }) =>
        taints
          .filter(({ key }) => /^node\.(?:cloudprovider\.)?kubernetes\.io\//.test(key))
          .map(({ key }) => ({
            path,
            property: 'taints',
            problem: `${quoted(key)} is set and removed by Kubernetes`,
            fix: "write a key of your own, such as 'example.org/dedicated'",
          })),
      ),
  }),
];

function syntaxFindings({ path, settings }: K3sNode): Finding[] {
  const { labels = {}, annotations = {}, taints = [] } = settings;
  const findings: Finding[] = [];
  const key = (property: string, word: string) => {
    if (isLabelKey(word)) return;
    const problem = `${quoted(word)} must be at most 63 letters, digits, '-', '_' and '.', after an optional DNS name and '/'`;
    findings.push({ path, property, problem, fix: `write ${quoted(labelValueLike(word) || 'disk')}` });
  };
  const value = (property: string, word: string, text: string) => {
    if (isLabelValue(text)) return;
    const problem = `${quoted(word)} must have a value of at most 63 letters, digits, '-', '_' and '.', got ${quoted(text)}`;
    findings.push({
      path,
      property,
      problem,
      fix: `write ${quoted(labelValueLike(text))}, or make it an annotation`,
    });
  };
  for (const [word, text] of Object.entries(labels)) {
    key('labels', word);
    value('labels', word, text);
  }
  for (const word of Object.keys(annotations)) key('annotations', word);
  for (const taint of taints) {
    key('taints', taint.key);
    value('taints', taint.key, taint.value ?? '');
  }
  return findings;
}

function reservedFindings({ path, role, settings: { labels = {} } }: K3sModel['nodes'][number]): Finding[] {
  return Object.keys(labels).flatMap((label): Finding[] => {
    if (SET_BY_KUBELET.has(label))
      return [
        { path, property: 'labels', problem: `${quoted(label)} is set by the kubelet`, fix: 'remove it' },
      ];
    if (role === 'server' || !SERVER_ROLES.has(label)) return [];
    const problem = `${quoted(label)} says that the node is a server, and it is an agent`;
    return [
      { path, property: 'labels', problem, fix: "remove it, or write 'node-role.kubernetes.io/worker'" },
    ];
  });
}

const SET_BY_KUBELET = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

const SERVER_ROLES = new Set(
  ['control-plane', 'master', 'etcd'].map((role) => `node-role.kubernetes.io/${role}`),
);
