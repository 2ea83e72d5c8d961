import {
  describeValue,
  flag,
  list,
  mapOf,
  object,
  text,
  wholeNumber,
  type Shape,
} from '../../../lib/rules/shape';
import { isSecretSource } from '../../../lib/secret';
import { Namespace } from '../../cluster/namespace';
import { connectionShape } from '../../workloads/connection';
import { environmentValueShape } from '../../workloads/environment-variables';
import { ingressShape, middlewareShape } from '../../workloads/ingress';
import { podShapes } from '../../workloads/pod';
import { resourcesShape } from '../../workloads/resources';
import { tlsShape } from '../../workloads/tls';
import { sizeShape } from '../../workloads/volumes';
import { ingressFromShape } from '../../workloads/workload-network';
import { nodePortShape } from '../registry/node-access';

const namespace: Shape = (value, at) =>
  value instanceof Namespace
    ? []
    : [
        {
          at,
          problem: `must be a Namespace of this program, got ${describeValue(value)}`,
          fix: "pass what new Namespace(cluster, 'shop') returned",
        },
      ];

const registry: Shape = (value, at) => {
  const { host, connection } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof host === 'string' && connectionShape(connection, at).length === 0) return [];
  return [
    {
      at,
      problem: `must be a registry of this program, got ${describeValue(value)}`,
      fix: "pass what new LocalRegistry(namespace, 'registry') returned",
    },
  ];
};

const password: Shape = (value, at) =>
  isSecretSource(value)
    ? []
    : [{ at, problem: 'must be a secret', fix: "write SecretRef.fromConfig('gitea-admin-password')" }];

const runner = object({
  namespace,
  labels: list(text),
  capacity: wholeNumber(1, 20),
  timeout: text,
  workspace: sizeShape,
  cacheSize: sizeShape,
  storageClass: text,
  image: text,
  builderImage: text,
  resources: resourcesShape,
  builderResources: resourcesShape,
  nodeSelector: podShapes.nodeSelector,
  tolerations: podShapes.tolerations,
  egress: podShapes.egress,
});

/** Form of the props of Gitea. */
export const giteaShape = object({
  host: text,
  tls: tlsShape,
  ingress: ingressShape,
  middlewares: middlewareShape,
  registry,
  deployTo: list(namespace),
  runner: (value, at) => (value === false ? [] : runner(value, at)),
  admin: object({ user: text, email: text, password }),
  database: connectionShape,
  size: sizeShape,
  storageClass: text,
  ssh: object({ nodePort: nodePortShape }, 'nodePort'),
  registration: flag,
  env: mapOf(environmentValueShape),
  image: text,
  resources: resourcesShape,
  nodeSelector: podShapes.nodeSelector,
  tolerations: podShapes.tolerations,
  podAnnotations: podShapes.podAnnotations,
  allowFrom: list(ingressFromShape),
});
