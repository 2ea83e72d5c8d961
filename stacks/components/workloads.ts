import * as pulumi from '@pulumi/pulumi';
import { orderedObjects } from '../../lib/synthesis/object-order';
import type { KubernetesSecret, Synthesis } from '../../lib/synthesis/synthesis';
import { clusterNamed } from '../cluster-named';
import type { RunInputs } from '../run-inputs';
import { kubernetesObject, kubernetesSecret, type KubernetesResource } from '../workloads/kubernetes-object';
import { kubernetesProvider, type ClusterAccess } from '../workloads/kubernetes-provider';

export interface WorkloadsArgs extends RunInputs {
  readonly synthesis: Synthesis;

  /** Name of the cluster in the synthesis. @default - the name of the component */
  readonly cluster?: string;

  /** How the cluster's API is reached: a kubeconfig, a context of the operator's machine, or a provider of @pulumi/kubernetes. */
  readonly access: ClusterAccess | pulumi.ProviderResource;

  /**
   * What tells the cluster from others in all of its life, such as the `caHash` of a {@link K3sClusterStack}; a change replaces every object.
   *
   * @default - environment and name of the cluster
   */
  readonly identity?: pulumi.Input<string>;

  /**
   * When this goes, the objects go with it, and are not deleted one by one; such as the `lifetime` of a {@link K3sClusterStack}. Without it `pulumi destroy`
   * deletes every object, claims of volumes included, before the cluster's steps look for data.
   *
   * @default - each is deleted
   */
  readonly deletedWith?: pulumi.Resource;

  /** Take over fields that others manage, such as a `replicas` that an autoscaler sets. @default false - a conflict is an error that names the other */
  readonly patchForce?: boolean;

  /** Take over objects that are there already. @default false - they are an error */
  readonly adopt?: boolean;
}

/** The objects of one cluster, applied by Pulumi: one resource for each, waiting only for what it cannot do without. */
export class Workloads extends pulumi.ComponentResource {
  /** One for each object, in apply order. */
  readonly objects: readonly KubernetesResource[];

  /** One for each Kubernetes Secret whose values are in no manifest. */
  readonly secrets: readonly KubernetesResource[];

  /** @throws K3stackError `UNKNOWN_CLUSTER`, `PACKAGE_MISSING`. */
  constructor(name: string, args: WorkloadsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('k3stack:index:Workloads', name, {}, opts);
    const { synthesis, deletedWith } = args;
    const cluster = clusterNamed(synthesis, args.cluster ?? name);
    const provider = this.provider(name, `${synthesis.environment}/${cluster.name}`, args);
    const common = { parent: this, provider, ...(deletedWith !== undefined && { deletedWith }) };

    const declared = synthesis.kubernetesSecrets.filter((secret) => secret.cluster === cluster.name);
    const objects: KubernetesResource[] = [];
    const namespaces = new Map<string, KubernetesResource>();
    const secrets = new Map<string, KubernetesResource[]>();
    const secretsIn = (namespace: string): readonly KubernetesResource[] => {
      const options = { ...common, dependsOn: namespaces.get(namespace) ?? [] };
      const make = (secret: KubernetesSecret) => kubernetesSecret(name, secret, args, options);
      const known =
        secrets.get(namespace) ?? declared.filter((secret) => secret.namespace === namespace).map(make);
      secrets.set(namespace, known);
      return known;
    };
    const files = synthesis.manifests.filter((file) => file.cluster === cluster.name);
    for (const { object, after, isSetup } of orderedObjects(files)) {
      const before = after.map((index) => objects[index] as KubernetesResource);
      const dependsOn = isSetup ? before : [...before, ...secretsIn(object.metadata.namespace ?? '')];
      const made = kubernetesObject(name, object, args, { ...common, dependsOn });
      objects.push(made);
      if (object.kind === 'Namespace') namespaces.set(object.metadata.name ?? '', made);
    }
    for (const { namespace } of declared) secretsIn(namespace);

    this.objects = objects;
    this.secrets = [...secrets.values()].flat();
    this.registerOutputs({});
  }

  private provider(name: string, fallback: string, args: WorkloadsArgs): pulumi.ProviderResource {
    const { access, identity = fallback, patchForce = false, adopt = false, deletedWith } = args;
    if (pulumi.CustomResource.isInstance(access)) return access;
    return kubernetesProvider(
      name,
      { access, identity, patchForce, adopt },
      { parent: this, ...(deletedWith !== undefined && { deletedWith }) },
    );
  }
}
