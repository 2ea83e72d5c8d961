import { createHmac, timingSafeEqual } from 'node:crypto';
import { GENERATED_ROOT, keyFromRoot } from '../../lib/generated-secret';
import type { DistFile } from '../../lib/synthesis/dist-files';
import { fillHoles, type RunValues } from '../../lib/synthesis/fill';
import type { SecretsInGit } from '../../lib/synthesis/secrets-in-git';
import type { KubernetesSecret, Synthesis } from '../../lib/synthesis/synthesis';
import { toYaml } from '../../lib/yaml';
import { plainSecret, type PlainSecret } from './plain-secret';
import { sealedSecret } from './sealed-secret';
import { sopsSecret } from './sops-secret';

/** What making the files depends on beside the synthesis. */
export interface SecretFilesRun {
  readonly values: RunValues;

  /** Text of a file that is there. */
  readonly existing: (path: string) => string | undefined;

  /** Nothing is encrypted; of what would be, only the path is true. */
  readonly preview: boolean;
}

/**
 * The Secrets of clusters that have them in Git, a file each, encrypted. Encrypting twice gives two texts, so a file that holds the same values for the same
 * reader stays as it is: its first line has a fingerprint, made with a key from the config secret `generated-secrets`, which tells nothing without it.
 */
export function secretFiles(synthesis: Synthesis, run: SecretFilesRun): DistFile[] {
  return secretsToWrite(synthesis).map(({ how, secret }) => {
    const path = `${synthesis.environment}/${secret.cluster}/secret-${secret.namespace}.${secret.name}.yaml`;
    const existing = run.existing(path);
    const plain = plainSecret(secret, run.values);
    if (existing !== undefined && isMadeFrom(existing, plain, how, run.values))
      return { path, content: existing };
    if (run.preview) return { path, content: '' };
    const body = encrypted(plain, how);
    return { path, content: `${HEAD}${fingerprint(body, plain, how, run.values)}\n${body}` };
  });
}

/** Kubernetes Secrets that go into Git, and how. */
export function secretsToWrite({
  secretsInGit = [],
  kubernetesSecrets,
}: Synthesis): { readonly how: SecretsInGit; readonly secret: KubernetesSecret }[] {
  return secretsInGit.flatMap((how) =>
    kubernetesSecrets.filter(({ cluster }) => cluster === how.cluster).map((secret) => ({ how, secret })),
  );
}

/** Stands for what the fingerprints need, so that it is among the values of a run. */
export const FINGERPRINT_HOLE = `«secret:${GENERATED_ROOT}»`;

function encrypted(secret: PlainSecret, how: SecretsInGit): string {
  return how.by === 'sops' ? sopsSecret(secret, how.age) : toYaml(sealedSecret(secret, how.certificate));
}

/** Whether a file holds these values for this reader, and nobody changed it. */
function isMadeFrom(file: string, secret: PlainSecret, how: SecretsInGit, values: RunValues): boolean {
  const end = file.indexOf('\n');
  if (end === -1 || !file.startsWith(HEAD)) return false;
  const has = Buffer.from(file.slice(HEAD.length, end));
  const wanted = Buffer.from(fingerprint(file.slice(end + 1), secret, how, values));
  return has.length === wanted.length && timingSafeEqual(has, wanted);
}

function fingerprint(body: string, secret: PlainSecret, how: SecretsInGit, values: RunValues): string {
  const key = keyFromRoot(fillHoles(FINGERPRINT_HOLE, values), 'fingerprint', 32);
  const reader = how.by === 'sops' ? [...how.age].sort() : [how.certificate];
  const data = Object.entries(secret.data).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([how.by, reader, secret.namespace, secret.name, data, body]);
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

const HEAD = '# Encrypted by k3stack from the program, which overwrites changes; fingerprint ';
