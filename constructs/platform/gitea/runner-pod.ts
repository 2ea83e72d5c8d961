import { buildPod, CONTAINER_SECURITY, type Pod } from '../../workloads/pod';
import { diskResources, mergedResources, type ContainerResources } from '../../workloads/resources';
import { workloadSecret } from '../../workloads/secrets/workload-secret';
import { volumeName, type Volumes } from '../../workloads/volumes';
import type { Workload } from '../../workloads/workload';
import { builderConfig, CONFIG_FOLDER, makeBuilder, SOCKET_FOLDER } from './builder';
import { BUILDER_IMAGE, RUNNER_IMAGE, USER } from './gitea-images';
import type { RegistryTarget } from './gitea-settings';
import { runnerConfig, RUNNER_FILE, STATE_FOLDER, WORK_FOLDER } from './runner-config';
import type { RunnerParts } from './runner-parts';
import { RUNNER_SCRIPTS } from './runner-scripts';

/**
 * The pod of the runner. Jobs run in its one container, which is as restricted as any other; only the builder beside it is not. The secrets that register the
 * runner and log it in are in containers that end before the first job.
 */
export function runnerPod(workload: Workload, parts: RunnerParts, labels: readonly string[]): Pod {
  const { registry, nodeSelector, tolerations, resources, egress = ['internet'] } = parts;
  const pod = buildPod(
    workload,
    {
      image: parts.toolImage,
      user: USER,
      command: ['/usr/bin/dumb-init', '--', ...RUNNER, 'daemon'],
      env: jobEnvironment(parts),
      egress,
      volumes: volumesOf(parts, labels),
      terminationGracePeriodSeconds: 60,
      ...(resources && { resources }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
    },
    { resources: RESOURCES, container: { ports: [{ name: 'metrics', containerPort: 9101 }], ...PROBES } },
  );
  const builder = registry && makeBuilder(workload, parts);
  const spec = pod.template.spec as unknown as MutableSpec;
  spec.initContainers = [
    ...preparations(workload, parts, spec.containers[0]),
    ...(builder ? [builder.container] : []),
  ];
  spec.volumes.push(...(builder?.volumes ?? []));
  makeExecutable(spec);
  if (parts.deployTo.length > 0) mountToken(workload, spec);
  return pod;
}

interface MutableSpec {
  serviceAccountName?: string;
  initContainers?: object[];
  readonly containers: readonly { readonly volumeMounts: object[] }[];
  readonly volumes: object[];
}

/** What every job finds in its environment: a job on the host has the runner's (gitea.com/gitea/runner@v1.0.6:act/runner/run_context.go). */
function jobEnvironment({ gitea, registry }: RunnerParts): Record<string, string> {
  return {
    GITEA_URL: gitea.variables?.['URL'] ?? `http://${gitea.host}:${gitea.port}`,
    HOME: WORK_FOLDER,
    PATH: `${SCRIPT_FOLDER}:${TOOL_FOLDER}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    ...(registry && {
      REGISTRY_HOST: registry.host,
      REGISTRY_PUSH: pushAddress(registry),
      DOCKER_CONFIG: LOGIN_FOLDER,
      BUILDKIT_HOST: `unix://${SOCKET_FOLDER}/buildkitd.sock`,
    }),
  };
}

function volumesOf(parts: RunnerParts, labels: readonly string[]): Volumes {
  const { registry, workspace = '5Gi', cacheSize, storageClass } = parts;
  return {
    [STATE_FOLDER]: { persistent: '64Mi', ...(storageClass !== undefined && { storageClass }) },
    [WORK_FOLDER]: { scratch: workspace },
    [TOOL_FOLDER]: { scratch: '256Mi' },
    '/tmp': { scratch: '1Gi' },
    [SCRIPT_FOLDER]: { files: RUNNER_SCRIPTS },
    [CONFIG_FOLDER]: {
      files: {
        'runner.yaml': runnerConfig(parts, labels),
        ...(registry && { 'buildkitd.toml': builderConfig(registry, cacheSize) }),
      },
    },
    ...(registry && { [LOGIN_FOLDER]: { memory: '1Mi' }, [SOCKET_FOLDER]: { memory: '1Mi' } }),
  };
}

