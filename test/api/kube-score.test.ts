import { beforeAll, expect, test } from '@jest/globals';
import type { Cluster } from '../../constructs/cluster/cluster';
import { Namespace } from '../../constructs/cluster/namespace';
import { LocalPathStorage } from '../../constructs/platform/local-path/local-path-storage';
import { Traefik } from '../../constructs/platform/traefik/traefik';
import { Bot } from '../../constructs/workloads/bot';
import { EdgeApp } from '../../constructs/workloads/edge-app';
import { ExternalService } from '../../constructs/workloads/external-service';
import { InferenceRuntime } from '../../constructs/workloads/inference-runtime';
import { InferenceServer } from '../../constructs/workloads/inference-server';
import { Job } from '../../constructs/workloads/job';
import { PostgresDatabase } from '../../constructs/workloads/postgres-database';
import { ScheduledJob } from '../../constructs/workloads/scheduled-job';
import { WebService } from '../../constructs/workloads/web-service';
import { Worker } from '../../constructs/workloads/worker';
import { secret } from '../../lib/secret';
import { objectsOfCase } from './api-case';
import { kubeScore, kubeScoreBinary, type ScoreFinding } from './kube-score';

/** Where it asks for something that is worse on small clusters, or knows less than the preset: each with the reason. */
const DISAGREEMENTS: readonly {
  readonly check: string;
  readonly object?: RegExp;
  readonly reason: string;
}[] = [
  {
    check: 'container-resources',
    reason:
      'wants a limit of CPU, which slows a program down on an idle node; requests of CPU and limits of memory are set',
  },
  {
    check: 'container-image-pull-policy',
    reason:
      'wants Always, and a pod could not start again while its registry is out of reach; moving tags are refused',
  },
  {
    check: 'container-security-context-user-group-id',
    reason: 'wants users above 10000, and only the image knows whose files it can read; root is refused',
  },
  {
    check: 'statefulset-has-servicename',
    object: /^StatefulSet\/apps\/v1\/shop\/(db|reader)$/,
    reason:
      'wants names for single pods, and there is one pod, reached by the address of its Service, which stays',
  },
  {
    check: 'pod-probes',
    object: /\/shop\/(bot|reader|worker)$/,
    reason: 'wants to know when they can be connected to, and nothing connects to them',
  },
  {
    check: 'cronjob-has-deadline',
    object: /\/shop\/db-restore$/,
    reason: 'wants to know how late it may start, and it is suspended: people start it',
  },
];

const IMAGE = 'registry.example.org/app:1.0.0';
let findings: readonly ScoreFinding[];

beforeAll(() => {
  kubeScoreBinary();
  findings = kubeScore(objectsOfCase({ name: 'defaults', build: presets }), '1.34');
}, 600_000);

test('kube-score has nothing critical against the defaults of any preset, but where we disagree', () => {
  const critical = findings.filter(({ grade }) => grade === 'critical');
  expect(critical.filter((finding) => !DISAGREEMENTS.some((entry) => isMeant(entry, finding)))).toEqual([]);
});

test('what we disagree about is still said', () => {
  expect(DISAGREEMENTS.filter((entry) => !findings.some((finding) => isMeant(entry, finding)))).toEqual([]);
});

test('it does find what is wrong', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bad', namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'app:latest', securityContext: { privileged: true } }] },
  };
  const found = kubeScore([pod], '1.34').filter(({ grade }) => grade === 'critical');
  expect(found.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'container-image-tag',
      'container-security-context-privileged',
      'pod-networkpolicy',
    ]),
  );
});

function isMeant(entry: (typeof DISAGREEMENTS)[number], { check, object }: ScoreFinding): boolean {
  return entry.check === check && (entry.object === undefined || entry.object.test(object));
}

/** Every preset with nothing but what it must be told. */
function presets(cluster: Cluster): void {
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
  const namespace = new Namespace(cluster, 'shop', { podSecurity: 'restricted', defaultDeny: true });
  const database = new PostgresDatabase(namespace, 'db', {
    version: '17',
    size: '5Gi',
    dumps: {
      bucket: {
        name: 'dumps',
        region: 'eu-central-1',
        credentials: { accessKey: secret('access-key'), secretKey: secret('secret-key') },
      },
    },
  });
  const connections = { db: database.connection };
  new WebService(namespace, 'web', {
    image: IMAGE,
    host: 'shop.example.org',
    tls: { secretName: 'tls' },
    connections,
  });
  new Worker(namespace, 'worker', { image: IMAGE, connections });
  new Bot(namespace, 'bot', { image: IMAGE });
  new ScheduledJob(namespace, 'report', { image: IMAGE, schedule: '@daily' });
  new InferenceServer(namespace, 'llm', { runtime: InferenceRuntime.ollama({ models: ['llama3.2:3b'] }) });
  new ExternalService(namespace, 'workstation', { address: '192.168.10.50', port: 11434 });
  new Job(namespace, 'migrate', { image: IMAGE });
  new EdgeApp(namespace, 'reader', { image: IMAGE, upstream: { url: 'https://collect.example.org/' } });
}
