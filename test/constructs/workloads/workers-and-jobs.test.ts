import { describe, expect, test } from '@jest/globals';
import { Bot } from '../../../constructs/workloads/bot';
import { Job } from '../../../constructs/workloads/job';
import { ScheduledJob, type ScheduledJobProps } from '../../../constructs/workloads/scheduled-job';
import { Worker } from '../../../constructs/workloads/worker';
import { synthesisOfCluster } from '../../support/synth';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/job:2.0.0';

describe('Worker', () => {
  test('is one pod that nobody connects to', () => {
    const { deployment, network, disruptionBudget } = new Worker(shop(), 'mailer', { image: IMAGE });
    expect(data(deployment).spec.replicas).toBe(1);
    expect(containerOf(deployment).ports).toBeUndefined();
    expect(data(network.policy).spec.ingress).toBeUndefined();
    expect(disruptionBudget).toBeUndefined();
  });

  test('replicas: with more than one, drained one at a time', () => {
    const { disruptionBudget } = new Worker(shop(), 'mailer', { image: IMAGE, replicas: 3 });
    expect(data(disruptionBudget).kind).toBe('PodDisruptionBudget');
  });

  test('autoscaling: by how busy its pods are', () => {
    const { autoscaler, deployment } = new Worker(shop(), 'mailer', {
      image: IMAGE,
      autoscaling: { max: 3, cpu: 50 },
    });
    expect(data(autoscaler).spec).toMatchObject({ minReplicas: 1, maxReplicas: 3 });
    expect(data(deployment).spec.replicas).toBeUndefined();
  });

  test('aliveCommand: restarted when it fails', () => {
    const { deployment } = new Worker(shop(), 'mailer', { image: IMAGE, aliveCommand: ['alive'] });
    expect(containerOf(deployment).livenessProbe).toMatchObject({
      exec: { command: ['alive'] },
      failureThreshold: 3,
    });
  });

  test('egress: the internet without private networks, an address, a namespace', () => {
    const { network } = new Worker(shop(), 'mailer', {
      image: IMAGE,
      egress: ['internet', { cidr: '10.0.0.5/32', ports: [25] }, { namespace: 'mail' }],
    });
    const [, internet, address, namespace] = data(network.policy).spec.egress;
    expect(internet.to[0].ipBlock.except).toContain('192.168.0.0/16');
    expect(address).toEqual({
      to: [{ ipBlock: { cidr: '10.0.0.5/32' } }],
      ports: [{ port: 25, protocol: 'TCP' }],
    });
    expect(namespace).toEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mail' } } }],
    });
  });

  test('egress: anything', () => {
    const { network } = new Worker(shop(), 'mailer', { image: IMAGE, egress: ['anything'] });
    expect(data(network.policy).spec.egress[1]).toEqual({});
  });
});

describe('Bot', () => {
  test('is exactly one pod, gone before the next one starts, with the internet to talk to', () => {
    const { deployment, network } = new Bot(shop(), 'chat', { image: IMAGE });
    expect(data(deployment).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(data(network.policy).spec.egress[1].to[0].ipBlock.cidr).toBe('0.0.0.0/0');
  });

  test('egress: only where it says', () => {
    const { network } = new Bot(shop(), 'chat', { image: IMAGE, egress: [] });
    expect(data(network.policy).spec.egress).toHaveLength(1);
  });

  test('has no number of pods to set', () => {
    const namespace = shop();
    new Bot(namespace, 'chat', { image: IMAGE, replicas: 2 } as never);
    expect(refusals(namespace).join()).toContain('replicas');
  });
});

describe('Job', () => {
  test('runs once, for ten minutes at most, and is made anew for a change', () => {
    const { job, network } = new Job(shop(), 'migrate', { image: IMAGE });
    expect(data(job)).toMatchObject({
      metadata: {
        name: 'migrate',
        annotations: {
          'argocd.argoproj.io/sync-options': 'Force=true,Replace=true',
          'kustomize.toolkit.fluxcd.io/force': 'enabled',
        },
      },
      spec: { backoffLimit: 3, activeDeadlineSeconds: 600 },
    });
    expect(podSpecOf(job).restartPolicy).toBe('Never');
    expect(data(network.policy).spec.egress).toHaveLength(1);
  });

  test('comes before what depends on it', () => {
    const namespace = shop();
    const worker = new Worker(namespace, 'a', { image: IMAGE });
    const job = new Job(namespace, 'migrate', { image: IMAGE, backoffLimit: 0, activeDeadlineSeconds: 60 });
    worker.node.addDependency(job);
    expect(data(job.job).spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 60 });
    const objects = synthesisOfCluster(namespace.node.scope as never).manifests.flatMap(
      (file) => file.objects,
    );
    const dependant = objects.find(({ path }) => path === worker.deployment.node.path);
    expect(dependant?.after).toContain(job.job.node.path);
  });
});

describe('ScheduledJob', () => {
  const job = (props: Partial<ScheduledJobProps> = {}, namespace = shop()) =>
    new ScheduledJob(namespace, 'report', { image: IMAGE, schedule: '0 3 * * *', ...props });

  test('runs one at a time, in UTC, for an hour at most, and keeps little behind', () => {
    const { cronJob } = job();
    expect(data(cronJob).spec).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 600,
      suspend: false,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 2,
      jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: 3600 } },
    });
    expect(podSpecOf(cronJob).restartPolicy).toBe('Never');
  });

  test('takes its options', () => {
    const options = {
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Replace' as const,
      startingDeadlineSeconds: 60,
      suspend: true,
    };
    const { spec } = data(job({ ...options, backoffLimit: 0, activeDeadlineSeconds: 60 }).cronJob);
    expect(spec).toMatchObject(options);
    expect(spec.jobTemplate.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 60 });
  });

  test.each([
    ['@every 5m', 'a form that Kubernetes refuses'],
    ['TZ=UTC 0 3 * * *', 'a form that Kubernetes refuses'],
    ['0 3 * *', 'must have five fields'],
    ['0 25 * * *', '"25" as its hour'],
  ])('refuses the schedule %s', (schedule, message) => {
    const namespace = shop();
    job({ schedule }, namespace);
    expect(refusals(namespace).join()).toContain(message);
  });

  test('refuses a name that its runs cannot add to', () => {
    const namespace = shop();
    new ScheduledJob(namespace, 'r'.repeat(53), { image: IMAGE, schedule: '@daily' });
    expect(refusals(namespace).join()).toContain('at most 52');
  });
});
