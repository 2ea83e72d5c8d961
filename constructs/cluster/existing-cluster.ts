import type { Construct } from 'constructs';
import type { SecretRef } from '../../lib/secret';
import type { ClusterOutput } from '../../lib/distributions/distribution';
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

  /** Storage classes it has, the default one first. @default - none */
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

  constructor(
    scope: Construct,
    id: string,
    readonly props: ExistingClusterProps,
  ) {
    super(scope, id);
    this.helm = props.helm;
    if (props.ingressClass !== undefined) this.description.ingress.push(props.ingressClass);
    const storage = props.storageClasses ?? [];
    this.description.storage.push(...storage.map((name, index) => ({ name, isDefault: index === 0 })));
    addCheck(this, () => existingClusterViolations(props));
  }

  static override [Symbol.hasInstance](value: unknown): value is ExistingCluster {
    return isInstance(value, ExistingCluster);
  }

  get kubernetesVersion(): string | undefined {
    return /^v?(\d+\.\d+)(\.|$)/.exec(String(this.props.kubernetesVersion))?.[1];
  }

  override get customResources(): readonly string[] {
    return this.props.crds ?? [];
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
    };
  }

  topologyEntry(): ReturnType<Cluster['topologyEntry']> {
    return { distribution: this.props.description ?? 'existing', version: this.props.kubernetesVersion };
  }
}

function existingClusterViolations({
  kubernetesVersion,
  kubeconfig,
}: ExistingClusterProps): ConstructViolation[] {
  const violations: ConstructViolation[] = [];
  if (!/^v?1\.3[2-6](\.|$)/.test(String(kubernetesVersion))) {
    violations.push({
      rule: 'kubernetes-version',
      property: 'kubernetesVersion',
      problem: `must be a Kubernetes minor from 1.32 to 1.36, got ${JSON.stringify(kubernetesVersion)}`,
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
