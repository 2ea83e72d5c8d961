import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { isDnsSubdomain } from '../../../lib/cluster/names';
import { checkProps } from '../../../lib/rules/shape';
import { SecretRef, type SecretSource } from '../../../lib/secret';
import { addCheck } from '../../violations';
import type { Connection } from '../../workloads/connection';
import type { Pod } from '../../workloads/pod';
import { makeRoute } from '../../workloads/route';
import { boundSecret } from '../../workloads/secrets/bound-secret';
import { workloadSecret, type SecretKey } from '../../workloads/secrets/workload-secret';
import { claimSpec } from '../../workloads/volumes';
import { Workload } from '../../workloads/workload';
import type { WorkloadNetwork } from '../../workloads/workload-network';
import { GITEA_IMAGE } from './gitea-images';
import { giteaViolations } from './gitea-rules';
import { GiteaRunner } from './gitea-runner';
import type { GiteaProps } from './gitea-settings';
import { giteaShape } from './gitea-shape';
import { runnerNamespace } from './runner-namespace';
import { HTTP_PORT, SSH_PORT } from './server-environment';
import { DATA, serverPod } from './server-pod';
import { buildWorkflow, type BuildWorkflow } from './workflow';

/**
 * A Gitea with a runner of its workflows: a push builds an image, pushes it to the registry of the cluster, and gives it to a Deployment. The runner registers
 * itself by a secret that nobody writes.
 */
export class Gitea extends Workload {
  readonly statefulSet: ApiObject;
  readonly service: ApiObject;

  /** Service on a port of every node; `undefined` without `ssh`. */
  readonly sshService: ApiObject | undefined;

  /** Ingress, or HTTPRoute; `undefined` without a host. */
  readonly route: ApiObject | undefined;

  /** Who may connect to it. */
  readonly network: WorkloadNetwork;

  /** Gives consumers `HOST`, `PORT` and `URL`. */
  readonly connection: Connection;

  /** `undefined` with `runner: false`. */
  readonly runner: GiteaRunner | undefined;

  /** Address that people and Git clients use. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: GiteaProps = {}) {
    super(scope, id, 'git', LONGEST_NAME);
    const { problems, sound } = checkProps(props, giteaShape);
    addCheck(this, () => [...problems, ...giteaViolations(this, sound)]);
    const { host, tls = this.defaults.tls, allowFrom = [] } = sound;
    const inside = `http://${this.name}.${this.namespace}`;
    const isServed = host !== undefined && isDnsSubdomain(host);
    this.url = isServed ? `${tls === undefined || tls === false ? 'http' : 'https'}://${host}` : inside;

    const token = sound.runner === false ? undefined : this.registrationToken();
    const pod = serverPod(this, sound, `${this.url}/`, token?.key);
    this.network = pod.network;
    for (const from of allowFrom) this.network.admit(from, HTTP_PORT);
    this.statefulSet = this.makeStatefulSet(pod, sound);
    this.service = this.makeService();
    this.sshService = sound.ssh && this.openSsh(sound.ssh.nodePort);
    this.route = this.routeTo(sound);
    this.connection = {
      host: `${this.name}.${this.namespace}`,
      port: SERVICE_PORT,
      variables: { URL: inside },
      target: { construct: this, network: this.network, port: HTTP_PORT },
    };
    if (token !== undefined) this.runner = this.makeRunner(sound, token.value);
  }

  /**
   * A workflow to put into a repository as `.gitea/workflows/build.yaml`.
   *
   * @param build Which image is built, and which Deployment gets it.
   */
  workflow(build: BuildWorkflow): string {
    return buildWorkflow(this.runner?.runsOn ?? 'cluster', build);
  }

  private registrationToken(): { readonly key: SecretKey | undefined; readonly value: SecretSource } {
    const place = { namespace: this.namespace, name: `${this.name}-registration`, key: 'token' };
    const value = boundSecret(this, SecretRef.generated({ length: 40 }), place);
    const { token } = workloadSecret(this, { ...place, data: { token: value } });
    return { key: token, value };
  }

  private makeRunner(props: Partial<GiteaProps>, registration: SecretSource): GiteaRunner {
    const { runner, registry, deployTo = [], image = GITEA_IMAGE } = props;
    const settings = runner === undefined || runner === false ? {} : runner;
    const namespace = runnerNamespace(this, settings.namespace, registry !== undefined);
    return new GiteaRunner(namespace, `${this.name}-runner`, {
      ...settings,
      gitea: this.connection,
      registration,
      toolImage: image,
      registry,
      deployTo,
    });
  }

  private makeStatefulSet(pod: Pod, { size = '20Gi', storageClass }: Partial<GiteaProps>): ApiObject {
    const claim = claimSpec({ persistent: size, ...(storageClass && { storageClass }) });
    return new ApiObject(this, 'stateful-set', {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: this.metadata,
      spec: {
        serviceName: this.name,
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: this.selector },
        template: pod.template,
        volumeClaimTemplates: [{ metadata: { name: DATA }, spec: claim }],
      },
    });
  }

  private makeService(): ApiObject {
    return new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: this.metadata,
      spec: { selector: this.selector, ports: [{ name: 'http', port: SERVICE_PORT, targetPort: 'http' }] },
    });
  }

  private openSsh(nodePort: number): ApiObject {
    this.network.admit('anywhere', SSH_PORT); // what comes by a port of the node has the node's address
    return new ApiObject(this, 'ssh-service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.metadata, name: `${this.name}-ssh` },
      spec: {
        type: 'NodePort',
        selector: this.selector,
        ports: [{ name: 'ssh', port: 22, targetPort: 'ssh', nodePort }],
      },
    });
  }

  private routeTo(props: Partial<GiteaProps>): ApiObject | undefined {
    const { host, tls = this.defaults.tls, ingress = this.defaults.ingress, middlewares = [] } = props;
    if (host === undefined) return undefined;
    return makeRoute(
      this,
      { hosts: [host], path: '/', tls, ingress, middlewares },
      { servicePort: { name: 'http', number: SERVICE_PORT }, podPort: HTTP_PORT, network: this.network },
    );
  }
}

const SERVICE_PORT = 80;

/** Of `NAME-registration` and of `NAME-runner-registry`, which are names of Secrets of a name's length. */
const LONGEST_NAME = 40;
