import type { EnvVar } from '../../workloads/environment-variables';
import { buildPod, type Pod } from '../../workloads/pod';
import type { ContainerResources } from '../../workloads/resources';
import type { SecretKey } from '../../workloads/secrets/workload-secret';
import type { Workload } from '../../workloads/workload';
import { administratorContainer } from './administrator';
import { GITEA_IMAGE, USER } from './gitea-images';
import type { GiteaProps } from './gitea-settings';
import { DATA_FOLDER, HTTP_PORT, serverEnvironment, SSH_PORT } from './server-environment';

/** Name of the volume of the StatefulSet. */
export const DATA = 'data';

/**
 * The pod of the server: nothing can be written but the volume, `/tmp` and the configuration, which lies in memory.
 *
 * @param rootUrl Address that people and Git clients use, with a `/` at its end.
 * @param registration The token that lets runners register; `undefined` without runners.
 */
export function serverPod(
  workload: Workload,
  props: Partial<GiteaProps>,
  rootUrl: string,
  registration: SecretKey | undefined,
): Pod {
  const { database, ssh, env, resources, nodeSelector, tolerations, podAnnotations } = props;
  const settings = {
    rootUrl,
    database,
    sshPort: ssh?.nodePort,
    registration: props.registration ?? false,
    actions: registration !== undefined,
  };
  const pod = buildPod(
    workload,
    {
      image: props.image ?? GITEA_IMAGE,
      user: USER,
      env: { ...serverEnvironment(settings), ...env },
      egress: ['internet'], // mirrors, webhooks, the list of actions
      volumes: { '/etc/gitea': { memory: '4Mi' }, '/tmp': { scratch: '2Gi' } },
      ...(database && { connections: { database } }),
      ...(resources && { resources }),
      ...(nodeSelector && { nodeSelector }),
      ...(tolerations && { tolerations }),
      ...(podAnnotations && { podAnnotations }),
    },
    {
      resources: RESOURCES,
      volumeMounts: [{ name: DATA, mountPath: DATA_FOLDER }],
      container: { ports: ports(ssh !== undefined), ...PROBES },
    },
  );
  addContainers(workload, pod, props, registration);
  return pod;
}

/** The administrator is made by the same image and configuration; the token is for the server alone. */
function addContainers(
  workload: Workload,
  { template }: Pod,
  { admin = {} }: Partial<GiteaProps>,
  registration: SecretKey | undefined,
): void {
  const spec = template.spec as { containers: { env: EnvVar[] }[]; initContainers?: object[] };
  const [server] = spec.containers;
  if (server === undefined) return;
  spec.initContainers = [administratorContainer(workload, { ...server, env: [...server.env] }, admin)];
  if (registration !== undefined)
    server.env.push({ name: REGISTRATION_TOKEN, valueFrom: { secretKeyRef: registration } });
}

function ports(ssh: boolean): object[] {
  const http = { name: 'http', containerPort: HTTP_PORT };
  return ssh ? [http, { name: 'ssh', containerPort: SSH_PORT }] : [http];
}

/** Makes a token of the whole server known, unless it is known or was made invalid (go-gitea/gitea@v1.26.4:services/actions/init.go). */
const REGISTRATION_TOKEN = 'GITEA_RUNNER_REGISTRATION_TOKEN';

/** Asks the database and the cache as well (routers/web/healthcheck/check.go); migrations of a new release take their time on a Raspberry Pi. */
const PROBES = {
  startupProbe: { tcpSocket: { port: 'http' }, periodSeconds: 2, failureThreshold: 300 },
  readinessProbe: {
    httpGet: { path: '/api/healthz', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 6 },
};

const RESOURCES: ContainerResources = {
  requests: { cpu: '50m', memory: '192Mi' },
  limits: { memory: '768Mi' },
};
