import { isDnsLabel, isDnsSubdomain } from '../../lib/cluster/names';
import { isPlainObject } from '../../lib/plain-object';
import { secretsIn } from '../../lib/secret';
import type { KubernetesSecret } from '../../lib/synthesis/synthesis';
import type { ConstructViolation } from '../violations';

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
  return Object.entries(data as Record<string, unknown>)
    .filter(([, text]) => typeof text !== 'string' || secretsIn(text).length === 0)
    .map(([key]) => ({
      ...place,
      property: `addSecret data.${key}`,
      problem: `Secret ${name} has a value without a secret in it, which would be written into synthesis.json`,
      fix: `write ${key}: secretHole(secret('${/^[A-Za-z][A-Za-z0-9-]*$/.test(key) ? key : 'name'}')), or put what is no secret into a ConfigMap`,
    }));
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
