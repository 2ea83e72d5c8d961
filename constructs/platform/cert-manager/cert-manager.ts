import { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import {
  checkProps,
  dataMap,
  describeValue,
  flag,
  list,
  object,
  text,
  wholeNumber,
} from '../../../lib/rules/shape';
import { Cluster } from '../../cluster/cluster';
import { CHARTS, chartSource } from '../../helm/chart-catalogue';
import { HelmChart } from '../../helm/helm-chart';
import type { AddOnRequests } from '../../helm/requests';
import { isInstance } from '../../instance-of';
import { addCheck, type ConstructViolation } from '../../violations';
import { resourceViolations } from '../../workloads/resources';
import { clusterScope } from '../cluster-scope';
import { k3sClusterOf } from '../k3s-cluster-of';
import type { CertManagerProps } from './cert-manager-settings';
import { certManagerRequests, certManagerResources, certManagerValues } from './cert-manager-values';

/** Certificates made and renewed in the cluster; issuers say by whom. Once in a cluster. */
export class CertManager extends Construct {
  /** Namespace that it runs in, and that the credentials of ClusterIssuers lie in. */
  readonly namespace = CERT_MANAGER_NAMESPACE;

  /** What its pods ask for, summed. */
  readonly requests: AddOnRequests;

  constructor(scope: Construct, id: string, props: CertManagerProps = {}) {
    super(scope, id);
    const { problems, sound } = checkProps(props, certManagerShape);
    this.requests = certManagerRequests(sound);
    const other = rememberIn(this);
    addCheck(this, () => [
      ...problems,
      ...serverViolations(sound.dnsServers ?? []),
      ...resourceViolations(certManagerResources(sound)),
      ...(other === undefined ? [] : [second(other)]),
    ]);
    if (problems.length > 0 || other !== undefined) return;
    new ApiObject(clusterScope(this), 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: this.namespace,
        labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    });
    new HelmChart(this, 'chart', {
      ...chartSource(CHARTS.certManager),
      releaseName: 'cert-manager', // the chart names its objects after it
      namespace: this.namespace,
      values: certManagerValues(props),
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is CertManager {
    return isInstance(value, CertManager);
  }
}

/** The cert-manager of the cluster that a construct belongs to, when the program has made it so far. */
export function certManagerOf(construct: IConstruct): CertManager | undefined {
  return made.get(homeOf(construct));
}

/** Puts a construct behind the cert-manager of its cluster, whose chart brings the definitions, also when that is made later. */
export function waitForCertManager(construct: Construct): void {
  const certManager = certManagerOf(construct);
  if (certManager !== undefined) construct.node.addDependency(certManager);
  else waitingIn(homeOf(construct)).push(construct);
  // What runs in any other cluster is not for the program to say.
  const k3s = k3sClusterOf(construct);
  addCheck(construct, () => (certManagerOf(construct) === undefined && isMissing(k3s) ? [missing()] : []));
}

/** Whether the program, which decides what runs in a K3s cluster, does not say that cert-manager does. */
function isMissing(cluster: Cluster | undefined): boolean {
  return cluster !== undefined && !cluster.customResources.some((name) => name.endsWith('.cert-manager.io'));
}

function missing(): ConstructViolation {
  return {
    rule: 'cert-manager',
    property: 'scope',
    problem: 'is read by cert-manager, which this program does not install',
    fix: "write new CertManager(cluster, 'cert-manager')",
    blocks: 'nothing', // a chart of its own may bring it
  };
}

function waitingIn(home: IConstruct): Construct[] {
  const constructs = waiting.get(home) ?? [];
  waiting.set(home, constructs);
  return constructs;
}

/** Remembers it for the issuers that come after. @returns The one that was there already */
function rememberIn(certManager: CertManager): CertManager | undefined {
  const home = homeOf(certManager);
  const other = made.get(home);
  if (other !== undefined) return other;
  made.set(home, certManager);
  for (const construct of waitingIn(home)) construct.node.addDependency(certManager);
  return undefined;
}

function homeOf(construct: IConstruct): IConstruct {
  return Cluster.tryOf(construct) ?? construct.node.root;
}

function serverViolations(servers: readonly string[]): ConstructViolation[] {
  return servers.flatMap((server, index) =>
    SERVER.test(server)
      ? []
      : [
          {
            rule: 'cert-manager',
            property: `dnsServers[${index}]`,
            problem: `must be an address and a port, got ${describeValue(server)}`,
            fix: "write '1.1.1.1:53', or 'https://…' for DNS over HTTPS",
          },
        ],
  );
}

function second(other: CertManager): ConstructViolation {
  return {
    rule: 'cert-manager',
    property: 'scope',
    problem: `is a second cert-manager beside ${other.node.path}: both would answer for the same objects`,
    fix: 'remove one of the two',
  };
}

const made = new WeakMap<IConstruct, CertManager>();
const waiting = new WeakMap<IConstruct, Construct[]>();

/** Also its `--cluster-resource-namespace`: cert-manager/website@776e5db:content/docs/configuration/ca.md. */
export const CERT_MANAGER_NAMESPACE = 'cert-manager';

/** cert-manager/cert-manager@v1.21.1:deploy/charts/cert-manager/values.yaml, dns01RecursiveNameservers. */
const SERVER = /^(https:\/\/\S+|[\w.-]+:\d{1,5}|\[[0-9a-fA-F:.]+\]:\d{1,5})$/;

const quantities = object({ cpu: text, memory: text });
const resources = object({ requests: quantities, limits: quantities });

/** Form of the props, for programs without types. */
const certManagerShape = object({
  resources,
  webhookResources: resources,
  caInjectorResources: resources,
  webhookReplicas: wholeNumber(1, 10),
  gatewayApi: flag,
  dnsServers: list(text),
  values: dataMap,
});
