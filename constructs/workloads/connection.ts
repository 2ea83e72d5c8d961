import type { IConstruct } from 'constructs';
import { describeValue, type Shape } from '../../lib/rules/shape';
import type { SecretSource, SecretText } from '../../lib/secret';
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
  const { host, port, protocol, variables, cidrs = [`${host}/${host.includes(':') ? 128 : 32}`] } = endpoint;
  return {
    host,
    port,
    ...(protocol && { protocol }),
    ...(variables && { variables }),
    target: { cidrs, port },
  };
}

/** Form of a {@link Connection}. */
export const connectionShape: Shape = (value, at) => {
  const { host, port, target } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<Connection>;
  if (typeof host === 'string' && typeof port === 'number' && typeof target === 'object') return [];
  return [
    {
      at,
      problem: `must be the connection of a workload, got ${describeValue(value)}`,
      fix: `write ${at.at(-1) ?? 'database'}: database.connection`,
    },
  ];
};
