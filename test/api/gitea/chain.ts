import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Namespace } from '../../../constructs/cluster/namespace';
import type { Cluster } from '../../../constructs/cluster/cluster';
import { Gitea } from '../../../constructs/platform/gitea/gitea';
import { LocalPathStorage } from '../../../constructs/platform/local-path/local-path-storage';
import { LocalRegistry } from '../../../constructs/platform/registry/local-registry';
import { WebService } from '../../../constructs/workloads/web-service';
import { fillHoles } from '../../../lib/synthesis/fill';
import type { KubernetesObject, Synthesis } from '../../../lib/synthesis/synthesis';
import { synthesisOfCase } from '../api-case';
import type { ControlPlane } from '../control-plane';
import { relay } from '../http/relay';
import { objectsOfCluster } from '../synthesized-objects';
import { Cell, type CellProcess, type Image } from './cell';
import { builderImage, giteaImage, registryImage, runnerImage } from './images';
import { buildctlBinary } from './programs';
import { CellPod, type PodSpec } from './pod';

/** Everything that shells, YAML and URLs stumble over. */
export const PASSWORD = `it's "quoted" $HOME & 100% l\\ong`;
const ROOT = '0123456789abcdef0123456789abcdef';

/** The program that is shown: a registry, a shop, and a Gitea that builds and deploys it. */
export function declare(cluster: Cluster): Gitea {
  new LocalPathStorage(cluster, 'local-path');
  const registry = new LocalRegistry(
    new Namespace(cluster, 'registry', { podSecurity: 'restricted' }),
    'registry',
  );
  const shop = new Namespace(cluster, 'shop', { podSecurity: 'restricted' });
  const office = new Namespace(cluster, 'office', { podSecurity: 'restricted' });
  for (const namespace of [shop, office])
    new WebService(namespace, 'web', { image: 'registry.local/shop:0', replicas: 1 });
  const git = new Namespace(cluster, 'git', { podSecurity: 'restricted', defaultDeny: true });
  return new Gitea(git, 'git', { registry, deployTo: [shop] });
}

/** The programs of the chain, started with what the manifests say, in a cell of this machine. */
export class Chain {
  private readonly objects: readonly KubernetesObject[];
  private readonly processes: CellProcess[] = [];
  private token: Readonly<Record<string, string>> = {};

  /** The Gitea of the program. */
  readonly gitea: Gitea;

  private constructor(
    readonly cell: Cell,
    private readonly plane: ControlPlane,
    private readonly synthesis: Synthesis,
    gitea: Gitea,
  ) {
    this.gitea = gitea;
    this.objects = objectsOfCluster(synthesis, synthesis.clusters[0]?.name ?? '');
  }

  static async start(plane: ControlPlane): Promise<Chain> {
    let gitea: Gitea | undefined;
    const synthesis = synthesisOfCase({ name: 'chain', build: (cluster) => void (gitea = declare(cluster)) });
    if (gitea === undefined) throw new Error('the program made no Gitea');
    const chain = new Chain(await Cell.open(), plane, synthesis, gitea);
    try {
      await chain.apply();
      await chain.startRegistry();
      await chain.startGitea();
      await chain.startRunner();
    } catch (error) {
      await chain.stop();
      throw error;
    }
    return chain;
  }

  stop(): Promise<void> {
    return this.cell.close();
  }

  private async apply(): Promise<void> {
    for (const object of this.objects) await this.plane.api.apply(object);
    const { port } = new URL(this.plane.url);
    const socket = join(this.cell.folder, 'api');
    (await relay({ path: socket }, { host: '127.0.0.1', port: Number(port) })).unref();
    await this.cell.relay(Number(port), socket);
    for (const host of ['git.git', 'registry.registry']) this.cell.name(host);
    this.token = { token: await this.tokenOf('git-runner', 'git-runner'), 'ca.crt': authorityOf(this.plane) };
  }

  private async startRegistry(): Promise<void> {
    const pod = this.pod('StatefulSet', 'registry', 'registry');
    const image = registryImage();
    await this.cell.start(pod.container('users'), image).succeeds();
    const server = this.cell.start(pod.container('registry'), image);
    await server.until(() => this.answers('http://registry.registry:5000/'));
  }

