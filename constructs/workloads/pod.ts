import { parseImage, isPinned } from '../../lib/workloads/image-reference';
import { isLabelValue } from '../../lib/cluster/names';
import type { Architecture } from '../../lib/cluster/node';
import { withExamples } from '../../lib/late';
import {
  anyText,
  describeValue,
  flag,
  list,
  mapOf,
  text,
  wholeNumber,
  type Shape,
} from '../../lib/rules/shape';
import { addCheck, type ConstructViolation } from '../violations';
import { connectionShape, type Connection } from './connection';
import { connectAll } from './connect';
import { architectureAffinity, architecturesShape } from './architectures';
import { annotationMap, labelMap } from './label-shape';
import {
  environmentValueShape,
  environmentVariables,
  type EnvironmentVariables,
  type EnvVar,
} from './environment-variables';
import {
  diskResources,
  mergedResources,
  resourcesShape,
  resourceViolations,
  SMALL,
  type ContainerResources,
} from './resources';
import { tolerationOf, tolerationShape, type Toleration } from './toleration';
import { podVolumes, volumesShape, type PodVolumes, type Volumes } from './volumes';
import type { Workload } from './workload';
import { objectName } from './object-name-shape';
import { tokenViolations } from './kubernetes-api';
import { egressShape, WorkloadNetwork, type Egress } from './workload-network';

/** What every preset can be told of the pods it runs. */
export interface PodSettings {
  /** Image with a tag other than `latest`, or a digest. */
  readonly image: string;

  /** Instead of the image's entry point. @default - the image's own */
  readonly command?: readonly string[];

  /** @default - the image's own */
  readonly args?: readonly string[];

  /** @default - none */
  readonly env?: EnvironmentVariables;

  /** What it connects to, by a name from which variables get theirs: `{ db: database.connection }` sets `DB_HOST`, `DB_PORT`, … @default - nothing */
  readonly connections?: Readonly<Record<string, Connection>>;

  /** Where it may connect to besides its connections and DNS. @default - nowhere */
  readonly egress?: readonly Egress[];

  /** Make a NetworkPolicy: nothing in or out but what connections need. @default - of the defaults around it, else true */
  readonly networkPolicy?: boolean;

  /** By the path they are mounted at. `/tmp` is always writable. @default - none */
  readonly volumes?: Volumes;

  /** Merged with the defaults. @default - of the defaults around it, else requests of 25m and 64Mi, a memory limit of 128Mi; 16Mi of disk, limited to what scratch volumes hold and 100Mi */
  readonly resources?: ContainerResources;

  /** Numeric user and group of the process. @default - of the defaults around it, else the image's own, which must not be root */
  readonly user?: number;

  /** Architectures that the image is made for. @default - of the defaults around it, else all */
  readonly architectures?: readonly Architecture[];

  /** Node label to value, merged with the defaults around it. @default - of the defaults around it, else any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /** In place of those of the defaults. @default - of the defaults around it, else none */
  readonly tolerations?: readonly Toleration[];

  /** Annotation key to value, on the pods; merged with the defaults around it. @default - of the defaults around it, else none */
  readonly podAnnotations?: Readonly<Record<string, string>>;

  /** Account whose token the pods get; egress: ['kubernetes-api'] lets them use it. @default - no token */
  readonly serviceAccountName?: string;

  /** Seconds between the request to stop and the kill. @default - of the defaults around it, else 30 */
  readonly terminationGracePeriodSeconds?: number;
}

/** Probes and ports of the container, and what else a preset adds to its pods. */
export interface PodParts {
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;

  /** Added to `env`, before what the program says. */
  readonly env?: readonly EnvVar[];

  /** In place of the one for small web services. */
  readonly resources?: ContainerResources;

  /** Devices the container gets, by the resource they are requested as. */
  readonly devices?: Readonly<Record<string, number>>;

