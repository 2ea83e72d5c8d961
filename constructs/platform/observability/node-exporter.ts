import type { Construct } from 'constructs';
import type { ContainerResources } from '../../workloads/resources';
import { IMAGES } from './images';
import { NodeAgent } from './node-agent';

/** Port of its metrics, inside of the cluster only: it has no port on the host. */
export const NODE_EXPORTER_PORT = 9100;

/** Numbers about each node: processor, memory, disks, temperature. */
export class NodeExporter extends NodeAgent {
  constructor(scope: Construct, id: string) {
    super(
      scope,
      id,
      { image: IMAGES.nodeExporter, args: ARGUMENTS, user: 65_534, env: { GOMEMLIMIT: '24MiB' } },
      [{ name: 'host', path: '/', mountPath: HOST, followsMounts: true }],
      {
        resources: RESOURCES,
        container: {
          ports: [{ name: 'metrics', containerPort: NODE_EXPORTER_PORT }],
          readinessProbe: { httpGet: { path: '/', port: 'metrics' }, periodSeconds: 10 },
          livenessProbe: { tcpSocket: { port: 'metrics' }, periodSeconds: 20, failureThreshold: 6 },
        },
      },
    );
  }
}

const HOST = '/host';

/** What KPIs and dashboards use. Those of the network would show the pod's own, as it is not on the host's. */
const COLLECTORS = [
  'cpu',
  'diskstats',
  'filefd',
  'filesystem',
  'hwmon',
  'loadavg',
  'meminfo',
  'pressure',
  'stat',
  'thermal_zone',
  'time',
  'uname',
  'vmstat',
];

/** prometheus/node_exporter@v1.12.1:README.md, and collector/filesystem_common.go. */
const ARGUMENTS = [
  `--path.rootfs=${HOST}`,
  `--path.procfs=${HOST}/proc`,
  `--path.sysfs=${HOST}/sys`,
  '--collector.disable-defaults',
  ...COLLECTORS.map((name) => `--collector.${name}`),
  // The same disks again, once for each pod.
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|var/lib/kubelet|var/lib/rancher)($|/)',
];

/** Measured: 21 MB. With the log agent's limit this is less than 100 MB a node. */
const RESOURCES: ContainerResources = {
  requests: { cpu: '10m', memory: '20Mi' },
  limits: { memory: '30Mi' },
};
