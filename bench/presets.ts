import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Bot } from '../constructs/workloads/bot';
import type { Connection } from '../constructs/workloads/connection';
import { ExternalService } from '../constructs/workloads/external-service';
import { ScheduledJob } from '../constructs/workloads/scheduled-job';
import { WebService } from '../constructs/workloads/web-service';
import { Worker } from '../constructs/workloads/worker';

const IMAGE = 'ghcr.io/acme/app:1.4.2';

/** `count` presets of all kinds in turn, each in a chart of its own, every other one connected to the one before. */
export function addPresets(scope: Construct, count: number): void {
  let last: Connection | undefined;
  for (let index = 0; index < count; index++) {
    const chart = new Chart(scope, `chart-${index}`, { namespace: `team-${index % 20}` });
    const make = MAKERS[index % MAKERS.length];
    const connections: Readonly<Record<string, Connection>> =
      index % 2 === 1 && last !== undefined ? { before: last } : {};
    last = make?.(chart, `app-${index}`, connections) ?? last;
  }
}

type Maker = (
  chart: Chart,
  name: string,
  connections: Readonly<Record<string, Connection>>,
) => Connection | undefined;

const MAKERS: readonly Maker[] = [
  (chart, name, connections) =>
    new WebService(chart, name, {
      image: IMAGE,
      host: `${name}.example.org`,
      healthPath: '/healthz',
      tls: { issuer: 'letsencrypt' },
      connections,
    }).connection,
  (chart, name, connections) => {
    new Worker(chart, name, { image: IMAGE, connections, volumes: { '/data': { persistent: '1Gi' } } });
    return undefined;
  },
  (chart, name, connections) => {
    new Bot(chart, name, { image: IMAGE, connections, env: { LOG_LEVEL: 'info' } });
    return undefined;
  },
  (chart, name, connections) => {
    new ScheduledJob(chart, name, { image: IMAGE, schedule: '0 3 * * *', connections });
    return undefined;
  },
  (chart, name) =>
    new ExternalService(chart, name, { address: '192.168.10.50', port: 11_434, health: {} }).connection,
];