  /** Mounts of volumes that are not in the pod's own `volumes`, such as those of claim templates. */
  readonly volumeMounts?: readonly object[];

  /** What is run to its end before the container starts: with the same image, variables, volumes and devices, unless it says otherwise. */
  readonly prepare?: Preparation;
}

/** A container before the main one. */
export interface Preparation {
  readonly command: readonly string[];

  /** @default 'prepare' */
  readonly name?: string;

  /** @default - the main one's */
  readonly image?: string;

  /** @default - the main one's */
  readonly env?: readonly EnvVar[];
}

/** The pods of a workload, and how it is connected. */
export interface Pod {
  /** `spec.template` of whatever runs them. */
  readonly template: { readonly metadata: object; readonly spec: Readonly<Record<string, unknown>> };
  readonly volumes: PodVolumes;
  readonly network: WorkloadNetwork;
}

/** Builds the pods of a workload with all defaults, and everything they need beside them: claims, files, secrets, NetworkPolicy, connections. */
export function buildPod(workload: Workload, settings: Partial<PodSettings>, parts: PodParts = {}): Pod {
  const { defaults, name, namespace, selector, metadata } = workload;
  const { image = PLACEHOLDER, connections = {}, egress = [] } = settings;
  const isEnforced = settings.networkPolicy ?? defaults.networkPolicy ?? true;
  const network = new WorkloadNetwork(workload, { name, namespace, selector }, metadata, isEnforced);
  for (const target of egress) network.reach(target);
  connectAll(workload, network, connections);

  const volumes = podVolumes(workload, withTmp(settings.volumes));
  const resources = resourcesOf(workload, settings, parts);
  if (isEnforced) addCheck(workload, () => tokenViolations(settings.serviceAccountName, egress));
  addCheck(workload, () => [...imageViolations(image, 'image'), ...resourceViolations({ resources })]);
  const container = containerOf(workload, settings, parts, { resources, volumes });
  const annotations = {
    ...defaults.podAnnotations,
    ...settings.podAnnotations,
    ...(volumes.filesDigest && { 'k3stack.dev/files': volumes.filesDigest }),
  };
  return {
    network,
    volumes,
    template: {
      metadata: {
        labels: { ...workload.labels, ...versionLabel(image) },
        ...(Object.keys(annotations).length > 0 && { annotations }),
      },
      spec: {
        ...podSpec(workload, settings),
        ...parts.spec,
        ...(parts.prepare && { initContainers: [preparation(container, parts.prepare)] }),
        containers: [container],
        volumes: volumes.volumes,
      },
    },
  };
}

/** Most programs need some place for small files. */
function withTmp(volumes: Volumes = {}): Volumes {
  return '/tmp' in volumes ? volumes : { ...volumes, '/tmp': { scratch: '64Mi' } };
}

/** The disk follows the scratch volumes. Defaults of scopes are for programs of one's own: a preset that has a size of its own keeps it. */
function resourcesOf(
  { defaults }: Workload,
  settings: Partial<PodSettings>,
  parts: PodParts,
): ContainerResources {
  const volumes = Object.values(withTmp(settings.volumes));
  const scratch = volumes.flatMap((volume) => ('scratch' in volume ? [volume.scratch] : []));
  const usual = parts.resources ?? mergedResources(SMALL, defaults.resources);
  return [usual, settings.resources].reduce<ContainerResources>(
    (outer, inner) => mergedResources(outer, inner),
    diskResources(scratch),
  );
}

function containerOf(
  workload: Workload,
  { image = PLACEHOLDER, command, args, env = {}, connections = {} }: Partial<PodSettings>,
  parts: PodParts,
  { resources, volumes }: { readonly resources: ContainerResources; readonly volumes: PodVolumes },
): Readonly<Record<string, unknown>> {
  const variables = [...(parts.env ?? []), ...environmentVariables(workload, env, connections)];
  return {
    name: workload.name,
    image,
    imagePullPolicy: workload.defaults.imagePullPolicy ?? 'IfNotPresent',
    ...(command && { command }),
    ...(args && { args }),
    ...(variables.length > 0 && { env: variables }),
    ...parts.container,
    resources: { ...resources, ...(parts.devices && { limits: { ...resources.limits, ...parts.devices } }) },
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [...(parts.volumeMounts ?? []), ...volumes.volumeMounts],
  };
}

