import { Construct } from 'constructs';
import { K3stackError } from '../../lib/errors';
import { nearest } from '../../lib/nearest';
import type { HostFile } from '../../lib/synthesis/synthesis';
import { outputOf, type ClusterOutput, type HostContext } from '../../lib/distributions/distribution';
import type { Offers } from '../../lib/rules/object-needs-offers';
import { runRules } from '../../lib/rules/rule';
import { buildModel, type ModelInput } from '../../lib/distributions/k3s/build-model';
import type { K3sAgentProps, K3sClusterProps } from '../../lib/distributions/k3s/cluster-settings';
import type {
  RegistryConfig,
  RegistryMirror,
  RegistrySettings,
} from '../../lib/distributions/k3s/registries';
import { k3s } from '../../lib/distributions/k3s/k3s';
import { nodeOffers } from '../../lib/distributions/k3s/node-offers';
import { packagedObjects } from '../../lib/distributions/k3s/packaged-objects';
import type {
  AutoDeployFile,
  EnvironmentBefore,
  K3sModel,
  K3sNode,
  PackagedComponent,
} from '../../lib/distributions/k3s/model';
import { toYaml } from '../../lib/yaml';
import { isPlainObject } from '../../lib/plain-object';
import { isInstance } from '../instance-of';
import { addCheck } from '../violations';
import { KubeVip } from '../platform/kube-vip';
import { apiObjectsIn, objectJson } from '../synthesis/api-objects';
import type { AutoDeploy } from './auto-deploy';
import { Cluster, type HelmDelivery } from './cluster';
import { environmentBefore } from './environment-before';
import { K3sAgent, K3sServer, propsWithAdditions, type K3sNodeConstruct } from './k3s-node';

/** A K3s cluster on hosts that this program describes: its servers, agents and everything K3s is told. */
export class K3sCluster extends Cluster {
  /** K3s has a controller for Helm charts of its own, unless it is switched off. */
  readonly helm: HelmDelivery | undefined;

