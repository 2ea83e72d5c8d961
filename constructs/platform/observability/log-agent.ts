import type { Construct } from 'constructs';
import { bytesOf } from '../../../lib/cluster/quantity';
import { withExamples } from '../../../lib/late';
import type { ContainerResources } from '../../workloads/resources';
import type { EnvironmentVariables } from '../../workloads/environment-variables';
import { API_EGRESS, serviceAccount } from './api-access';
import { PROBES } from './database';
import { IMAGES } from './images';
import type { LogForwarding } from './logs-settings';
import { NodeAgent } from './node-agent';

export const AGENT_PORT = 9429;

/** What an agent is told. */
export interface LogAgentSettings {
  readonly forward: LogForwarding;
  readonly excludeNamespaces: readonly string[];
  readonly buffer: string;
  readonly resources?: ContainerResources;
  readonly isForeign: boolean;
}

/** Reads the log files of all containers of its node, and sends them on. */
export class LogAgent extends NodeAgent {
  constructor(scope: Construct, id: string, settings: LogAgentSettings) {
    const { forward, isForeign, resources } = settings;
    super(
      scope,
      id,
      {
        image: IMAGES.vlagent,
        args: agentArguments(settings),
        env: environmentOf(forward),
        serviceAccountName: id,
        egress: isForeign ? ['anything'] : API_EGRESS,
        ...(resources && { resources }),
      },
      [
        { name: 'logs', path: '/var/log' },
        { name: 'state', path: STATE, writable: true },
      ],
      {
        asRoot: true,
        resources: RESOURCES,
        container: { ports: [{ name: 'http', containerPort: AGENT_PORT }], ...PROBES },
      },
    );
    serviceAccount(this, RULES);
  }
}

/** VictoriaMetrics/VictoriaLogs@dc94972a8708:docs/victorialogs/vlagent.md and app/vlagent. */
function agentArguments({ forward, excludeNamespaces, buffer }: LogAgentSettings): string[] {
  const { url, format = 'native' } = forward;
  const excluded = excludeNamespaces.map((name) => `"${name}"`).join(',');
  return [
    '-kubernetesCollector',
    `-httpListenAddr=:${AGENT_PORT}`,
    `-tmpDataPath=${STATE}`,
    `-remoteWrite.maxDiskUsagePerURL=${bytesOf(withExamples(buffer))}`,
    '-remoteWrite.maxBlockSize=2097152', // 8 MiB by default, in memory for each queue
    '-remoteWrite.queues=1',
    `-remoteWrite.format=${format}`,
    ...(excluded === ''
      ? []
      : [`-kubernetesCollector.excludeFilter=kubernetes.pod_namespace:in(${excluded})`]),
    ...(typeof url === 'string' ? [`-remoteWrite.url=${url}`] : []),
    // Flags are also read from variables, in which `.` is `_`: secrets come that way, as arguments can be read by anybody on the node.
    '-envflag.enable',
    '-envflag.prefix=VL_',
  ];
}

function environmentOf({ url, token }: LogForwarding): EnvironmentVariables {
  return {
    ...(typeof url !== 'string' && { VL_remoteWrite_url: url }),
    ...(token !== undefined && { VL_remoteWrite_bearerToken: token }),
    GOMEMLIMIT: '48MiB', // Go then frees memory rather than reaching the limit of the container
  };
}

/** VictoriaMetrics/helm-charts@5823471a:charts/victoria-logs-collector/templates/rbac.yaml. */
const RULES = [
  { apiGroups: [''], resources: ['nodes', 'namespaces', 'pods'], verbs: ['get', 'list', 'watch'] },
];

/** Where it keeps how far it has read, and what nobody took yet. */
const STATE = '/var/lib/k3stack-log-agent';

/** Measured: 12 MB at rest, 37 MB while it sends 300,000 lines. With node-exporter's limit this is less than 100 MB a node. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '20m', memory: '40Mi' },
  limits: { memory: '64Mi' },
};