function podSpec({ defaults }: Workload, settings: Partial<PodSettings>): Record<string, unknown> {
  const user = settings.user ?? defaults.user;
  const nodeSelector = { ...defaults.nodeSelector, ...settings.nodeSelector };
  const tolerations = settings.tolerations ?? defaults.tolerations ?? [];
  const architectures = settings.architectures ?? defaults.architectures;
  const account = settings.serviceAccountName;
  const { imagePullSecrets = [], priorityClassName } = defaults;
  return {
    automountServiceAccountToken: account !== undefined,
    ...(account !== undefined && { serviceAccountName: account }),
    enableServiceLinks: false, // a variable for each Service of the namespace, which nothing asked for
    securityContext: {
      runAsNonRoot: true,
      ...(user !== undefined && {
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: 'OnRootMismatch',
      }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds:
      settings.terminationGracePeriodSeconds ?? defaults.terminationGracePeriodSeconds ?? 30,
    ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(priorityClassName !== undefined && { priorityClassName }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(architectures !== undefined && { affinity: architectureAffinity(architectures) }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map(tolerationOf) }),
  };
}

/** The container with another command, and without what is only for one that keeps running. */
function preparation(container: Readonly<Record<string, unknown>>, own: Preparation): object {
  const kept = ['image', 'imagePullPolicy', 'env', 'resources', 'securityContext', 'volumeMounts'];
  const shared = Object.entries(container).filter(([key]) => kept.includes(key));
  return { name: 'prepare', ...Object.fromEntries(shared), ...own };
}

function versionLabel(image: string): Record<string, string> {
  const tag = parseImage(image)?.tag;
  return tag !== undefined && isLabelValue(tag) ? { 'app.kubernetes.io/version': tag } : {};
}

/** An image that may be another one tomorrow. */
export function imageViolations(image: string, property: string): ConstructViolation[] {
  const reference = parseImage(withExamples(image));
  if (reference !== undefined && isPinned(reference)) return [];
  const rule = 'image-pinned';
  if (reference === undefined) {
    const problem = `must be the name of an image, got ${describeValue(image)}`;
    return [{ rule, property, problem, fix: "write 'ghcr.io/acme/shop:1.4.2'" }];
  }
  const { repository, tag } = reference;
  const problem = `${describeValue(image)} ${tag === undefined ? 'has no tag' : `has the tag '${tag}'`}, and may be another image tomorrow`;
  return [{ rule, property, problem, fix: `write one release: '${repository}:1.4.2', or a digest` }];
}

/** Asked by the Pod Security Standard `restricted` of every container, and a root file system that nothing can be written to. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} as const;

/** Stands where a program gives no image that can be read; nothing is made of it. */
const PLACEHOLDER = 'none:0';

/** Form of {@link PodSettings}. */
export const podShapes: Readonly<Record<keyof PodSettings, Shape>> = {
  image: text,
  command: list(anyText),
  args: list(anyText),
  env: mapOf(environmentValueShape),
  connections: mapOf(connectionShape),
  egress: list(egressShape),
  networkPolicy: flag,
  volumes: volumesShape,
  resources: resourcesShape,
  user: wholeNumber(1, 2 ** 31 - 1),
  architectures: architecturesShape,
  nodeSelector: labelMap,
  tolerations: list(tolerationShape),
  podAnnotations: annotationMap,
  serviceAccountName: objectName,
  terminationGracePeriodSeconds: wholeNumber(0, 86_400),
};
