import type { ClusterOutput, HostContext } from '../../lib/distributions/distribution';
import type { KubernetesSchemas } from '../../lib/kubernetes/schema';
import { lateValuesIn, mapStrings, withLateNames } from '../../lib/late';
import { InvalidProgramError } from '../../lib/rules/invalid-program';
import { hostSetRules } from '../../lib/rules/host-rules';
import { objectNeedRules } from '../../lib/rules/object-needs';
import { imageRules } from '../../lib/rules/object-images';
import { issuerRules } from '../../lib/rules/object-issuers';
import { nodePortRules } from '../../lib/rules/object-node-ports';
import { placementRules } from '../../lib/rules/object-placement-rules';
import { quotaRules } from '../../lib/rules/object-quota';
import { routeRules } from '../../lib/rules/object-routes';
import { objectRules } from '../../lib/rules/object-rules';
import { type ObjectEntry } from '../../lib/rules/object-set';
import { promotionWarnings } from '../../lib/rules/promotion-warnings';
import { runRules } from '../../lib/rules/rule';
import type { Violation } from '../../lib/rules/violation';
import { hostInputWarnings } from '../../lib/hosts/host-inputs';
import { secretUses } from '../../lib/synthesis/secret-uses';
import { SYNTHESIS_SCHEMA, type ClusterDocument, type Synthesis } from '../../lib/synthesis/synthesis';
import type { Cluster } from '../cluster/cluster';
import type { Environment } from '../environment';
import { stopsSynth } from '../violations';
import { applyOrder, type ApplyOrder } from './apply-order';
import { manifestFiles } from './manifests';
import { resolveObjects, type ResolvedObject } from './resolve';
import { schemaViolations } from './schema-violations';
import { topologyOf } from './topology-of';
import { walk, type Tree, type TreeObject } from './walk';

/** What lies beside the program and its environment-independent data. */
export interface SynthesisContext extends HostContext {
  readonly schemas: KubernetesSchemas;
}

/**
 * Turns one environment into plain data: walks the tree once, resolves and serializes each object once, and checks everything.
 *
 * @throws InvalidProgramError with every violation that stops the synthesis.
 */
export function synthesize(environment: Environment, context: SynthesisContext): Synthesis {
  const tree = walk(environment);
  const order = applyOrder(tree);
  const { objects, failures } = resolveObjects(order.objects);
  const found = [
    ...tree.violations,
    ...order.cycles,
    ...failures,
    ...checkTogether(tree, objects),
    ...schemaViolations(objects, context.schemas),
  ];
  const violations = located(environment, found);
  refuse(environment, violations);

  const outputs = tree.clusters.map((cluster) => cluster.output(context));
  refuse(
    environment,
    located(
      environment,
      runRules(
        hostSetRules,
        outputs.flatMap((output) => output.hosts),
      ),
    ),
  );
  const clusters = outputs.map((output) => output.cluster);
  const unproven = promotionWarnings(clusters, environment.name, context);
  return assemble(environment.name, { ...tree, after: order.after }, objects, outputs, [
    ...violations,
    ...unproven,
  ]);
}

/** Violations with paths from the environment on, and late values as people know them. */
function located({ name }: Environment, violations: readonly Violation[]): Violation[] {
  return violations.map((violation) =>
    mapStrings({ ...violation, path: `${name}/${violation.path}` }, withLateNames),
  );
}

function refuse({ name }: Environment, violations: readonly Violation[]): void {
  const blocking = violations.filter(stopsSynth);
  if (blocking.length > 0) throw new InvalidProgramError(name, blocking);
}

function assemble(
  name: string,
  tree: Tree & Pick<ApplyOrder, 'after'>,
  objects: readonly ResolvedObject[],
  outputs: readonly ClusterOutput[],
  warnings: Violation[],
): Synthesis {
  const late = new Map<string, string>();
  const named = <T>(data: T): T =>
    mapStrings(data, (text) => {
      for (const value of lateValuesIn(text)) late.set(value.name, value.example);
      return withLateNames(text);
    });
  const applied = objects.filter(({ tree: { autoDeploy } }) => !autoDeploy);
  const synthesized = applied.map(({ tree: object, json, late: hasLate }) => ({
    tree: object,
    synthesized: {
      path: object.construct.node.path,
      owner: 'workloads' as const,
      object: hasLate ? named(json) : json,
      ...explicitOrder(tree.after(object)),
    },
  }));
  const hosts = named(outputs.flatMap((output) => output.hosts));
  const kubernetesSecrets = named(tree.clusters.flatMap((cluster) => cluster.description.secrets));
  const secretsInGit = tree.clusters.flatMap((cluster) => cluster.secretDeclarations.inGit);
  const topology = named(topologyOf(tree, objects, outputs));
  return {
    schema: SYNTHESIS_SCHEMA,
    environment: name,
    clusters: named(outputs.map((output) => output.cluster)),
    manifests: manifestFiles(synthesized, tree.clusters.length),
    hosts,
    graph: {
      steps: named(outputs.flatMap((output) => output.graph.steps)),
      waves: outputs.flatMap((output) => output.graph.waves),
    },
    topology,
    kubernetesSecrets,
    ...(secretsInGit.length > 0 && { secretsInGit }),
    documents: named(tree.clusters.flatMap(documentsOf)),
    secrets: secretUses(hosts, kubernetesSecrets, secretsInGit),
    late: [...late].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, example]) => ({ name: key, example })),
    warnings: [...warnings, ...hostInputWarnings(hosts, name)],
  };
}

/** Paths of what an object depends on; nothing for the many that depend on nothing. */
function explicitOrder(before: readonly TreeObject[]): { after?: string[] } {
  const paths = before.filter(({ autoDeploy }) => !autoDeploy).map(({ construct }) => construct.node.path);
  return paths.length === 0 ? {} : { after: [...new Set(paths)] };
}

function documentsOf({ name, description }: Cluster): ClusterDocument[] {
  return description.documents.map(({ file, content }) => ({ cluster: name, file, content: content() }));
}

function checkTogether(tree: Tree, objects: readonly ResolvedObject[]): Violation[] {
  return runRules(
    [
      ...objectRules,
      ...objectNeedRules,
      ...routeRules,
      ...nodePortRules,
      ...imageRules,
      ...issuerRules,
      ...placementRules,
      ...quotaRules,
    ],
    {
      clusters: tree.clusters.map((cluster) => cluster.name),
      offers: new Map(tree.clusters.map((cluster) => [cluster.name, cluster.offers])),
      reserved: new Map(
        tree.clusters.flatMap((cluster) =>
          [...cluster.reservedObjects()].map(([key, fix]) => [`${cluster.name}|${key}`, fix]),
        ),
      ),
      secrets: tree.clusters.flatMap(({ description }) => description.secrets),
      objects: objects.map(({ tree: { construct, group, autoDeploy }, json }): ObjectEntry => ({
        path: construct.node.path,
        cluster: group.cluster?.name,
        owner: autoDeploy ? 'auto-deploy' : 'workloads',
        object: json,
      })),
    },
  );
}
