import { K3stackError } from '../lib/errors';

/** Who applies the objects: Pulumi, Git through a folder that Argo CD or Flux follows, or nobody here. */
export type WorkloadsMode = 'pulumi' | 'none' | { readonly git: string };

/**
 * A mode as configuration holds it: `pulumi`, `none` or `git:FOLDER`.
 *
 * @throws K3stackError `INVALID_STACK_SETTING`.
 */
export function workloadsMode(text: string): WorkloadsMode {
  if (text === 'pulumi' || text === 'none') return text;
  const [, folder] = /^git:(.+)$/s.exec(text) ?? [];
  if (folder !== undefined) return { git: folder };
  throw new K3stackError(
    'INVALID_STACK_SETTING',
    `k3stack:workloads must be pulumi, none or git:FOLDER, got ${JSON.stringify(text)}; run pulumi config set k3stack:workloads pulumi`,
  );
}
