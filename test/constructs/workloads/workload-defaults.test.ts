import { describe, expect, test } from '@jest/globals';
import type { Construct } from 'constructs';
import { setWorkloadDefaults } from '../../../constructs/workloads/workload-defaults';
import { Ingress } from '../../../constructs/workloads/ingress';
import { InferenceRuntime } from '../../../constructs/workloads/inference-runtime';
import { InferenceServer } from '../../../constructs/workloads/inference-server';
import { WebService } from '../../../constructs/workloads/web-service';
import { Worker } from '../../../constructs/workloads/worker';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';

const IMAGE = 'ghcr.io/acme/web:1.0.0';

describe('workload defaults', () => {
  test('of the nearest scope win, property by property; quantities and labels add up', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace.node.root, {
      resources: { requests: { cpu: '10m', memory: '32Mi' } },
      labels: { team: 'home', cost: 'a' },
      imagePullPolicy: 'Always',
    });
    setWorkloadDefaults(namespace.node.scope as Construct, { labels: { cost: 'b' }, replicas: 3 });
    setWorkloadDefaults(namespace, { resources: { requests: { memory: '48Mi' } } });
    const { deployment } = new WebService(namespace, 'web', { image: IMAGE });
    expect(containerOf(deployment).resources).toMatchObject({
      requests: { cpu: '10m', memory: '48Mi' },
      limits: { memory: '128Mi' },
    });
    expect(containerOf(deployment).imagePullPolicy).toBe('Always');
    expect(data(deployment).metadata.labels).toMatchObject({ team: 'home', cost: 'b' });
    expect(data(deployment).spec.replicas).toBe(3);
  });

  test('do not take the labels away by which pods are found', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { labels: { 'app.kubernetes.io/name': 'x' } });
    const { deployment } = new WebService(namespace, 'web', { image: IMAGE });
    expect(data(deployment).spec.template.metadata.labels['app.kubernetes.io/name']).toBe('web');
  });

  test('of resources are for programs: a preset that has a size of its own keeps it', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { resources: { limits: { memory: '64Mi' } } });
    const { deployment } = new InferenceServer(namespace, 'llm', {
      runtime: InferenceRuntime.ollama({ models: ['llama3.2:3b'] }),
    });
    expect(containerOf(deployment).resources.limits.memory).toBe('6Gi');
  });

  test('give way to the props of a preset', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, {
      replicas: 3,
      user: 1000,
      terminationGracePeriodSeconds: 5,
      nodeSelector: { a: '1', b: '1' },
      tolerations: [{ key: 'x' }],
    });
    const { deployment } = new WebService(namespace, 'web', {
      image: IMAGE,
      replicas: 1,
      user: 101,
      terminationGracePeriodSeconds: 60,
      nodeSelector: { b: '2' },
      tolerations: [],
    });
    expect(data(deployment).spec.replicas).toBe(1);
    expect(podSpecOf(deployment)).toMatchObject({
      terminationGracePeriodSeconds: 60,
      securityContext: { runAsUser: 101 },
      nodeSelector: { a: '1', b: '2' },
    });
    expect(podSpecOf(deployment).tolerations).toBeUndefined();
  });

  test('reach pods: registries, priority, nodes, annotations', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, {
      imagePullSecrets: ['ghcr'],
      priorityClassName: 'high',
      architectures: ['arm64'],
      podAnnotations: { a: 'b' },
    });
    const { deployment } = new Worker(namespace, 'w', { image: IMAGE });
    expect(podSpecOf(deployment)).toMatchObject({
      imagePullSecrets: [{ name: 'ghcr' }],
      priorityClassName: 'high',
    });
    expect(JSON.stringify(podSpecOf(deployment).affinity)).toContain('arm64');
    expect(data(deployment).spec.template.metadata.annotations).toEqual({ a: 'b' });
  });

  test('reach routes, and can allow hosts without TLS in production', () => {
    const namespace = shop();
    Object.assign(namespace.node.root, { name: 'production' });
    setWorkloadDefaults(namespace, { requireTls: false, ingress: Ingress.className('nginx') });
    const { route } = new WebService(namespace, 'web', { image: IMAGE, host: 'a.example.org' });
    expect(data(route).spec.ingressClassName).toBe('nginx');
    expect(refusals(namespace)).toEqual([]);
  });

  test('of TLS count for every host', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { requireTls: true, tls: { issuer: 'letsencrypt' } });
    const { route } = new WebService(namespace, 'web', { image: IMAGE, host: 'a.example.org' });
    expect(data(route).spec.tls).toEqual([{ hosts: ['a.example.org'], secretName: 'web-tls' }]);
    expect(refusals(namespace)).toEqual([]);
  });

  test('can leave NetworkPolicies out', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { networkPolicy: false });
    expect(new Worker(namespace, 'w', { image: IMAGE }).network.policy).toBeUndefined();
  });

  test('are refused after a preset was made without them', () => {
    const namespace = shop();
    new Worker(namespace, 'w', { image: IMAGE });
    setWorkloadDefaults(namespace, { replicas: 2 });
    expect(refusals(namespace).join()).toContain('call it before the first preset');
  });

  test('are checked like props', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { replica: 2 } as never);
    expect(refusals(namespace).join()).toContain('write replicas');
  });

  test('set twice for one scope add up', () => {
    const namespace = shop();
    setWorkloadDefaults(namespace, { replicas: 2 });
    setWorkloadDefaults(namespace, { user: 7 });
    const { deployment } = new Worker(namespace, 'w', { image: IMAGE });
    expect(data(deployment).spec.replicas).toBe(2);
    expect(podSpecOf(deployment).securityContext.runAsUser).toBe(7);
  });
});