/** Containers that run to their end before the first job: they fetch programs, log in, and register the runner. */
function preparations(workload: Workload, parts: RunnerParts, main: unknown): object[] {
  const { registry, registration, image = RUNNER_IMAGE, builderImage = BUILDER_IMAGE, toolImage } = parts;
  const tools = [{ name: volumeName(TOOL_FOLDER), mountPath: TOOL_FOLDER }];
  const copy = (name: string, from: string, file: string): object =>
    container(workload, { name, image: from, command: ['cp', file, TOOL_FOLDER], volumeMounts: tools });
  const { token } = workloadSecret(workload, {
    namespace: workload.namespace,
    name: `${workload.name}-registration`,
    data: { token: registration },
  });
  const { env, volumeMounts } = main as { env: object[]; volumeMounts: object[] };
  return [
    copy('runner', image, '/usr/local/bin/gitea-runner'),
    ...(registry
      ? [copy('buildctl', builderImage, '/usr/bin/buildctl'), login(workload, registry, toolImage)]
      : []),
    container(workload, {
      name: 'register',
      image: toolImage,
      command: ['/bin/bash', '-euc', REGISTER],
      env: [
        ...env,
        { name: 'RUNNER_NAME', value: workload.name },
        { name: 'REGISTRATION_TOKEN', valueFrom: { secretKeyRef: token } },
      ],
      volumeMounts,
    }),
  ];
}

/** The file that `buildctl` reads its passwords from; base64, so that any password fits. */
function login(workload: Workload, registry: RegistryTarget, image: string): object {
  const { variables = {}, secret } = registry.connection;
  const found = secret?.variables['PASSWORD'];
  const place = { namespace: workload.namespace, name: `${workload.name}-registry` };
  const key = found && workloadSecret(workload, { ...place, data: { password: found.value } }).password;
  const mount = { name: volumeName(LOGIN_FOLDER), mountPath: LOGIN_FOLDER };
  return container(workload, {
    name: 'login',
    image,
    command: ['/bin/bash', '-euc', LOGIN],
    env: [
      { name: 'ADDRESS', value: pushAddress(registry) },
      { name: 'REGISTRY_USER', value: variables['USER'] ?? '' },
      ...(key ? [{ name: 'PASSWORD', valueFrom: { secretKeyRef: key } }] : []),
    ],
    volumeMounts: [mount],
  });
}

function container({ defaults }: Workload, given: object): object {
  return {
    ...given,
    imagePullPolicy: defaults.imagePullPolicy ?? 'IfNotPresent',
    resources: mergedResources(diskResources([]), SHORT),
    securityContext: CONTAINER_SECURITY,
  };
}

/** The token of the account is mounted where jobs run, and not where the `RUN` steps of Dockerfiles do. */
function mountToken(workload: Workload, spec: MutableSpec): void {
  spec.serviceAccountName = workload.name;
  spec.volumes.push({
    name: 'token',
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      ],
    },
  });
  const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
  spec.containers[0]?.volumeMounts.push({ name: 'token', mountPath, readOnly: true });
}

function makeExecutable({ volumes }: MutableSpec): void {
  const scripts = volumes.find((volume) => (volume as { name: string }).name === volumeName(SCRIPT_FOLDER));
  const source = scripts as { configMap?: { defaultMode?: number } } | undefined;
  if (source?.configMap !== undefined) source.configMap.defaultMode = 0o555;
}

function pushAddress({ connection: { host, port } }: RegistryTarget): string {
  return `${host}:${port}`;
}

const TOOL_FOLDER = '/tools';
const SCRIPT_FOLDER = '/opt/k3stack';
const LOGIN_FOLDER = '/docker';
const RUNNER = [`${TOOL_FOLDER}/gitea-runner`, '--config', `${CONFIG_FOLDER}/runner.yaml`];

/** Once: the file stays on the volume. */
const REGISTER = `test -s ${RUNNER_FILE} && exit
${RUNNER.join(' ')} register --no-interactive --instance "$GITEA_URL" --name "$RUNNER_NAME" --token "$REGISTRATION_TOKEN"
test -s ${RUNNER_FILE}
`;

const LOGIN = `auth=$(printf '%s:%s' "$REGISTRY_USER" "\${PASSWORD-}" | base64 | tr -d '\\n')
printf '{"auths":{"%s":{"auth":"%s"}}}\\n' "$ADDRESS" "$auth" > ${LOGIN_FOLDER}/config.json
`;

/** The runner's own server of metrics (internal/pkg/config/config.example.yaml). */
const health = { httpGet: { path: '/healthz', port: 'metrics' } };
const PROBES = {
  startupProbe: { ...health, periodSeconds: 2, failureThreshold: 30 },
  readinessProbe: { ...health, periodSeconds: 20 },
  livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 5 },
};

/** Of containers that end before the first job. */
const SHORT: ContainerResources = {
  requests: { cpu: '10m', memory: '32Mi' },
  limits: { memory: '128Mi' },
};

const RESOURCES: ContainerResources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { memory: '1Gi' },
};
