import { describe, expect, test } from '@jest/globals';
import { Worker } from '../../../constructs/workloads/worker';
import type { Volumes } from '../../../constructs/workloads/volumes';
import { containerOf, data, podSpecOf, refusals, shop } from '../../support/workloads';
import { Namespace } from '../../../constructs/cluster/namespace';
import { k3sCluster, objectsOf } from '../../support/synth';

const worker = (volumes: Volumes, namespace = shop()) =>
  new Worker(namespace, 'w', { image: 'ghcr.io/acme/w:1', volumes }).deployment;

describe('volumes', () => {
  test('persistent: a claim of the workload, for one pod at a time', () => {
    const namespace = shop();
    const deployment = worker({ '/var/lib/data': { persistent: '5Gi' } }, namespace);
    expect(podSpecOf(deployment).volumes[0]).toEqual({
      name: 'var-lib-data',
      persistentVolumeClaim: { claimName: 'w-var-lib-data' },
    });
    expect(objectsOf(namespace, 'PersistentVolumeClaim')).toMatchObject([
      {
        metadata: { name: 'w-var-lib-data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
      },
    ]);
    expect(data(deployment).spec.strategy).toEqual({ type: 'Recreate' });
  });

  test('persistent and shared: replaced pod by pod', () => {
    const deployment = worker({
      '/data': { persistent: '5Gi', accessMode: 'ReadWriteMany', storageClass: 'nfs' },
    });
    expect(data(deployment).spec.strategy.type).toBe('RollingUpdate');
  });

  test('claim, scratch, memory and secret', () => {
    const deployment = worker({
      '/a': { claim: 'shared', readOnly: true },
      '/b': { scratch: '1Gi' },
      '/c': { memory: '64Mi' },
      '/d': { secret: 'keys' },
    });
    expect(podSpecOf(deployment).volumes).toEqual([
      { name: 'a', persistentVolumeClaim: { claimName: 'shared' } },
      { name: 'b', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'c', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { name: 'd', secret: { secretName: 'keys' } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ]);
    expect(containerOf(deployment).volumeMounts).toEqual([
      { name: 'a', mountPath: '/a', readOnly: true },
      { name: 'b', mountPath: '/b' },
      { name: 'c', mountPath: '/c' },
      { name: 'd', mountPath: '/d', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
    ]);
  });

  test('the disk that a container may use is what its scratch volumes hold, and room for logs', () => {
    const { limits } = containerOf(worker({ '/a': { scratch: '1Gi' }, '/b': { memory: '64Mi' } })).resources;
    expect(limits['ephemeral-storage']).toBe(`${1024 + 64 + 100}Mi`);
  });

  test('files: a ConfigMap, and another digest on the pods when one changes', () => {
    const digestOf = (text: string): unknown =>
      data(worker({ '/etc/w': { files: { 'w.conf': text } } })).spec.template.metadata.annotations[
        'k3stack.dev/files'
      ];
    expect(digestOf('a')).not.toBe(digestOf('b'));
    expect(digestOf('a')).toBe(digestOf('a'));
  });

  test('/tmp can be another volume', () => {
    expect(podSpecOf(worker({ '/tmp': { scratch: '4Gi' } })).volumes).toEqual([
      { name: 'tmp', emptyDir: { sizeLimit: '4Gi' } },
    ]);
  });

  test.each<[string, Volumes, string]>([
    ['a size of nothing', { '/a': { persistent: '0' } }, 'must be a size in whole bytes, got "0"'],
    ['a thousandth of a byte', { '/a': { scratch: '1m' } }, 'must be a size in whole bytes, got "1m"'],
    ['a size that is none', { '/a': { scratch: 'big' } }, "write '10Gi'"],
    [
      'two paths with one name',
      { '/a-b': { scratch: '1Gi' }, '/a/b': { scratch: '1Gi' } },
      'mount one of the two',
    ],
    ['a path that ends with a slash', { '/a/': { scratch: '1Gi' } }, "does not end with '/'"],
    ['a path upwards', { '/a/../b': { scratch: '1Gi' } }, 'absolute path'],
    ['an unknown kind', { '/a': { disk: '1Gi' } as never }, 'must have one of the keys persistent, claim'],
  ])('refuses %s', (_, volumes, message) => {
    const namespace = shop();
    worker(volumes, namespace);
    expect(refusals(namespace).join('\n')).toContain(message);
  });

  test('refuses a claim without a class on a cluster without a default one', () => {
    const namespace = new Namespace(k3sCluster(), 'shop');
    worker({ '/a': { persistent: '1Gi' } }, namespace);
    expect(refusals(namespace).join('\n')).toContain('claim-needs-storage-class');
  });
});
