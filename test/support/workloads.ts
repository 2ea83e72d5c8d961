import type { ApiObject } from 'cdk8s';
import { Namespace, type NamespaceProps } from '../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../constructs/platform/local-path/local-path-storage';
import { MetricsServer } from '../../constructs/platform/metrics-server';
import { Traefik } from '../../constructs/platform/traefik/traefik';
import type { K3sCluster } from '../../constructs/cluster/k3s-cluster';
import { objectJson } from '../../constructs/synthesis/api-objects';
import { InvalidProgramError } from '../../lib/rules/invalid-program';
import { formatViolation } from '../../lib/rules/violation';
import { k3sCluster, synthesisOfCluster } from './synth';

/** Namespace `shop` of a small cluster that has a way in, storage and metrics. */
export function shop(props: NamespaceProps = {}, cluster: K3sCluster = k3sCluster()): Namespace {
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
  new MetricsServer(cluster, 'metrics-server');
  return new Namespace(cluster, 'shop', { podSecurity: 'restricted', ...props });
}

/** Everything that stops the synthesis of the environment around a construct, a line each. */
export function refusals(namespace: Namespace): string[] {
  try {
    synthesisOfCluster(namespace.node.scope as K3sCluster);
    return [];
  } catch (error) {
    if (error instanceof InvalidProgramError) return error.violations.map(formatViolation);
    throw error;
  }
}

/** The object as it is applied, to be looked into freely. */
export function data(object: ApiObject | undefined): Loose {
  if (object === undefined) throw new Error('no such object');
  return objectJson(object);
}

/** Pod spec of a workload's object. */
export function podSpecOf(object: ApiObject): Loose {
  const { spec } = data(object);
  return (spec.template ?? spec.jobTemplate.spec.template).spec;
}

/** The first container of a workload's object. */
export function containerOf(object: ApiObject): Loose {
  return podSpecOf(object).containers[0];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;
