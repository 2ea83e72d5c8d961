import type { Construct } from 'constructs';
import type { SecretRef } from '../../lib/secret';
import type { ClusterOutput } from '../../lib/distributions/distribution';
import {
  byKey,
  checkProps,
  describeValue,
  list,
  object,
  oneOf,
  secretRef,
  text,
  type Shape,
} from '../../lib/rules/shape';
import type { Offers } from '../../lib/rules/object-needs-offers';
import { isInstance } from '../instance-of';
import { addCheck, type ConstructViolation } from '../violations';
import { Cluster, type HelmDelivery } from './cluster';

/** Where the kubeconfig of a cluster comes from; never its content. */
export type KubeconfigReference =
  { readonly secret: SecretRef } | { readonly context: string; readonly file?: string };

export interface ExistingClusterProps {
  /** A secret that holds the kubeconfig, or a context of a file on the operator's machine (`file` defaults to `$KUBECONFIG`, then `~/.kube/config`). */
  readonly kubeconfig: KubeconfigReference;

  /** Kubernetes minor it runs, `1.32` to `1.36`: objects are checked against this version's schema. */
  readonly kubernetesVersion: string;

  /** Class that ingress objects get. @default - none: ingress objects have to name one */
  readonly ingressClass?: string;

  /** Storage classes it has, the default one first; an empty list says that it has none. @default - not known */
  readonly storageClasses?: readonly string[];

  /** Custom resources it already knows, as `plural.group`, such as `middlewares.traefik.io`. @default - none */
  readonly crds?: readonly string[];

  /** How Helm charts get in. @default - no way: add-ons that are charts are refused */
  readonly helm?: HelmDelivery;

  /** What it is, for people: `EKS`, `k3d on a laptop`. @default 'existing' */
  readonly description?: string;
}

/** A cluster that something else made and keeps running. Takes every preset and add-on as a {@link K3sCluster} does; has no hosts here. */
export class ExistingCluster extends Cluster {
  readonly helm: HelmDelivery | undefined;

  /** As the program gave them; without those that have not the form they must have. */
  readonly props: ExistingClusterProps;

  constructor(scope: Construct, id: string, props: ExistingClusterProps) {
    super(scope, id);
    const { problems, sound } = checkProps(props, existingClusterShape);
    this.props = { kubeconfig: { context: '' }, kubernetesVersion: '', ...sound };
    const { helm, ingressClass, storageClasses = [] } = sound;
    this.helm = helm;
    if (ingressClass !== undefined) this.addIngressClass(ingressClass);
    for (const [index, name] of storageClasses.entries())
      this.addStorageClass(name, { isDefault: index === 0 });
    addCheck(this, () => (problems.length > 0 ? problems : existingClusterViolations(props)));
  }

  static override [Symbol.hasInstance](value: unknown): value is ExistingCluster {
    return isInstance(value, ExistingCluster);
  }

  get kubernetesVersion(): string | undefined {
    return /^v?(\d+\.\d+)(\.|$)/.exec(this.props.kubernetesVersion)?.[1];
  }

  override get customResources(): readonly string[] {
    const { crds = [], helm } = this.props;
    return helm === undefined ? crds : [...crds, ...(KINDS_OF_DELIVERY[helm] ?? [])];
  }

  /** An empty list says that there is no storage class but those of the program, so that a claim without one is refused; left out, nobody said. */
  override get offers(): Offers {
    if (this.props.storageClasses?.length !== 0) return super.offers;
    return { ...super.offers, storage: this.description.storage, sealed: true };
  }

  output(): ClusterOutput {
    const { name, node, kubernetesVersion = '', props } = this;
    const facts = {
      ingressClass: props.ingressClass,
      storageClasses: props.storageClasses,
      crds: props.crds,
      helm: props.helm,
    };
    return {
      cluster: {
        name,
        path: node.path,
        distribution: 'existing',
        version: kubernetesVersion,
        kubernetes: kubernetesVersion,
        facts,
      },
      hosts: [],
      graph: { steps: [], waves: [] },
      topology: { nodes: [], links: [] },
      summary: { distribution: props.description ?? 'existing', version: props.kubernetesVersion },
    };
  }
}

/** What a way of delivering charts knows, of the kinds whose form this package does not. */
const KINDS_OF_DELIVERY: Readonly<Partial<Record<HelmDelivery, readonly string[]>>> = {
  k0s: ['charts.helm.k0sproject.io'],
  pulumi: ['releases.helm.sh'],
};

function existingClusterViolations({
  kubernetesVersion,
  kubeconfig,
}: ExistingClusterProps): ConstructViolation[] {
  const violations: ConstructViolation[] = [];
  if (!/^v?1\.3[2-6](\.|$)/.test(kubernetesVersion ?? '')) {
    violations.push({
      rule: 'kubernetes-version',
      property: 'kubernetesVersion',
      problem: `must be a Kubernetes minor from 1.32 to 1.36, got ${describeValue(kubernetesVersion)}`,
      fix: "write kubernetesVersion: '1.34'",
    });
  }
  if (
    typeof kubeconfig !== 'object' ||
    kubeconfig === null ||
    !('secret' in kubeconfig || 'context' in kubeconfig)
  ) {
    violations.push({
      rule: 'kubeconfig-reference',
      property: 'kubeconfig',
      problem: 'must be a reference, not a kubeconfig',
      fix: "write kubeconfig: { context: 'my-cluster' } or { secret: secret('kubeconfig') }",
    });
  }
  return violations;
}

/** Only a reference is read: anything else may be a kubeconfig itself, and a rule that does not repeat it says so. */
const kubeconfig: Shape = (value, at) => {
  const isReference =
    typeof value === 'object' && value !== null && ('secret' in value || 'context' in value);
  return isReference ? kubeconfigReference(value, at) : [];
};

const kubeconfigReference = byKey({
  secret: object({ secret: secretRef }),
  context: object({ context: text, file: text }),
});

/** Form of the props, for programs without types. */
const existingClusterShape = object({
  kubeconfig,
  kubernetesVersion: text,
  ingressClass: text,
  storageClasses: list(text),
  crds: list(text),
  helm: oneOf('helm-controller', 'argo-cd', 'flux', 'k0s', 'pulumi'),
  description: text,
});
