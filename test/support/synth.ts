import { App, Chart } from 'cdk8s';
import { Environment } from '../../constructs/environment';
import { ExistingCluster, type ExistingClusterProps } from '../../constructs/cluster/existing-cluster';
import { K3sCluster } from '../../constructs/cluster/k3s-cluster';
import { synthesize, type SynthesisContext } from '../../constructs/synthesis/synthesize';
import { apiObjectsIn, objectJson } from '../../constructs/synthesis/api-objects';
import { violationsOf } from '../../constructs/violations';
import { loadSchemas } from '../../adapters/schemas';
import type { K3sClusterProps } from '../../lib/distributions/k3s/cluster-settings';
import { NEWEST_KUBERNETES } from '../../lib/kubernetes/schema';
import { validateObject } from '../../lib/kubernetes/validate-object';
import { withExamples, mapStrings } from '../../lib/late';
import { formatViolation, type Violation } from '../../lib/rules/violation';
import type { KubernetesObject, Synthesis } from '../../lib/synthesis/synthesis';

/** A K3s cluster `test/k3s` of one server, `alfa`, and one agent, `bravo`, with what `over` changes. */
export function k3sCluster(over: Partial<K3sClusterProps> = {}): K3sCluster {
  return new K3sCluster(new Environment('test'), 'k3s', {
    version: 'v1.34.9+k3s1',
    servers: { alfa: { ssh: { host: '10.0.0.11' }, nodeIp: '10.0.0.11' } },
    agents: { bravo: { ssh: { host: '10.0.0.12' }, nodeIp: '10.0.0.12' } },
    ...over,
  });
}

/** A cluster `test/laptop` that something else made, with what `over` changes. */
export function existingCluster(over: Partial<ExistingClusterProps> = {}): ExistingCluster {
  return new ExistingCluster(new Environment('test'), 'laptop', {
    kubeconfig: { context: 'laptop' },
    kubernetesVersion: '1.34',
    helm: 'helm-controller',
    ...over,
  });
}

/** A plain cdk8s chart without any cluster. */
export function plainChart(namespace?: string): Chart {
  return new Chart(new App(), 'plain', { disableResourceNameHashes: true, ...(namespace && { namespace }) });
}

/** Every object under a construct, as it is applied. */
export function objectsIn(scope: Chart): KubernetesObject[] {
  return apiObjectsIn(scope).map(objectJson);
}

/** The objects of a kind; in tests the shape of each is what the test says. */
export function objectsOf<Shape = KubernetesObject>(scope: Chart, kind: string): Shape[] {
  return objectsIn(scope).filter((object) => object.kind === kind) as Shape[];
}

/** What the API server would say against the objects under a construct. */
export function schemaProblems(scope: Chart, kubernetes = NEWEST_KUBERNETES): string[] {
  const schemas = loadSchemas();
  return objectsIn(scope).flatMap((object) =>
    validateObject(mapStrings(object, withExamples), { schemas, kubernetes }).map(
      ({ field, problem }) => `${object.kind} ${object.metadata.name} ${field}: ${problem}`,
    ),
  );
}

/** Everything that the checks under a construct say, a line each; warnings say so. */
export function problemsIn(scope: Chart): string[] {
  return scope.node
    .findAll()
    .flatMap(violationsOf)
    .map((violation: Violation) => {
      const warning = violation.blocks === undefined ? '' : ' [warning]';
      return `${formatViolation(violation)}${warning}`;
    });
}

/** The whole environment that a cluster is in. */
export function synthesisOfCluster(cluster: K3sCluster | ExistingCluster): Synthesis {
  const context: SynthesisContext = {
    schemas: loadSchemas(),
    checksum: () => 'a'.repeat(64),
    hostKey: () => 'ssh-ed25519 AAAA',
  };
  return synthesize(cluster.node.root as Environment, context);
}
