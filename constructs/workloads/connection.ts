import { Construct, type IConstruct } from 'constructs';
import {
  anyText,
  byKey,
  describeValue,
  flag,
  list,
  mapOf,
  object,
  oneOf,
  text,
  wholeNumber,
  type Shape,
  type ShapeProblem,
} from '../../lib/rules/shape';
import { isSecretSource, SecretText, type SecretSource } from '../../lib/secret';
import type { WorkloadNetwork } from './workload-network';

/**
 * What a workload offers to others. Given to another workload as one of its `connections`, it becomes environment variables, an opening in
 * both NetworkPolicies, and the order in which the two are applied.
 */
export interface Connection {
  /** Name or address by which pods of the same cluster reach it. */
  readonly host: string;
  readonly port: number;

  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';

  /** Variables beside `HOST` and `PORT`, by the end of their names: `URL`, `NAME`. @default - none */
  readonly variables?: Readonly<Record<string, string>>;

  /** Variables whose values are secrets. @default - none */
  readonly secret?: ConnectionSecret;

  readonly target: ConnectionTarget;

  /** Apply what offers it first. Two workloads that connect to each other need `false` in one direction. @default true */
  readonly startOrder?: boolean;
}

/** The Kubernetes Secret behind a connection. Consumers in other namespaces get a copy of it. */
export interface ConnectionSecret {
  readonly namespace: string;
  readonly name: string;

  /** Variable, by the end of its name, to the key in the Secret and its value. */
  readonly variables: Readonly<
    Record<string, { readonly key: string; readonly value: SecretSource | SecretText }>
  >;
}

/** What is at the other end: pods of a workload, or addresses outside of the cluster. */
export type ConnectionTarget =
  | {
      readonly construct: IConstruct;
      readonly network: WorkloadNetwork;

      /** Port of the container, which is what a NetworkPolicy sees. */
      readonly port: number;
    }
  | { readonly construct?: IConstruct; readonly cidrs: readonly string[]; readonly port: number };

/** A connection to something that is no construct of this program. */
export function connectionTo(endpoint: {
  /** Name or address. */
  readonly host: string;
  readonly port: number;

  /** Where the name leads, as CIDRs; what a NetworkPolicy lets out. @default - the host, which must be an address then */
  readonly cidrs?: readonly string[];

  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';

  /** Variables beside `HOST` and `PORT`. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
}): Connection {
  const { host, port, cidrs, ...others } = (endpoint ?? {}) as Partial<typeof endpoint>;
  const itself = typeof host === 'string' ? [`${host}/${host.includes(':') ? 128 : 32}`] : [];
  // What is missing or unknown is said where the connection is used, as of everything else there.
  return { ...others, host, port, target: { cidrs: cidrs ?? itself, port } } as Connection;
}

const port = wholeNumber(1, 65_535);

const secretValue: Shape = (value, at) =>
  isSecretSource(value) || value instanceof SecretText
    ? []
    : [{ at, problem: 'must be a secret', fix: "write SecretRef.fromConfig('name')" }];

const construct: Shape = (value, at) => (Construct.isConstruct(value) ? [] : [foreign(value, at)]);

/** By what it is asked for, as another copy of this package may have made it. */
const network: Shape = (value, at) => {
  const { pods, connect } = (value ?? {}) as Partial<WorkloadNetwork>;
  return typeof connect === 'function' && typeof pods?.namespace === 'string' ? [] : [foreign(value, at)];
};

const target: Shape = byKey({
  network: object({ construct, network, port }, 'construct', 'port'),
  cidrs: object({ construct, cidrs: list(text), port }, 'port'),
});

const form = object(
  {
    host: text,
    port,
    protocol: oneOf('TCP', 'UDP'),
    variables: mapOf(anyText),
    secret: object(
      {
        namespace: text,
        name: text,
        variables: mapOf(object({ key: text, value: secretValue }, 'key', 'value')),
      },
      'namespace',
      'name',
      'variables',
    ),
    target,
    startOrder: flag,
  },
  'host',
  'port',
  'target',
);

/** Form of a {@link Connection}. */
export const connectionShape: Shape = (value, at) =>
  typeof value === 'object' && value !== null && 'host' in value ? form(value, at) : [foreign(value, at)];

function foreign(value: unknown, at: readonly string[]): ShapeProblem {
  return {
    at,
    problem: `must be the connection of a workload, got ${describeValue(value)}`,
    fix: `write ${at.at(-1) ?? 'database'}: database.connection`,
  };
}
