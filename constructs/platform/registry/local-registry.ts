import type { Construct } from 'constructs';
import { isHost } from '../../../lib/cluster/names';
import { checkProps, describeValue, object, secretRef, text } from '../../../lib/rules/shape';
import { secret, type SecretRef } from '../../../lib/secret';
import { addCheck, type ConstructViolation } from '../../violations';
import type { Connection } from '../../workloads/connection';
import { podShapes, type PodSettings } from '../../workloads/pod';
import { resourcesShape, type ContainerResources } from '../../workloads/resources';
import { workloadSecret } from '../../workloads/secrets/workload-secret';
import { sizeShape } from '../../workloads/volumes';
import { k3sClusterOf } from '../k3s-cluster-of';
import { nodePortShape, withoutNodes } from './node-access';
import { PORT, RegistryServer } from './registry-server';

export interface LocalRegistryProps extends Pick<PodSettings, 'nodeSelector' | 'tolerations'> {
  /** What images in it are called by: `registry.local/shop:1.4.2`. Known to the nodes only; no DNS has it. @default 'registry.local' */
  readonly host?: string;

  /** Size of its volume. @default '20Gi' */
  readonly size?: string;

  /** @default - the cluster's default class */
  readonly storageClass?: string;

  /** Name of the one user, of pushes and pulls. @default 'k3stack' */
  readonly user?: string;

  /** Password of that user, a config secret of the stack: nodes get it as well. @default secret('registry-password') */
  readonly password?: SecretRef;

  /** Port on every node, by which its containerd pulls: 30000 to 32767. @default 30500 */
  readonly nodePort?: number;

  /** @default - requests of 25m and 48Mi, a memory limit of 256Mi */
  readonly resources?: ContainerResources;
}

/**
 * A registry for the images that are built here. In a K3s cluster of this program every node is told how to pull from it; pods push to it by its
 * `connection`.
 */
export class LocalRegistry extends RegistryServer {
  /** What images in it are called by. */
  readonly host: string;

  /** For pods that push: `HOST`, `PORT`, `URL`, `USER`, and `PASSWORD` from a Secret. */
  readonly connection: Connection;

  constructor(scope: Construct, id: string, props: LocalRegistryProps = {}) {
    const { problems, sound } = checkProps(props, localRegistryShape);
    const {
      user = 'k3stack',
      password = secret('registry-password'),
      nodePort = 30_500,
      size = '20Gi',
    } = sound;
    const secretName = `${id}-user`;
    super(scope, id, {
      ...sound,
      size,
      nodePort,
      users: { name: isUser(user) ? user : 'k3stack', password: { name: secretName, key: 'password' } },
    });
    const { host = 'registry.local' } = sound;
    this.host = host;
    addCheck(this, () => [...problems, ...localRegistryViolations(host, user)]);
    workloadSecret(this, { namespace: this.namespace, name: secretName, data: { password } });
    this.tellNodes(host, `127.0.0.1:${nodePort}`, { username: user, password });

    const address = `${this.name}.${this.namespace}`;
    this.connection = {
      host: address,
      port: PORT,
      variables: { URL: `http://${address}:${PORT}`, USER: user },
      secret: {
        namespace: this.namespace,
        name: secretName,
        variables: { PASSWORD: { key: 'password', value: password } },
      },
      target: { construct: this, network: this.network, port: PORT },
    };
  }

  /** The whole name of an image in it. @param image Path and tag, such as `shop:1.4.2`. */
  image(image: string): string {
    return `${this.host}/${image}`;
  }

  private tellNodes(host: string, endpoint: string, auth: { username: string; password: SecretRef }): void {
    const cluster = k3sClusterOf(this);
    if (cluster === undefined) addCheck(this, () => [withoutNodes(host, endpoint)]);
    else
      cluster.addRegistries({
        mirrors: { [host]: { endpoints: [`http://${endpoint}`] } },
        configs: { [endpoint]: { auth } },
      });
  }
}

function isUser(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,63}$/.test(name);
}

function localRegistryViolations(host: string, user: string): ConstructViolation[] {
  const [name = '', port, ...rest] = host.split(':');
  const isNamed =
    isHost(name) && /[.:]/.test(host) && rest.length === 0 && (port === undefined || /^\d+$/.test(port));
  return [
    ...(isNamed
      ? []
      : [
          {
            rule: 'local-registry',
            property: 'host',
            problem: `must have a dot or a port in it, as names of images ask for, got ${describeValue(host)}`,
            fix: "write host: 'registry.local'",
          },
        ]),
    ...(isUser(user)
      ? []
      : [
          {
            rule: 'local-registry',
            property: 'user',
            problem: `must be letters, digits, '.', '_' and '-', got ${describeValue(user)}`,
            fix: "write user: 'k3stack'",
          },
        ]),
  ];
}

const localRegistryShape = object({
  host: text,
  size: sizeShape,
  storageClass: text,
  user: text,
  password: secretRef,
  nodePort: nodePortShape,
  resources: resourcesShape,
  nodeSelector: podShapes.nodeSelector,
  tolerations: podShapes.tolerations,
});
