import { describe, expect, test } from '@jest/globals';
import { ApiObject, Chart, Testing } from 'cdk8s';
import { policies, policy, synthesized, type Policy } from '../../../adapters/testing';
import { environments } from '../../../constructs/environments';
import { K3stackError } from '../../../lib/errors';

const chart = new Chart(Testing.app(), 'chart');
new ApiObject(chart, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });
new ApiObject(chart, 'b', { apiVersion: 'acme.example.org/v1', kind: 'Widget', metadata: { name: 'w' } });
const objects = synthesized(chart);
const program = environments({ production: {}, staging: {} }, () => undefined);
const forgetful = policy('forgetful', () => undefined as never);

describe('what cannot be asserted is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['nothing', () => synthesized(undefined as never), 'must be a program, a construct or a list of objects'],
    ['a program alone', () => synthesized(program as never), "write synthesized(program, 'production')"],
    ['options of null', () => synthesized(program, 'staging', null as never), 'the options must be a map'],
    ['a list with null', () => synthesized([null] as never), 'must be a list of objects with kind'],
    [
      'a map as kind',
      () => objects.find({ kind: 'ConfigMap' } as never, 'settings'),
      'the kind must be text',
    ],
    ['no name', () => objects.find('ConfigMap', undefined as never), 'the name must be text'],
    ['no name for has', () => objects.has('ConfigMap', undefined as never), 'the name must be text'],
    [
      'text as filter',
      () => objects.find('ConfigMap', 'settings', 'shop' as never),
      'the filter must be a map',
    ],
    ['a kind in small letters', () => objects.expectNone('configmap'), "write 'ConfigMap'"],
    ['a known kind in small letters', () => objects.expectNone('networkpolicy'), "write 'NetworkPolicy'"],
    ['a custom kind in small letters', () => objects.expectCount('widget', 0), "write 'Widget'"],
    ['no kind', () => objects.expectNone(undefined as never), 'the kind must be text, got nothing'],
    ['a list of kinds', () => objects.count(['ConfigMap'] as never), 'the kind must be text, got a list'],
    ['a snapshot of null', () => objects.snapshot(null as never), 'must be a map, got null'],
    [
      'a snapshot of text',
      () => objects.snapshot({ kinds: 'ConfigMap' as never }),
      'kinds must be a list of text',
    ],
    ['no policy', () => objects.expectPolicy(null as never), 'must be a policy, got null'],
    ['all policies at once', () => objects.expectPolicy(policies as unknown as Policy), 'must be a policy'],
    [
      'a policy that returns nothing',
      () => objects.expectPolicy(forgetful),
      'policy forgetful must return a list',
    ],
    ['a policy without a function', () => policy('a', undefined as never), 'policy a has no function'],
  ])('%s', (_, action, message) => {
    let error: unknown;
    try {
      action();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(K3stackError);
    expect((error as K3stackError).code).toBe('INVALID_ASSERTION');
    expect((error as Error).message).toContain(message);
  });

  test('kinds that nothing is like can be counted', () => {
    expect(() => objects.expectNone('Gadget')).not.toThrow();
    expect(() => objects.expectNone('NetworkPolicy')).not.toThrow();
    expect(objects.count()).toBe(2);
  });
});
