import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Settings } from '../../../../lib/distributions/k3s/options';
import {
  changedOptions,
  configDigestInput,
  disruptionOf,
  restartRelevant,
} from '../../../../lib/distributions/k3s/restart-digest';
import { anySettings } from './option-arbitraries';

test('only what needs a restart counts, in the order of keys', () => {
  const settings: Settings = { 'tls-san': ['a'], 'node-label': ['a=b'], 'cluster-init': true, docker: true };
  expect(Object.keys(restartRelevant(settings))).toEqual(['docker', 'tls-san']);
});

test('labels, taints and how a node joined do not change the digest', () => {
  const before: Settings = { debug: true, 'node-taint': ['a=b:NoSchedule'], server: 'https://alfa:6443' };
  expect(configDigestInput(before)).toBe(configDigestInput({ debug: true, 'node-label': ['x=y'] }));
});

test('the digest changes exactly when a change needs a restart', () => {
  fc.assert(
    fc.property(anySettings(), anySettings(), (before, after) => {
      const restarts = changedOptions(restartRelevant(before), restartRelevant(after)).length > 0;
      expect(configDigestInput(before) !== configDigestInput(after)).toBe(restarts);
    }),
  );
});

describe('what a change costs', () => {
  test.each([
    [{}, {}, 'none'],
    [{ 'node-label': ['a=b'] }, {}, 'live'],
    [{ server: 'https://alfa:6443' }, {}, 'none'],
    [{ 'tls-san': ['a'] }, { 'tls-san': ['b'] }, 'restart'],
    [{ 'kubelet-arg': { 'max-pods': 60 } }, { 'kubelet-arg': { 'max-pods': 70 } }, 'restart'],
    [
      { 'kubelet-arg': { v: 1, 'cpu-manager-policy': 'static' } },
      { 'kubelet-arg': { v: 1 } },
      'drain-restart',
    ],
    [{}, { 'flannel-backend': 'host-gw' }, 'drain-restart'],
    [{ 'data-dir': '/a' }, { 'data-dir': '/b' }, 'replace'],
    [{ 'node-name': 'a' }, { 'node-name': 'b' }, 'replace'],
    [{ debug: true, 'data-dir': '/a' }, { 'cluster-cidr': ['10.0.0.0/16'] }, 'refused'],
  ] as [Settings, Settings, string][])('%j to %j: %s', (before, after, expected) => {
    expect(disruptionOf(changedOptions(before, after))).toBe(expected);
  });

  test('names arguments one by one', () => {
    const before: Settings = { 'kubelet-arg': { a: 1, b: 2 }, debug: true };
    expect(changedOptions(before, { 'kubelet-arg': { a: 1, b: 3, c: 4 } })).toEqual([
      'debug',
      'kubelet-arg.b',
      'kubelet-arg.c',
    ]);
  });
});
