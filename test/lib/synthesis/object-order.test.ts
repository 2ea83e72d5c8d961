import { describe, expect, test } from '@jest/globals';
import { orderedObjects } from '../../../lib/synthesis/object-order';
import type { KubernetesObject, ManifestFile } from '../../../lib/synthesis/synthesis';

describe('the order of objects', () => {
  test('is nothing where nothing has to be first', () => {
    expect(after(object('Deployment', 'web'), object('Service', 'web'))).toEqual([[], []]);
  });

  test('puts a namespace before what is in it', () => {
    expect(
      after(object('Namespace', 'shop'), object('Service', 'web', 'shop'), object('Service', 'web', 'other')),
    ).toEqual([[], [0], []]);
  });

  test('puts a definition before objects of its kind', () => {
    const definition = {
      ...object('CustomResourceDefinition', 'backups.velero.io'),
      spec: { group: 'velero.io', names: { kind: 'Backup' } },
    };
    const backup = { ...object('Backup', 'daily'), apiVersion: 'velero.io/v1' };
    const other = { ...object('Backup', 'daily'), apiVersion: 'postgresql.cnpg.io/v1' };
    expect(after(definition, backup, other)).toEqual([[], [0], []]);
  });

  test('puts what a namespace sets for its pods before everything else in it', () => {
    expect(
      after(
        object('LimitRange', 'limits', 'shop'),
        object('ServiceAccount', 'web', 'shop'),
        object('Deployment', 'web', 'shop'),
        object('Deployment', 'web', 'other'),
      ),
    ).toEqual([[], [], [0, 1], []]);
  });

  test('keeps what the program asks for', () => {
    const files = [file(object('Deployment', 'a'), object('Deployment', 'b'))];
    const [first, second] = files[0]!.objects;
    expect(
      orderedObjects([{ ...files[0]!, objects: [first!, { ...second!, after: [first!.path, 'gone'] }] }]).map(
        (entry) => entry.after,
      ),
    ).toEqual([[], [0]]);
  });
});

function after(...objects: KubernetesObject[]): (readonly number[])[] {
  return orderedObjects([file(...objects)]).map((entry) => entry.after);
}

function file(...objects: KubernetesObject[]): ManifestFile {
  return {
    file: '00-test.yaml',
    cluster: 'k3s',
    objects: objects.map((entry, index) => ({ path: `k3s/${index}`, owner: 'workloads', object: entry })),
  };
}

function object(kind: string, name: string, namespace?: string): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}
