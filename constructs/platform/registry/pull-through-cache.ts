import type { Construct } from 'constructs';
import { isHost } from '../../../lib/cluster/names';
import { checkProps, describeValue, object, text } from '../../../lib/rules/shape';
import type { SecretSource } from '../../../lib/secret';
import { addCheck, type ConstructViolation } from '../../violations';
import { podShapes, type PodSettings } from '../../workloads/pod';
import { resourcesShape, type ContainerResources } from '../../workloads/resources';
import { secretSourceShape } from '../../workloads/secrets/secret-source-shape';
import { sizeShape } from '../../workloads/volumes';
import { k3sClusterOf } from '../k3s-cluster-of';
import { nodePortShape, withoutNodes } from './node-access';
import { RegistryServer } from './registry-server';

export interface PullThroughCacheProps extends Pick<PodSettings, 'nodeSelector' | 'tolerations'> {
  /** Registry whose images it keeps, as in names of images: `docker.io`. */
  readonly upstream: string;

  /** Size of its volume. @default '20Gi' */
  readonly size?: string;

  /** @default - the cluster's default class */
  readonly storageClass?: string;

  /** How long an image is kept after it was last fetched, as hours: `168h`. @default '168h' */
  readonly lifetime?: string;

  /** Account at the upstream; everybody who reaches a node can then pull what it can. @default - anonymous */
  readonly credentials?: { readonly username: SecretSource; readonly password: SecretSource };

  /** Port on every node, by which its containerd pulls. @default - 30501 for docker.io, 30502 ghcr.io, 30503 quay.io, 30504 registry.k8s.io; others must say it */
  readonly nodePort?: number;

  /** @default - requests of 25m and 48Mi, a memory limit of 256Mi */
  readonly resources?: ContainerResources;
}

/**
 * Keeps images of another registry near the nodes: each is fetched once over the line, also for nodes that come later. In a K3s cluster of this program
 * every node is told to ask it first; while it does not answer, nodes ask the registry itself.
 */
export class PullThroughCache extends RegistryServer {
  constructor(scope: Construct, id: string, props: PullThroughCacheProps) {
    const { problems, sound } = checkProps(props, cacheShape);
    const { upstream = 'docker.io', lifetime = '168h', size = '20Gi', credentials } = sound;
    const nodePort = sound.nodePort ?? (Object.hasOwn(PORTS, upstream) ? PORTS[upstream] : undefined);
    super(scope, id, {
      ...sound,
      size,
      nodePort: nodePort ?? 30_599,
      egress: ['internet'],
      env: {
        REGISTRY_PROXY_REMOTEURL: `https://${upstream === 'docker.io' ? DOCKER_HUB : upstream}`,
        REGISTRY_PROXY_TTL: lifetime,
        ...(credentials && {
          REGISTRY_PROXY_USERNAME: credentials.username,
          REGISTRY_PROXY_PASSWORD: credentials.password,
        }),
      },
    });
    addCheck(this, () => [...problems, ...cacheViolations(upstream, lifetime, nodePort)]);
    const endpoint = `127.0.0.1:${nodePort}`;
    const cluster = k3sClusterOf(this);
    if (cluster === undefined) addCheck(this, () => [withoutNodes(upstream, endpoint)]);
    else cluster.addRegistries({ mirrors: { [upstream]: { endpoints: [`http://${endpoint}`] } } });
  }
}

function cacheViolations(
  upstream: string,
  lifetime: string,
  nodePort: number | undefined,
): ConstructViolation[] {
  const rule = 'pull-through-cache';
  return [
    ...(isHost(upstream.split(':')[0] ?? '') && !upstream.includes('/')
      ? []
      : [
          {
            rule,
            property: 'upstream',
            problem: `must be the registry as names of images have it, got ${describeValue(upstream)}`,
            fix: "write upstream: 'docker.io'",
          },
        ]),
    ...(/^[1-9]\d*h$/.test(lifetime)
      ? []
      : [
          {
            rule,
            property: 'lifetime',
            problem: `must be hours, got ${describeValue(lifetime)}`,
            fix: "write '168h'",
          },
        ]),
    ...(nodePort === undefined
      ? [
          {
            rule,
            property: 'nodePort',
            problem: 'is missing: no port is set aside for this registry',
            fix: 'write nodePort: 30510',
          },
        ]
      : []),
  ];
}

/** Where images of Docker Hub are fetched from (distribution/distribution@v3.1.1:docs/content/recipes/mirror.md). */
const DOCKER_HUB = 'registry-1.docker.io';

const PORTS: Readonly<Record<string, number>> = {
  'docker.io': 30_501,
  'ghcr.io': 30_502,
  'quay.io': 30_503,
  'registry.k8s.io': 30_504,
};

const source = secretSourceShape((property) => `docker-hub-${property}`);

const cacheShape = object(
  {
    upstream: text,
    size: sizeShape,
    storageClass: text,
    lifetime: text,
    credentials: object({ username: source, password: source }, 'username', 'password'),
    nodePort: nodePortShape,
    resources: resourcesShape,
    nodeSelector: podShapes.nodeSelector,
    tolerations: podShapes.tolerations,
  },
  'upstream',
);
