import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { K3stackError } from '../../lib/errors';
import type { ClusterOutput, HostContext } from '../../lib/distributions/distribution';
import type { Offers } from '../../lib/rules/object-needs-offers';
import type { KubernetesSecret } from '../../lib/synthesis/synthesis';
import { isInstance } from '../instance-of';
import { addCheck } from '../violations';
import type { GitSecrets } from './git-secrets';
import { SecretDeclarations } from './secret-declarations';

/** How Helm charts get into a cluster: by K3s's own controller, an Argo CD Application, a Flux HelmRelease, a Chart of k0s, or Pulumi itself. */
export type HelmDelivery = 'helm-controller' | 'argo-cd' | 'flux' | 'k0s' | 'pulumi';

/** What constructs say that they bring to a cluster. */
export interface ClusterDescription {
  readonly ingress: string[];
  readonly storage: { name: string; isDefault: boolean }[];
  readonly backups: string[];
  readonly secrets: KubernetesSecret[];

  /** Pages for the people who run the cluster; the text is asked for when everything is declared. */
  readonly documents: { file: string; content: () => string }[];
}

/** A cluster that workloads and add-ons are put into: made by this program, or by something else. */
export abstract class Cluster extends Chart {
  /** Kubernetes minor, such as `1.34`; `undefined` when the program does not say a usable one. */
  abstract readonly kubernetesVersion: string | undefined;

  /** How Helm charts get in; `undefined` when there is no way. */
  abstract readonly helm: HelmDelivery | undefined;

  /** @internal what constructs bring; added to by the methods below */
  readonly description: ClusterDescription = {
    ingress: [],
    storage: [],
    backups: [],
    secrets: [],
    documents: [],
  };

  /** @internal */
  readonly secretDeclarations = new SecretDeclarations(this, this.description.secrets);

  constructor(scope: Construct, id: string) {
    super(scope, id, { disableResourceNameHashes: true });
    Object.defineProperty(this, CLUSTER_MARK, { value: true });
    addCheck(this, () => this.secretDeclarations.violations());
  }

  /** Name of the cluster in the topology. */
  get name(): string {
    return this.node.id;
  }

  /** Custom resources the cluster has beside those of this program, as `plural.group`. */
  get customResources(): readonly string[] {
    return [];
  }

  /** Class that ingress objects get when the program names none; `undefined` when the cluster has no ingress controller. */
  get ingressClass(): string | undefined {
    return this.description.ingress[0];
  }

  /** Storage class that claims get when they name none. */
  get defaultStorageClass(): string | undefined {
    return this.description.storage.find((storage) => storage.isDefault)?.name;
  }

  /** Says that something in the cluster serves Ingress objects of a class; the first one is what objects get that name none. */
  addIngressClass(name: string): void {
    this.description.ingress.push(name);
  }

  /** Says that the cluster has a storage class. */
  addStorageClass(name: string, options: { readonly isDefault?: boolean } = {}): void {
    this.description.storage.push({ name, isDefault: options.isDefault ?? false });
  }

  /** Says where backups of the cluster go, such as `s3://backups/production`; shown in the picture. */
  addBackupTarget(target: string): void {
    this.description.backups.push(target);
  }

  /**
   * Adds a page for the people who run the cluster, written to `dist/<env>/docs`.
   *
   * @param content Asked for at synth, when everything is declared.
   */
  addDocument(file: string, content: () => string): void {
    this.description.documents.push({ file, content });
  }

  /**
   * Declares a Kubernetes Secret whose values are never in a manifest: whoever applies the manifests makes it.
   *
   * @param by The construct that needs it.
   * @param data Key to text with `secretHole(secret('name'))` where a secret goes; a value that holds none is refused.
   */
  addSecret(
    by: IConstruct,
    secret: { namespace: string; name: string; data: Readonly<Record<string, string>> },
  ): void {
    this.secretDeclarations.add(by, { cluster: this.name, path: by.node.path, ...secret });
  }

  /** Says how Secrets get into the cluster where Git holds its objects; without it, `secrets.md` beside the manifests lists what has to be made. */
  secretsInGit(how: GitSecrets): void {
    this.secretDeclarations.choose(how);
  }

  /** @internal hosts, order and topology of the cluster; only called when it breaks no rule */
  abstract output(context: HostContext): ClusterOutput;

  /** @internal objects that the distribution makes itself: {@link objectKey} to what to write instead */
  reservedObjects(): ReadonlyMap<string, string> {
    return new Map();
  }

  /** @internal what objects can rely on; something else may have installed more */
  get offers(): Offers {
    const { ingress, storage } = this.description;
    return {
      ingress: ingress.length > 0 ? ingress : undefined,
      storage: storage.length > 0 ? storage : undefined,
      customResources: this.customResources,
      packaged: false,
      sealed: false,
    };
  }

  /**
   * The cluster that `scope` belongs to: the nearest one around it, else the only one of its environment.
   *
   * @throws K3stackError `NO_CLUSTER` when there is none, or more than one to choose from.
   */
  static override of(scope: IConstruct): Cluster {
    const cluster = Cluster.tryOf(scope);
    if (cluster !== undefined) return cluster;
    throw new K3stackError(
      'NO_CLUSTER',
      `${scope.node.path || 'the environment'} belongs to no cluster, or to one of several; make it inside of one: new Chart(cluster, '${scope.node.id}')`,
    );
  }

  /** Like {@link Cluster.of}, but `undefined` when there is none or more than one. */
  static tryOf(scope: IConstruct): Cluster | undefined {
    const around = [...scope.node.scopes].reverse().find(Cluster.isCluster);
    if (around !== undefined) return around;
    const [only, second] = scope.node.root.node.children.filter(Cluster.isCluster);
    return second === undefined ? only : undefined;
  }

  static override [Symbol.hasInstance](value: unknown): value is Cluster {
    return isInstance(value, Cluster);
  }

  /** Whether a construct is a cluster, also when another copy of this package made it. */
  static isCluster(this: void, construct: IConstruct): construct is Cluster {
    return CLUSTER_MARK in construct;
  }
}

const CLUSTER_MARK = Symbol.for('k3stack.Cluster');
