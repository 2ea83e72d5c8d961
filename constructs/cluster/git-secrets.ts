import { X509Certificate } from 'node:crypto';
import { isDnsSubdomain } from '../../lib/cluster/names';
import { describeValue } from '../../lib/rules/shape';
import { isPlainObject } from '../../lib/plain-object';
import type { ExternalStore } from '../../lib/synthesis/external-secret';
import type { SealedBy, SopsBy } from '../../lib/synthesis/secrets-in-git';
import type { ConstructViolation } from '../violations';

/** External Secrets fetches values from a store. */
export type ExternalBy = { readonly by: 'external-secrets' } & ExternalStore;

/** How Kubernetes Secrets get into a cluster whose objects Git holds; given to `cluster.secretsInGit`. */
export class GitSecrets {
  private constructor(
    /** @internal */
    readonly how: SealedBy | SopsBy | ExternalBy,
  ) {}

  /**
   * SealedSecret objects, encrypted by `pulumi up` for the Sealed Secrets controller of the cluster.
   *
   * @param settings.certificate Text of the controller's certificate: `kubeseal --fetch-cert`. It is public.
   */
  static sealed(settings: { readonly certificate: string }): GitSecrets {
    return new GitSecrets({ by: 'sealed-secrets', ...settings });
  }

  /**
   * Secret objects with values encrypted by SOPS for keys of age, for Flux, or Argo CD with a plugin. `pulumi up` runs `sops` for it.
   *
   * @param settings.age Public keys of age; each alone can decrypt.
   */
  static sops(settings: { readonly age: readonly string[] }): GitSecrets {
    return new GitSecrets({ by: 'sops', ...settings });
  }

  /** ExternalSecret objects: External Secrets fetches values from a store such as Vault. They are in the manifests, so also where Pulumi applies those. */
  static external(settings: ExternalStore): GitSecrets {
    return new GitSecrets({ by: 'external-secrets', ...settings });
  }
}

/** What is wrong with a way of getting Secrets into a cluster. */
export function gitSecretsViolations(given: unknown): ConstructViolation[] {
  if (!(given instanceof GitSecrets)) {
    return [
      wrong(
        '',
        `must be made by GitSecrets, got ${describeValue(given)}`,
        'write GitSecrets.sealed({ certificate }), GitSecrets.sops({ age }) or GitSecrets.external({ store })',
      ),
    ];
  }
  const { how } = given;
  if (how.by === 'sealed-secrets') return certificateViolations(how.certificate);
  return how.by === 'sops' ? ageViolations(how.age) : storeViolations(how);
}

function certificateViolations(certificate: unknown): ConstructViolation[] {
  const problem = typeof certificate === 'string' ? certificateProblem(certificate) : 'must be text';
  if (problem === undefined) return [];
  const fix =
    "run kubeseal --fetch-cert > sealed-secrets.pem, and write certificate: readFileSync('sealed-secrets.pem', 'utf8')";
  return [wrong('certificate', problem, fix)];
}

function certificateProblem(certificate: string): string | undefined {
  if (certificate.includes('PRIVATE KEY')) return 'holds a private key, which must not be in a program';
  try {
    const { publicKey } = new X509Certificate(certificate);
    return publicKey.asymmetricKeyType === 'rsa'
      ? undefined
      : `must have an RSA key, got ${publicKey.asymmetricKeyType ?? 'another one'}`;
  } catch {
    return `must be a certificate in PEM, got ${describeValue(certificate)}`;
  }
}

function ageViolations(age: unknown): ConstructViolation[] {
  const fix = "write age: ['age1…'], as age-keygen prints it after 'Public key:'";
  if (!Array.isArray(age) || age.length === 0)
    return [wrong('age', `must be a list of public keys, got ${describeValue(age)}`, fix)];
  return age.flatMap((key: unknown, index) => {
    if (typeof key === 'string' && AGE_KEY.test(key)) return [];
    const isPrivate = typeof key === 'string' && /^AGE-SECRET-KEY/i.test(key);
    const problem = isPrivate
      ? 'is a private key, which must not be in a program'
      : `must be a public key of age, got ${describeValue(key)}`;
    return [wrong(`age[${index}]`, problem, fix)];
  });
}

function storeViolations({ store, kind, keys, refreshInterval }: ExternalBy): ConstructViolation[] {
  return [
    ...(typeof store === 'string' && isDnsSubdomain(store)
      ? []
      : [wrong('store', `must be the name of a store, got ${describeValue(store)}`, "write store: 'vault'")]),
    ...(kind === undefined || kind === 'ClusterSecretStore' || kind === 'SecretStore'
      ? []
      : [
          wrong(
            'kind',
            `must be 'ClusterSecretStore' or 'SecretStore', got ${describeValue(kind)}`,
            "write kind: 'SecretStore'",
          ),
        ]),
    ...(refreshInterval === undefined || DURATION.test(refreshInterval)
      ? []
      : [
          wrong(
            'refreshInterval',
            `must be a duration, got ${describeValue(refreshInterval)}`,
            "write refreshInterval: '1h'",
          ),
        ]),
    ...keyViolations(keys),
  ];
}

function keyViolations(keys: unknown): ConstructViolation[] {
  const fix = "write keys: { 'database-password': { key: 'shop/database', property: 'password' } }";
  if (keys === undefined) return [];
  if (!isPlainObject(keys)) return [wrong('keys', `must be a map, got ${describeValue(keys)}`, fix)];
  return Object.entries(keys)
    .filter(([, where]) => !isKey(isPlainObject(where) ? where['key'] : where) || !isProperty(where))
    .map(([name, where]) =>
      wrong(`keys[${JSON.stringify(name)}]`, `must be a key of the store, got ${describeValue(where)}`, fix),
    );
}

function isKey(key: unknown): boolean {
  return typeof key === 'string' && key !== '';
}

function isProperty(where: unknown): boolean {
  return !isPlainObject(where) || where['property'] === undefined || isKey(where['property']);
}

function wrong(property: string, problem: string, fix: string): ConstructViolation {
  const at = property === '' ? 'secretsInGit' : `secretsInGit ${property}`;
  return { rule: 'secrets-in-git', property: at, problem, fix };
}

/** FiloSottile/age@v1.3.1: Bech32 of 32 bytes with the prefix `age`. */
const AGE_KEY = /^age1[02-9ac-hj-np-z]{58}$/;

/** What `time.ParseDuration` of Go takes. */
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
