import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { object, text, wholeNumber } from '../../lib/rules/shape';
import { withExamples } from '../../lib/late';
import { addCheck } from '../violations';
import { makeDeployment } from './deployment';
import { Workload } from './workload';

/** How to find out whether something outside of the cluster answers. */
export interface HealthCheck {
  /** Path that answers with a status of success. @default - the port is open */
  readonly path?: string;

  /** Seconds between two tries. @default 15 */
  readonly periodSeconds?: number;
}

/** What a {@link HealthWatch} looks at. */
export interface HealthWatchTarget {
  readonly targets: readonly string[];
  readonly port: number;
  readonly appProtocol: 'http' | 'https' | 'tcp';
  readonly check: HealthCheck;
}

/**
 * A pod that is ready while something outside of the cluster answers, so that `kubectl get pods` and alerts show when it does not. It changes
 * nothing about where requests go: Kubernetes does not probe endpoints that are no pods.
 */
export class HealthWatch extends Workload {
  readonly deployment: ApiObject;

  constructor(scope: Construct, id: string, target: HealthWatchTarget) {
    super(scope, id, 'health');
    const { targets, port, check } = target;
    const { periodSeconds = 15 } = check;

    const { deployment } = makeDeployment(
      this,
      {
        image: IMAGE,
        user: 65_534,
        command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done'],
        egress: targets.map((address) => ({
          cidr: `${address}/${address.includes(':') ? 128 : 32}`,
          ports: [port],
        })),
        resources: { requests: { cpu: '5m', memory: '8Mi' }, limits: { memory: '16Mi' } },
      },
      { replicas: 1, usual: 1 },
      {
        container: {
          readinessProbe: {
            exec: { command: probeCommand(target) },
            periodSeconds,
            timeoutSeconds: 5 * Math.max(1, targets.length) + 1,
            failureThreshold: 2,
          },
        },
      },
    );
    this.deployment = deployment;
    const isPath = check.path === undefined || /^\/[\w\-./~%?=&]*$/.test(withExamples(check.path));
    addCheck(this, () => (isPath ? [] : [wrongPath()]));
  }
}

/**
 * All must answer. What the program wrote goes into arguments, never into the script: a late path may be anything. BusyBox's wget checks no
 * certificate, which is right here: it is about answering.
 */
function probeCommand({ targets, port, appProtocol, check: { path } }: HealthWatchTarget): string[] {
  if (path === undefined || appProtocol === 'tcp')
    return ['sh', '-c', PROBES.port, 'health', String(port), ...targets];
  const hosts = targets.map((address) => (address.includes(':') ? `[${address}]` : address));
  return [
    'sh',
    '-c',
    PROBES.path,
    'health',
    ...hosts.map((host) => `${appProtocol}://${host}:${port}${path}`),
  ];
}

const PROBES = {
  port: 'port=$1; shift; for address; do nc -z -w 4 "$address" "$port" || exit 1; done',
  path: 'for url; do wget -q -T 4 -O /dev/null "$url" || exit 1; done',
};

function wrongPath() {
  return {
    rule: 'health-path',
    property: 'health.path',
    problem: "must begin with '/' and have only letters, digits and - . / ~ % ? = & _ in it",
    fix: "write path: '/healthz'",
  };
}

/** docker-library/official-images@37079fb336:library/busybox. */
const IMAGE = 'docker.io/library/busybox:1.37.0';

/** Form of {@link HealthCheck}. */
export const healthShape = object({ path: text, periodSeconds: wholeNumber(1, 3600) });
