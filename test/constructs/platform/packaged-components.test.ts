import { describe, expect, test } from '@jest/globals';
import { ApiObject } from 'cdk8s';
import { MetricsServer, ServiceLb } from '../../../constructs';
import {
  existingCluster,
  k3sCluster,
  objectsIn,
  plainChart,
  problemsIn,
  synthesisOfCluster,
} from '../../support/synth';

describe('components that K3s packages', () => {
  test('are off, but for cluster DNS and runtime classes', () => {
    expect([...k3sCluster().model().components.keys()]).toEqual(['coredns', 'runtimes']);
  });

  test('are switched on by their constructs, which make no objects', () => {
    const cluster = k3sCluster();
    new ServiceLb(cluster, 'service-lb');
    new MetricsServer(cluster, 'metrics-server');
    expect(cluster.model().components.get('servicelb')).toEqual(['k3s/service-lb']);
    expect(cluster.model().components.get('metrics-server')).toEqual(['k3s/metrics-server']);
    expect(objectsIn(cluster)).toEqual([]);
    expect(problemsIn(cluster)).toEqual([]);
  });

  test('make nothing elsewhere, and say what is missing then', () => {
    const chart = plainChart();
    new ServiceLb(chart, 'service-lb');
    const cluster = existingCluster();
    new MetricsServer(cluster, 'metrics-server');
    expect([...objectsIn(chart), ...objectsIn(cluster)]).toEqual([]);
    expect([...problemsIn(chart), ...problemsIn(cluster)]).toMatchInlineSnapshot(`
     [
       "[plain/service-lb] scope: makes nothing here: ServiceLB is packaged with K3s, and this is no K3s cluster of the program; see that something else gives Services of type LoadBalancer an address, or they wait for one for ever (packaged-component) [warning]",
       "[laptop/metrics-server] scope: makes nothing here: metrics-server is packaged with K3s, and this is no K3s cluster of the program; see that the cluster has a metrics-server of its own, or \`kubectl top\` and autoscaling do not work (packaged-component) [warning]",
     ]
    `);
  });
});

test('objects that K3s rewrites at each start are refused, with what to do instead', () => {
  const cluster = k3sCluster();
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  new ApiObject(cluster, 'corefile', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  expect(() => synthesisOfCluster(cluster)).toThrow(/coredns-custom/);
});

describe('ServiceLB', () => {
  test('takes traffic in on the nodes that are named', () => {
    const cluster = k3sCluster();
    new ServiceLb(cluster, 'service-lb', { nodes: ['bravo'] });
    const labels = cluster.model().nodes.map(({ name, settings }) => [name, settings.labels ?? {}]);
    expect(labels).toEqual([
      ['alfa', {}],
      ['bravo', { 'svccontroller.k3s.cattle.io/enablelb': 'true' }],
    ]);
  });

  test('fails when a node does not exist', () => {
    const cluster = k3sCluster();
    new ServiceLb(cluster, 'service-lb', { nodes: ['bravp'] });
    expect(problemsIn(cluster)).toMatchInlineSnapshot(`
     [
       "[k3s/service-lb] nodes: names "bravp", which is no node of k3s; did you mean 'bravo'? (unknown-node)",
     ]
    `);
  });
});
