import type { SecretSource } from '../../../lib/secret';
import type { ContainerResources } from '../../workloads/resources';
import type { StoreVolume } from './store-settings';

/** Another place that logs go to. */
export interface LogForwarding {
  /** Address, such as that of a VictoriaLogs elsewhere: `https://logs.example.org/insert/native`. A secret when it holds a key. */
  readonly url: string | SecretSource;

  /** Sent as a bearer token. @default - none */
  readonly token?: SecretSource;

  /** `native` for VictoriaLogs; `jsonline` for what takes a JSON object a line, such as Vector. @default 'native' */
  readonly format?: 'native' | 'jsonline';
}

export interface LogsProps {
  /** How long logs are kept: days `d`, weeks `w` or years `y`. @default '7d' */
  readonly retention?: string;

  /** Where they are kept; `scratch` is gone with the pod, so it takes no `retention`. @default - a claim of 5Gi of the default class */
  readonly volume?: StoreVolume | 'scratch';

  /** Send them elsewhere; then nothing is kept in the cluster. @default - a store of its own */
  readonly forward?: LogForwarding;

  /** Namespaces whose logs are left alone. @default - none */
  readonly excludeNamespaces?: readonly string[];

  /** Most that an agent keeps on the disk of its node while nobody takes logs; then the oldest go. At least 513Mi. @default '600Mi' */
  readonly buffer?: string;

  /** Of the store. @default - requests of 25m and 96Mi, a memory limit of 256Mi */
  readonly resources?: ContainerResources;

  /** Of the agent on every node. @default - requests of 20m and 40Mi, a memory limit of 64Mi: with node-exporter's 30Mi less than 100 MB a node */
  readonly agentResources?: ContainerResources;

  /** Labels of the nodes for the store. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
}
