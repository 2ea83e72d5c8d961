import { describeValue, type Shape } from '../../lib/rules/shape';
import { isSecretSource, SecretText, type SecretSource } from '../../lib/secret';
import { ExistingSecret } from '../../lib/existing-secret';
import { addCheck, type ConstructViolation } from '../violations';
import type { Connection, ConnectionSecret } from './connection';
import { workloadSecret, type SecretKey } from './secrets/workload-secret';
import type { Workload } from './workload';

/** Value of an environment variable: plain, from a secret, text with secrets in it, or a field of the pod such as `{ field: 'metadata.name' }`. */
export type EnvironmentValue =
  string | number | boolean | SecretSource | SecretText | { readonly field: string };

/** Environment variables by name. */
export type EnvironmentVariables = Readonly<Record<string, EnvironmentValue>>;

/** An item of `env` of a container. */
export type EnvVar =
  { readonly name: string; readonly value: string } | { readonly name: string; readonly valueFrom: object };

/**
 * `env` of a workload's container: the variables of its connections, then its own. Secrets among its own become one Kubernetes Secret named like
 * the workload.
 */
export function environmentVariables(
  workload: Workload,
  env: EnvironmentVariables,
  connections: Readonly<Record<string, Connection>>,
): EnvVar[] {
  const connected = Object.entries(connections).flatMap(([name, connection]) =>
    connectionVariables(workload, name, connection),
  );
  const secrets = Object.entries(env).filter((entry): entry is [string, SecretSource | SecretText] =>
    isSecret(entry[1]),
  );
  const keys =
    secrets.length === 0
      ? {}
      : workloadSecret(workload, {
          namespace: workload.namespace,
          name: workload.name,
          data: Object.fromEntries(secrets),
        });
  const own = Object.entries(env).map(([name, value]) => variable(name, value, keys[name]));
  addCheck(workload, () => [
    ...Object.keys(connections).flatMap(connectionNameViolations),
    ...nameViolations([...connected, ...own], Object.keys(env)),
  ]);
  return [...connected, ...own];
}

function isSecret(value: unknown): value is SecretSource | SecretText {
  return isSecretSource(value) || value instanceof SecretText;
}

function variable(name: string, value: EnvironmentValue, key: SecretKey | undefined): EnvVar {
  if (key !== undefined) return { name, valueFrom: { secretKeyRef: key } };
  if (isSecret(value)) return { name, value: '' }; // refused by workloadSecret
  if (typeof value === 'object') return { name, valueFrom: { fieldRef: { fieldPath: value.field } } };
  return { name, value: String(value) };
}

function connectionVariables(workload: Workload, name: string, connection: Connection): EnvVar[] {
  const prefix = variablePrefix(name);
  const { host, port, variables = {}, secret } = connection;
  const plain = Object.entries({ HOST: host, PORT: String(port), ...variables });
  const keys = secret === undefined ? {} : secretKeys(workload, name, secret);
  return [
    ...plain.map(([end, value]) => ({ name: `${prefix}_${end}`, value })),
    ...Object.entries(keys).map(([end, key]) => ({
      name: `${prefix}_${end}`,
      valueFrom: { secretKeyRef: key },
    })),
  ];
}

/** Keys of the connection's Secret; in another namespace, of a copy that is made there: pods read Secrets of their own namespace only. */
function secretKeys(
  workload: Workload,
  name: string,
  secret: ConnectionSecret,
): Readonly<Record<string, SecretKey>> {
  const { namespace } = workload;
  const entries = Object.entries(secret.variables);
  if (namespace === secret.namespace)
    return Object.fromEntries(entries.map(([end, { key }]) => [end, { name: secret.name, key }]));
  const elsewhere = entries.filter(([, { value }]) => value instanceof ExistingSecret);
  if (elsewhere.length > 0)
    addCheck(workload, () => elsewhere.map(([end]) => unreachable(name, end, secret)));
  const copy = workloadSecret(workload, {
    namespace,
    name: `${workload.name}-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
    data: Object.fromEntries(entries.map(([, { key, value }]) => [key, value])),
  });
  return Object.fromEntries(entries.flatMap(([end, { key }]) => (copy[key] ? [[end, copy[key]]] : [])));
}

function unreachable(name: string, end: string, { namespace }: ConnectionSecret): ConstructViolation {
  return {
    rule: 'connection-forbidden',
    property: `connections.${name}`,
    problem: `gives ${end} from a Secret that something else makes in namespace ${namespace}, which pods of other namespaces cannot read`,
    fix: `put both into one namespace, or let this program make the Secret: SecretRef.fromConfig('…')`,
  };
}

/** `orders-db` is `ORDERS_DB`. */
function variablePrefix(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}

/** Names of variables begin with that of the connection. */
function connectionNameViolations(name: string): ConstructViolation[] {
  if (/^[A-Za-z]/.test(name)) return [];
  const problem = `makes variables such as ${variablePrefix(name)}_HOST, which must start with a letter`;
  const like = name.replace(/^[^A-Za-z]+/, '');
  return [
    {
      rule: 'workload-env',
      property: `connections[${describeValue(name)}]`,
      problem,
      fix: `write connections: { ${/^\w+$/.test(like) ? like : 'db'}: … }`,
    },
  ];
}

function nameViolations(all: readonly EnvVar[], own: readonly string[]): ConstructViolation[] {
  const wrong = own
    .filter((name) => !VARIABLE.test(name))
    .map((name) => ({
      rule: 'workload-env',
      property: `env[${describeValue(name)}]`,
      problem: "must be a name of letters, digits and '_', not starting with a digit",
      fix: `write ${variablePrefix(name).replace(/^(?=\d)/, '_') || 'LOG_LEVEL'}`,
    }));
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const twice = [...counts].filter(([, count]) => count > 1);
  return [
    ...wrong,
    ...twice.map(([name]) => ({
      rule: 'workload-env',
      property: `env.${name}`,
      problem: 'is set twice, by env or by two connections',
      fix: 'remove it from env, or give the connection another name',
    })),
  ];
}

/** What every shell and runtime takes (IEEE Std 1003.1-2017, 8.1 Environment Variable Definition). */
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

function fieldProblems(field: unknown, at: readonly string[]): ReturnType<Shape> {
  if (typeof field === 'string' && FIELD.test(field)) return [];
  const problem = `must be a field that a variable can have, got ${describeValue(field)}`;
  const fix =
    "write 'metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.podIP' or metadata.labels['…']";
  return [{ at: [...at, 'field'], problem, fix }];
}

/** kubernetes/kubernetes@v1.36.3:pkg/apis/core/validation/validation.go, validEnvDownwardAPIFieldPathExpressions. */
const FIELD =
  /^(metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])|spec\.(nodeName|serviceAccountName)|status\.(hostIP|hostIPs|podIP|podIPs))$/;

/** Form of {@link EnvironmentValue}. */
export const environmentValueShape: Shape = (value, at) => {
  if (['string', 'boolean'].includes(typeof value) || Number.isFinite(value) || isSecret(value)) return [];
  if (typeof value === 'object' && value !== null && 'field' in value) return fieldProblems(value.field, at);
  return [
    {
      at,
      problem: `must be text, a number, true, false, a secret or { field }, got ${describeValue(value)}`,
      fix: `write ${at.at(-1)}: 'text', or SecretRef.fromConfig('name')`,
    },
  ];
};