  private readonly nodes = new Map<string, K3sNodeConstruct>();
  private readonly components = new Map<PackagedComponent, string[]>();
  private readonly autoDeploy: AutoDeploy[] = [];
  private readonly registries = {
    mirrors: {} as Record<string, RegistryMirror>,
    configs: {} as Record<string, RegistryConfig>,
  };
  private before: EnvironmentBefore | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: K3sClusterProps,
  ) {
    super(scope, id);
    const {
      servers,
      agents,
      pools,
      config,
      api,
      coreDns = true,
    } = isPlainObject(props) ? props : ({} as Partial<K3sClusterProps>);
    this.helm = config?.server?.['disable-helm-controller'] === true ? undefined : 'helm-controller';

    this.declare(new Construct(this, 'servers'), K3sServer, servers);
    this.declare(new Construct(this, 'agents'), K3sAgent, agents);
    const poolScope = new Construct(this, 'pools');
    for (const [name, pool] of declarable(pools))
      this.declare(new Construct(poolScope, name), K3sAgent, pool?.nodes);

    if (coreDns) this.requireComponent('coredns', this);
    this.requireComponent('runtimes', this); // RuntimeClasses only: nothing runs, and accelerators need them
    if (api?.kubeVip !== undefined) new KubeVip(this, 'kube-vip', { ...api.kubeVip, port: api.port });
    addCheck(this, () => runRules(k3s.rules, this.model()));
  }

  static override [Symbol.hasInstance](value: unknown): value is K3sCluster {
    return isInstance(value, K3sCluster);
  }

  get kubernetesVersion(): string | undefined {
    return /^v?(\d+\.\d+)\./.exec(String((this.props as Partial<K3sClusterProps> | undefined)?.version))?.[1];
  }

  /** K3s release, such as `v1.34.1+k3s1`. */
  get version(): string {
    return this.props.version;
  }

  /** The server of that name. @throws K3stackError `UNKNOWN_NODE` */
  server(name: string): K3sServer {
    return this.nodeOf(name, K3sServer);
  }

  /** The agent of that name, in a pool or not. @throws K3stackError `UNKNOWN_NODE` */
  agent(name: string): K3sAgent {
    return this.nodeOf(name, K3sAgent);
  }

  /** Every node, in declared order. */
  get allNodes(): readonly K3sNodeConstruct[] {
    return [...this.nodes.values()];
  }

  /** Switches a packaged component on, for the construct that needs it; components that nothing asks for are off. */
  requireComponent(component: PackagedComponent, by: Construct): void {
    const paths = this.components.get(component) ?? [];
    this.components.set(component, [...paths, by.node.path]);
  }

  /** Adds to how nodes reach registries of images; the cluster's props win where both say something of one registry. */
  addRegistries({ mirrors, configs }: Pick<RegistrySettings, 'mirrors' | 'configs'>): void {
    for (const registry of Object.keys(mirrors ?? {}))
      if (registry in this.registries.mirrors) addCheck(this, () => [mirrorTwice(registry)]);
    Object.assign(this.registries.mirrors, mirrors);
    Object.assign(this.registries.configs, configs);
  }

  /** @internal called by {@link AutoDeploy} */
  addAutoDeploy(scope: AutoDeploy): void {
    this.autoDeploy.push(scope);
  }

  /** Everything known about the cluster so far, as data. */
  model(): K3sModel {
    return this.modelWith(this.autoDeploy.map(autoDeployFile));
  }

  /** @internal the same without auto-deploy files: what these are written from */
  modelWithoutFiles(): K3sModel {
    return this.modelWith([]);
  }

  /** @internal the nodes as they are declared so far; asks no other environment, which may be in the making itself */
  nodesSoFar(): readonly K3sNode[] {
    return buildModel(this.modelInput([])).nodes;
  }

  private modelWith(autoDeploy: readonly AutoDeployFile[]): K3sModel {
    return buildModel({ ...this.modelInput(autoDeploy), before: this.environmentBefore() });
  }

  private modelInput(autoDeploy: readonly AutoDeployFile[]): ModelInput {
    return {
      name: this.name,
      path: this.node.path,
      props: this.propsWithAdditions(),
      components: this.components,
      autoDeploy,
      files: new Map(
        [...this.nodes].map(([name, node]): [string, readonly HostFile[]] => [name, node.additions.files]),
      ),
    };
  }

  override reservedObjects(): ReadonlyMap<string, string> {
    return packagedObjects(this.components.keys());
  }

  /** @internal */
  override get offers(): Offers {
    const { network, config } = (this.props ?? {}) as Partial<K3sClusterProps>;
    const cni = network?.cni;
    const ownNetwork = cni?.kind !== 'none'; // another provider is installed by something, and may bring more
    const ownCloud = config?.server?.['disable-cloud-controller'] !== true;
    const files = this.allNodes.flatMap((node) => node.additions.files);
    return {
      ...super.offers,
      ingress: this.description.ingress,
      storage: this.description.storage,
      metrics: this.components.has('metrics-server'),
      loadBalancer: this.components.has('servicelb') || (ownNetwork && ownCloud ? false : undefined),
      networkPolicy: cni?.kind === 'flannel' ? cni.flannel?.networkPolicy !== false : undefined,
      nodes: () => nodeOffers(this.model()),
      packaged: true,
      sealed: ownNetwork && !files.some(({ path }) => path.includes('/server/manifests/')),
    };
  }

  output(context: HostContext): ClusterOutput {
    return outputOf(k3s, this.model(), context);
  }

  private environmentBefore(): EnvironmentBefore | undefined {
    const { upgrade } = (this.props ?? {}) as Partial<K3sClusterProps>;
    return (this.before ??= environmentBefore(
      this,
      upgrade?.after,
      (construct) => construct instanceof K3sCluster,
    ));
  }

  private propsWithAdditions(): K3sClusterProps {
    if (!isPlainObject(this.props)) return this.props;
    const { servers, agents, pools } = this.props;
    return {
      ...this.props,
      ...this.registriesWithAdditions(),
      servers: this.withAdditions(servers),
      ...(agents !== undefined && { agents: this.withAdditions(agents) }),
      ...(pools !== undefined && {
        pools: mapMembers(pools, (pool) =>
          isPlainObject(pool) ? { ...pool, nodes: this.withAdditions(pool.nodes) } : pool,
        ),
      }),
    };
  }

  private registriesWithAdditions(): Pick<K3sClusterProps, 'registries'> {
    const { mirrors, configs } = this.registries;
    if (Object.keys(mirrors).length === 0 && Object.keys(configs).length === 0) return {};
    const own: RegistrySettings = isPlainObject(this.props.registries) ? this.props.registries : {};
    return {
      registries: {
        ...own,
        mirrors: { ...mirrors, ...own.mirrors },
        configs: { ...configs, ...own.configs },
      },
    };
  }

  private withAdditions<P extends K3sAgentProps>(
    nodes: Readonly<Record<string, P>>,
  ): Readonly<Record<string, P>> {
    return mapMembers(nodes, (props, name) => {
      const node = this.nodes.get(name);
      return node === undefined ? props : propsWithAdditions(props, node.additions);
    });
  }

  private declare<P>(
    scope: Construct,
    type: new (scope: Construct, id: string, props: P) => K3sNodeConstruct,
    nodes: Readonly<Record<string, P>> | undefined,
  ): void {
    for (const [name, props] of declarable(nodes)) this.nodes.set(name, new type(scope, name, props));
  }

  private nodeOf<N extends K3sNodeConstruct>(name: string, type: new (...args: never[]) => N): N {
    const node = this.nodes.get(name);
    if (node instanceof type) return node;
    const names = [...this.nodes.values()]
      .filter((candidate) => candidate instanceof type)
      .map((candidate) => candidate.name);
    const near = nearest(name, names);
    throw new K3stackError(
      'UNKNOWN_NODE',
      `${this.node.path} has no ${type === (K3sServer as unknown) ? 'server' : 'agent'} ${JSON.stringify(name)}; ` +
        (near === undefined
          ? `write one of ${names.join(', ') || '(none declared)'}`
          : `did you mean '${near}'?`),
    );
  }
}

function mirrorTwice(registry: string) {
  return {
    rule: 'registry-mirror-once',
    property: 'registries',
    problem: `images of ${registry} are to be pulled from two places that the program adds`,
    fix: 'remove one of the two caches or registries',
  };
}

function autoDeployFile(scope: AutoDeploy): AutoDeployFile {
  const documents = apiObjectsIn(scope).map((object) => objectJson(object));
  return { name: `${scope.node.id}.yaml`, path: scope.node.path, content: toYaml(...documents) };
}

/** Members that can be constructs. Of the others, and of what is no map at all, the rules say what is wrong. */
function declarable<V>(map: Readonly<Record<string, V>> | undefined): [string, V][] {
  return map !== undefined && isPlainObject(map)
    ? Object.entries<V>(map).filter(([name]) => name !== '' && !(name in Object.prototype))
    : [];
}

/** The map with each member changed; what is no map stays as it is. */
function mapMembers<V>(
  map: Readonly<Record<string, V>>,
  change: (member: V, name: string) => V,
): Readonly<Record<string, V>> {
  return isPlainObject(map)
    ? Object.fromEntries(Object.entries<V>(map).map(([name, member]) => [name, change(member, name)]))
    : map;
}
