import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { GENERATED_ROOT } from '../../lib/generated-secret';
import { isDnsLabel, isDnsSubdomain, isSecretKey } from '../../lib/cluster/names';
import { nearest } from '../../lib/nearest';
import { isPlainObject } from '../../lib/plain-object';
import { secretsIn } from '../../lib/secret';
import { externalSecret } from '../../lib/synthesis/external-secret';
import type { SecretsInGit } from '../../lib/synthesis/secrets-in-git';
import type { KubernetesSecret } from '../../lib/synthesis/synthesis';
import type { ConstructViolation } from '../violations';
import { type ExternalBy, GitSecrets, gitSecretsViolations } from './git-secrets';

/** The Kubernetes Secrets that a cluster's constructs declare, and who makes them. */
export class SecretDeclarations {
  private readonly all: { readonly by: IConstruct; readonly secret: KubernetesSecret }[] = [];
  private readonly chosen: GitSecrets[] = [];

  /**
   * @param cluster Where the objects of constructs outside of a chart go.
   * @param declared Those that whoever applies the manifests makes; filled here.
   */
  constructor(
    private readonly cluster: Chart,
    private readonly declared: KubernetesSecret[],
  ) {}

  add(by: IConstruct, secret: KubernetesSecret): void {
    this.all.push({ by, secret });
    if (this.external === undefined) this.declared.push(secret);
    else this.makeExternal(by, secret);
  }

  /** Says who makes them; those of before and after. */
  choose(how: GitSecrets): void {
    this.chosen.push(how);
    if (this.external !== undefined) this.declared.length = 0;
    for (const { by, secret } of this.all) this.makeExternal(by, secret);
  }

  /** How they are written into Git, when they are. */
  get inGit(): SecretsInGit[] {
    const [first] = this.chosen;
    if (first === undefined || first.how.by === 'external-secrets') return [];
    return [{ cluster: this.cluster.node.id, ...first.how }];
  }

  violations(): ConstructViolation[] {
    const secrets = this.all.map(({ secret }) => secret);
    return [
      ...secretViolations(secrets),
      ...this.chosen.flatMap(gitSecretsViolations),
      ...(this.chosen.length > 1 ? [CHOSEN_TWICE] : []),
      ...(this.external === undefined ? [] : secrets.flatMap(generatedViolations)),
      ...unusedKeys(this.external, secrets),
    ];
  }

  private get external(): ExternalBy | undefined {
    const [first] = this.chosen;
    return first instanceof GitSecrets && first.how.by === 'external-secrets' ? first.how : undefined;
  }

  /** Beside what needs the Secret, so that both are applied together. What is not sound is refused anyway. */
  private makeExternal(by: IConstruct, secret: KubernetesSecret): void {
    const { external } = this;
    const isSound = secretViolations([secret]).length === 0 && generatedViolations(secret).length === 0;
    if (external === undefined || !isSound || gitSecretsViolations(this.chosen[0]).length > 0) return;
    const scope = by.node.scopes.some((around) => Chart.isChart(around)) ? by : this.cluster;
    const id = `external-secret-${secret.namespace}-${secret.name}`;
    if (scope.node.tryFindChild(id) === undefined) new ApiObject(scope, id, externalSecret(secret, external));
  }
}

/** A misspelt name would leave the right one to its default. */
function unusedKeys(
  external: ExternalBy | undefined,
  secrets: readonly KubernetesSecret[],
): ConstructViolation[] {
  if (!isPlainObject(external?.keys)) return [];
  const texts = secrets.flatMap(({ data }) => (isPlainObject(data) ? Object.values(data) : []));
  const used = new Set(texts.flatMap((text) => (typeof text === 'string' ? secretsIn(text) : [])));
  return Object.keys(external.keys)
    .filter((name) => !used.has(name))
    .map((name) => ({
      rule: 'secrets-in-git',
      property: `secretsInGit keys[${JSON.stringify(name)}]`,
      problem: 'names a secret that no Kubernetes Secret of this cluster uses',
      fix: `write ${JSON.stringify(nearest(name, used) ?? [...used][0] ?? 'database-password')}, or remove it`,
    }));
}

const CHOSEN_TWICE: ConstructViolation = {
  rule: 'secrets-in-git',
  property: 'secretsInGit',
  problem: 'is called twice for one cluster',
  fix: 'remove one of the two',
};

