import type { ApiObject } from 'cdk8s';
import { data, podSpecOf } from './workloads';

/** A container of a database or its jobs, as tests look at it. */
export interface DatabaseContainer {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly resources: { readonly limits: object };
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly lifecycle: { readonly preStop: { readonly exec: Command } };
  readonly startupProbe: { readonly exec: Command };
  readonly readinessProbe: { readonly exec: Command };
  readonly livenessProbe: { readonly exec: Command };
}

interface Command {
  readonly command: readonly string[];
}

/** A pod of a database or its jobs. */
export interface DatabasePod {
  readonly initContainers: readonly DatabaseContainer[];
  readonly containers: readonly DatabaseContainer[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir: { readonly sizeLimit: string } }[];
  readonly nodeSelector?: object;
  readonly restartPolicy?: string;
  readonly securityContext: object;
  readonly terminationGracePeriodSeconds: number;
}

/** The pod of a StatefulSet or CronJob. @throws Error for an object that is not there. */
export function podOf(object: ApiObject | undefined): DatabasePod {
  if (object === undefined) throw new Error('no such object');
  return podSpecOf(object) as DatabasePod;
}

/** The first container of one. */
export function mainOf(object: ApiObject | undefined): DatabaseContainer {
  const [container] = podOf(object).containers;
  if (container === undefined) throw new Error('no container');
  return container;
}

/** Its `spec`, in the form that a test expects. */
export function specOf<Spec>(object: ApiObject | undefined): Spec {
  const { spec } = data(object) as { readonly spec: Spec };
  return spec;
}

/** Value, or where it comes from, of each variable. */
export function variablesOf({ env }: DatabaseContainer): Record<string, string | object | undefined> {
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}
