import type { HostFile } from '../../../synthesis/synthesis';
import { toYaml } from '../../../yaml';
import type { AuditSettings } from '../cluster-settings';
import { hostPaths } from '../host-paths';
import type { K3sModel, K3sNode } from '../model';
import { auditOf } from '../settings/hardening';
import { rootFile } from './root-file';

/** Files that the API server is pointed at: audit policy and admission configuration. */
export function apiServerFiles(model: K3sModel, node: K3sNode): HostFile[] {
  if (node.role === 'agent') return [];
  const audit = auditOf(model);
  return [
    ...(audit === undefined ? [] : [rootFile(hostPaths.auditPolicy, toYaml(auditPolicy(audit)))]),
    ...(model.props.hardening === 'cis'
      ? [
          rootFile(hostPaths.admission, toYaml(ADMISSION)),
          rootFile(hostPaths.eventRateLimit, toYaml(EVENT_RATE_LIMIT)),
        ]
      : []),
  ];
}

/** Bodies of requests are kept out of the log where they are secrets, whatever the level. */
function auditPolicy({ level = 'Metadata' }: AuditSettings): object {
  const withBodies = level !== 'Metadata';
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    rules: [...(withBodies ? [{ level: 'Metadata', resources: HOLD_SECRETS }] : []), { level }],
  };
}

const HOLD_SECRETS = [
  { group: '', resources: ['secrets', 'configmaps', 'serviceaccounts/token'] },
  { group: 'authentication.k8s.io', resources: ['tokenreviews'] },
] as const;

/** K3s hardening guide, 1.25 and newer; pods of kube-system are K3s's own and need privileges. */
const ADMISSION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [
    {
      name: 'PodSecurity',
      configuration: {
        apiVersion: 'pod-security.admission.config.k8s.io/v1',
        kind: 'PodSecurityConfiguration',
        defaults: {
          enforce: 'restricted',
          'enforce-version': 'latest',
          audit: 'restricted',
          'audit-version': 'latest',
          warn: 'restricted',
          'warn-version': 'latest',
        },
        exemptions: { usernames: [], runtimeClasses: [], namespaces: ['kube-system'] },
      },
    },
    { name: 'EventRateLimit', path: hostPaths.eventRateLimit },
  ],
} as const;

/** The plugin refuses to start without a limit. These are RKE's defaults (rancher.com/docs/rke, rate limiting); the guide of K3s names none. */
const EVENT_RATE_LIMIT = {
  apiVersion: 'eventratelimit.admission.k8s.io/v1alpha1',
  kind: 'Configuration',
  limits: [{ type: 'Server', qps: 5000, burst: 20000 }],
} as const;