/** A store has what somebody put there. Its generators make another value at each refresh and for each Secret, so a URL and a password would differ. */
function generatedViolations({ namespace, name, data, path }: KubernetesSecret): ConstructViolation[] {
  if (!isPlainObject(data)) return [];
  const generated = Object.entries(data).filter(
    ([, text]) => typeof text === 'string' && secretsIn(text).includes(GENERATED_ROOT),
  );
  // Texts around it are mended with it.
  const alone = generated.filter(([, text]) => /^«[^»]*»$/.test(text));
  return (alone.length > 0 ? alone : generated).map(([key]) => ({
    rule: 'secrets-in-git',
    path,
    property: `Secret ${namespace}/${name} ${key}`,
    problem: 'is to be generated, but the Secrets of this cluster come from an external store',
    fix: `put a value into the store, and write SecretRef.fromConfig('${name.replace(/\./g, '-')}-${key.replace(/[^A-Za-z0-9-]/g, '-')}') with its name there`,
  }));
}

/** What is wrong with the Kubernetes Secrets that a cluster's constructs declare. */
export function secretViolations(secrets: readonly KubernetesSecret[]): ConstructViolation[] {
  const seen = new Map<string, string>();
  return secrets.flatMap((secret) => {
    const { namespace, name, path } = secret;
    const other = seen.get(`${namespace}/${name}`);
    seen.set(`${namespace}/${name}`, path);
    return [
      ...nameViolations(secret),
      ...dataViolations(secret),
      ...(other === undefined ? [] : [twice(secret, other)]),
    ];
  });
}

function nameViolations({ namespace, name, path }: KubernetesSecret): ConstructViolation[] {
  const found: ConstructViolation[] = [];
  const rule = 'kubernetes-secret';
  if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
    found.push({
      rule,
      path,
      property: 'addSecret namespace',
      problem: `must be the name of a namespace, got ${JSON.stringify(namespace)}`,
      fix: "write namespace: 'shop'",
    });
  }
  if (typeof name !== 'string' || !isDnsSubdomain(name)) {
    found.push({
      rule,
      path,
      property: 'addSecret name',
      problem: `must be lower case letters, digits, '-' and '.', got ${JSON.stringify(name)}`,
      fix: "write name: 'database'",
    });
  }
  return found;
}

/** A value without a hole is either no secret, and belongs into a ConfigMap, or one that must not be written here. */
function dataViolations({ data, path, name }: KubernetesSecret): ConstructViolation[] {
  const place = { rule: 'kubernetes-secret', path };
  if (!isPlainObject(data) || Object.keys(data).length === 0) {
    return [
      {
        ...place,
        property: 'addSecret data',
        problem: 'must be a map with at least one key',
        fix: "write data: { password: secretHole(secret('password')) }",
      },
    ];
  }
  const entries = Object.entries(data as Record<string, unknown>);
  const misnamed = entries
    .filter(([key]) => !isSecretKey(key))
    .map(([key]) => ({
      ...place,
      property: `addSecret data[${JSON.stringify(key)}]`,
      problem: `Secret ${name} has a key that must be letters, digits, '-', '_' and '.'`,
      fix: "write 'password'",
    }));
  const plain = entries
    .filter(([, text]) => typeof text !== 'string' || !holdsSecret(text))
    .map(([key]) => ({
      ...place,
      property: `addSecret data.${key}`,
      problem: `Secret ${name} has a value without a secret in it, which would be written into synthesis.json`,
      fix: `write ${key}: secretHole(secret('${/^[A-Za-z][A-Za-z0-9-]*$/.test(key) ? key : 'name'}')), or put what is no secret into a ConfigMap`,
    }));
  return [...misnamed, ...plain];
}

/** A generated one counts also where its place cannot be written, which another violation says. */
function holdsSecret(text: string): boolean {
  return secretsIn(text).length > 0 || text.includes(`«secret:${GENERATED_ROOT}|`);
}

function twice({ namespace, name, path }: KubernetesSecret, other: string): ConstructViolation {
  return {
    rule: 'one-owner',
    path,
    property: 'addSecret name',
    problem: `declares Secret ${namespace}/${name}, which ${other} declares as well`,
    fix: 'remove one of the two, or give one another name',
  };
}
