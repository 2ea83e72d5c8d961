import type { AuditSettings } from '../cluster-settings';
import { dataDirOf, hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { partOf, type SettingsPart } from './part';

/** What is asked of the audit log, or `undefined` when there is none. */
export function auditOf(model: K3sModel): AuditSettings | undefined {
  const { audit, hardening } = model.props;
  if (audit === true || (audit === undefined && hardening === 'cis')) return {};
  return typeof audit === 'object' ? audit : undefined;
}

/** Audit log, encryption of Secrets and the hardening guide, as every server is told. */
export function hardeningParts(model: K3sModel, node: K3sNode): SettingsPart[] {
  return [
    ...encryptionParts(model),
    ...auditParts(model, node),
    ...(model.props.hardening === 'cis' ? [cisPart] : []),
  ];
}

/** What the hardening guide asks of every node. */
export function hardeningNodeParts(model: K3sModel): SettingsPart[] {
  return model.props.hardening === 'cis' ? [partOf('hardening', { 'protect-kernel-defaults': true })] : [];
}

function encryptionParts({ props }: K3sModel): SettingsPart[] {
  const { secretsEncryption } = props;
  const explicit = secretsEncryption === undefined ? undefined : 'secretsEncryption';
  if (secretsEncryption === false) return [partOf(explicit, { 'secrets-encryption': false })];
  const provider = typeof secretsEncryption === 'object' ? secretsEncryption.provider : undefined;
  return [partOf(explicit, { 'secrets-encryption': true, 'secrets-encryption-provider': provider })];
}

function auditParts(model: K3sModel, node: K3sNode): SettingsPart[] {
  const audit = auditOf(model);
  if (audit === undefined) return [];
  const { maxAge = 30, maxBackups = 10, maxSize = 100 } = audit;
  const settings = {
    'kube-apiserver-arg': {
      'audit-log-path': `${dataDirOf(node)}/server/logs/audit.log`,
      'audit-policy-file': hostPaths.auditPolicy,
      'audit-log-maxage': maxAge,
      'audit-log-maxbackup': maxBackups,
      'audit-log-maxsize': maxSize,
    },
  };
  return [partOf(model.props.audit === undefined ? 'hardening' : 'audit', settings)];
}

/** K3s hardening guide, 1.29 and newer (docs.k3s.io/security/hardening-guide). Its kubelet settings are in the kubelet's drop-in. */
const cisPart = partOf('hardening', {
  'kube-apiserver-arg': {
    'enable-admission-plugins': 'NodeRestriction,EventRateLimit',
    'admission-control-config-file': hostPaths.admission,
    'service-account-extend-token-expiration': false,
  },
  'kube-controller-manager-arg': { 'terminated-pod-gc-threshold': 100 },
});
