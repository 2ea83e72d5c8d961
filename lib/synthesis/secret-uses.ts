import { GENERATED_ROOT } from '../generated-secret';
import { secretsIn } from '../secret';
import type { SecretsInGit } from './secrets-in-git';
import type { HostSynthesis, KubernetesSecret, SecretUse } from './synthesis';

/** Every secret that host files and Kubernetes Secrets need, and where; sorted by name. */
export function secretUses(
  hosts: readonly HostSynthesis[],
  kubernetesSecrets: readonly KubernetesSecret[],
  secretsInGit: readonly SecretsInGit[] = [],
): SecretUse[] {
  const uses = new Map<string, Set<string>>();
  const note = (text: string, where: string): void => {
    for (const name of secretsIn(text)) uses.set(name, (uses.get(name) ?? new Set()).add(where));
  };
  for (const host of hosts) for (const file of host.files) note(file.content, `${host.name}:${file.path}`);
  for (const { cluster, namespace, name, data } of kubernetesSecrets) {
    for (const text of Object.values(data)) note(text, `${cluster}:${namespace}/${name}`);
  }
  // Which values changed is told by a fingerprint with a key, and the key comes from there.
  for (const { cluster } of secretsInGit) {
    if (kubernetesSecrets.some((secret) => secret.cluster === cluster))
      note(`«secret:${GENERATED_ROOT}»`, `${cluster}:Secrets in Git`);
  }
  return [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, where]) => ({ name, usedBy: [...where].sort() }));
}
