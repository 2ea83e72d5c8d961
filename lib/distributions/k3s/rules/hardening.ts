import type { Finding } from '../../../rules/rule';
import type { K3sModel } from '../model';
import type { AuditSettings } from '../cluster-settings';
import { auditOf } from '../settings/hardening';
import { k3sRule } from './k3s-rule';
import { quoted } from './quoted';
import { wholeNumberFindings } from './whole-number';

const guide = 'https://docs.k3s.io/security/hardening-guide';

/** Rules about hardening and the audit log. */
export const hardeningRules = [
  k3sRule({
    id: 'k3s-cis',
    title: "Nothing contradicts hardening: 'cis'",
    reason:
      'The cluster would be called hardened, and fail its audit; the kubelet stops over kernel settings it does not want.',
    source: guide,
    check: (model) => (model.props.hardening === 'cis' ? cisFindings(model) : []),
  }),
  k3sRule({
    id: 'k3s-audit',
    title: 'The audit log is kept for whole numbers of days, files and megabytes',
    reason: 'kube-apiserver stops over anything else, and never deletes a file where all three are 0.',
    source: 'https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#log-backend',
    check: (model) => auditFindings(model.path, auditOf(model) ?? {}),
  }),
];

function auditFindings(path: string, { maxAge, maxBackups, maxSize }: AuditSettings): Finding[] {
  const number = (key: string, value: number | undefined, most: number, example: number): Finding[] =>
    wholeNumberFindings({ path, property: `audit.${key}`, value, least: 1, most, example });
  return [
    ...number('maxAge', maxAge, 36_500, 30),
    ...number('maxBackups', maxBackups, 10_000, 10),
    ...number('maxSize', maxSize, 100_000, 100),
  ];
}

function cisFindings({ path, props, nodes }: K3sModel): Finding[] {
  const findings: Finding[] = [];
  if (props.secretsEncryption === false) {
    findings.push({
      path,
      property: 'secretsEncryption',
      problem: "is false, and hardening: 'cis' asks for it",
      fix: 'remove it',
    });
  }
  if (props.audit === false) {
    findings.push({
      path,
      property: 'audit',
      problem: "is false, and hardening: 'cis' asks for an audit log",
      fix: 'remove it',
    });
  }
  const cni = props.network?.cni;
  if (cni?.kind === 'flannel' && cni.flannel.networkPolicy === false) {
    const problem = "is false, and hardening: 'cis' asks that NetworkPolicy is enforced";
    findings.push({ path, property: 'network.cni.flannel.networkPolicy', problem, fix: 'remove it' });
  }
  for (const node of nodes) {
    for (const [key, value] of Object.entries(node.settings.sysctls ?? {})) {
      const wanted = WANTED_BY_KUBELET.get(key);
      if (wanted === undefined || wanted === value.trim()) continue;
      const problem = `is ${quoted(value)}, and the kubelet stops under hardening: 'cis' unless it is ${quoted(wanted)}`;
      findings.push({ path: node.path, property: `sysctls["${key}"]`, problem, fix: 'remove it' });
    }
  }
  return findings;
}

const WANTED_BY_KUBELET: ReadonlyMap<string, string> = new Map([
  ['vm.panic_on_oom', '0'],
  ['vm.overcommit_memory', '1'],
  ['kernel.panic', '10'],
  ['kernel.panic_on_oops', '1'],
]);