  private async startGitea(): Promise<void> {
    const pod = this.pod('StatefulSet', 'git', 'git');
    const image = giteaImage();
    for (let times = 0; times < 2; times++)
      this.administrator.push(await this.cell.start(pod.container('administrator'), image).succeeds());
    const server = this.cell.start(pod.container('git'), image);
    await server.until(() => this.answers('http://git.git:3000/api/healthz'), 120);
    await this.cell.relay(80, 3000); // the Service
  }

  private async startRunner(): Promise<void> {
    const pod = this.pod('Deployment', 'git-runner', 'git-runner');
    const images: Record<string, Image> = { runner: runnerImage(), buildctl: builderImage() };
    const shell = giteaImage();
    for (const name of ['runner', 'buildctl', 'login', 'register'])
      await this.cell.start(pod.container(name), images[name] ?? shell).succeeds();
    const owned = ['/home/user', '/home/user/.local/tmp', '/run/user/1000']; // the image gives them to its user
    const home = Object.fromEntries(owned.map((path) => [path, this.cell.volume(`image${path}`)]));
    const builder = this.cell.start(pod.container('builder', { mounts: home }), builderImage());
    await builder.until(() => this.isBuilding(pod));
    const runner = this.cell.start(pod.container('git-runner'), shell);
    await runner.until(() => this.answers('http://127.0.0.1:9101/healthz'));
    this.processes.push(builder, runner);
  }

  /** What the administrator's container said, each time it ran. */
  readonly administrator: string[] = [];

  /** What the builder and the runner have said. */
  get logs(): string {
    return this.processes.map(({ name, output }) => `${name}:\n${output.slice(-4000)}`).join('\n');
  }

  private isBuilding(pod: CellPod): boolean {
    const socket = join(pod.folder('run-buildkit'), 'buildkitd.sock');
    if (!existsSync(socket)) return false;
    try {
      return this.cell
        .outside([buildctlBinary(), '--addr', `unix://${socket}`, 'debug', 'workers'])
        .includes('linux/');
    } catch {
      return false;
    }
  }

  private answers(url: string): boolean {
    try {
      const { hostname, port } = new URL(url);
      this.cell.outside([
        'curl',
        '-sf',
        '-o',
        '/dev/null',
        '--resolve',
        `${hostname}:${port}:127.0.0.1`,
        url,
      ]);
      return true;
    } catch {
      return false;
    }
  }

  private pod(kind: string, namespace: string, name: string): CellPod {
    const found = this.objects.find(
      (object) =>
        object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace,
    ) as { spec: { template: { spec: PodSpec } } } | undefined;
    if (found === undefined) throw new Error(`there is no ${kind} ${namespace}/${name}`);
    const { port } = new URL(this.plane.url);
    return new CellPod(this.cell, found.spec.template.spec, {
      name,
      secrets: this.secretsOf(namespace),
      configMaps: this.configMapsOf(namespace),
      token: this.token,
      env: { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port },
    });
  }

  /** As the API server gives it to a kubelet. */
  async tokenOf(namespace: string, account: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
    const { status, body } = await this.plane.api.ask('POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
    if (status !== 201) throw new Error(body);
    return (JSON.parse(body) as { status: { token: string } }).status.token;
  }

  private secretsOf(namespace: string): Record<string, string> {
    const { kubernetesSecrets, secrets } = this.synthesis;
    const values = Object.fromEntries(
      secrets.map(({ name }) => [name, name === 'generated-secrets' ? ROOT : PASSWORD]),
    );
    const own = kubernetesSecrets.filter((secret) => secret.namespace === namespace);
    return Object.fromEntries(
      own.flatMap(({ name, data }) =>
        Object.entries(data).map(([key, text]) => [
          `${name}/${key}`,
          fillHoles(text, { secrets: values, late: {} }),
        ]),
      ),
    );
  }

  private configMapsOf(namespace: string): Record<string, Record<string, string>> {
    const own = this.objects.filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === namespace,
    );
    const entries = own.map(
      ({ metadata, data }) => [metadata.name ?? '', data as Record<string, string>] as const,
    );
    return Object.fromEntries(entries);
  }
}

function authorityOf({ kubeconfig }: ControlPlane): string {
  const { clusters } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: { cluster: { 'certificate-authority-data': string } }[];
  };
  return Buffer.from(clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString();
}
