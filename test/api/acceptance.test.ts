import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../lib/synthesis/synthesis';
import { acceptance } from './acceptance';
import { Component } from './component';
import { type ControlPlane, startControlPlane } from './control-plane';
import { until } from './fake-nodes';

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});

afterAll(() => plane.stop());

const IMAGE = 'registry.example.org/app:1.0.0';
const namespace = (labels: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: labels as Record<string, string> },
});
const deployment = (pod: object): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: pod },
  },
});
const loose = { containers: [{ name: 'app', image: IMAGE }] };

describe('an acceptance finds', () => {
  test('nothing where there is nothing, and leaves nothing behind', async () => {
    const objects = [namespace({ 'pod-security.kubernetes.io/enforce': 'baseline' }), deployment(loose)];
    expect(await acceptance(plane.api, objects)).toEqual([]);
    expect(await plane.api.find(namespace())).toBeUndefined();
    expect(await plane.api.list({ apiVersion: 'apps/v1', kind: 'Deployment' })).toEqual([]);
  });

  test('pods that the restricted standard refuses, which is asked in a namespace that says nothing', async () => {
    expect(await acceptance(plane.api, [namespace(), deployment(loose)])).toEqual([
      expect.stringMatching(/^a pod of Deployment shop\/web: .* violates PodSecurity "restricted:latest"/),
    ]);
  });

  test('fields that do not exist', async () => {
    expect(await acceptance(plane.api, [namespace(), deployment({ ...loose, nodeSelektor: {} })])).toEqual([
      expect.stringContaining('.spec.template.spec.nodeSelektor: field not declared in schema'),
    ]);
    const chart = {
      apiVersion: 'helm.cattle.io/v1',
      kind: 'HelmChart',
      metadata: { name: 'a' },
      spec: { charts: 'a' },
    };
    expect(await acceptance(plane.api, [chart])).toEqual([
      expect.stringContaining('.spec.charts: field not declared'),
    ]);
  });

  test('a namespace that nobody makes, and takes it when something else does', async () => {
    const objects = [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'elsewhere' }, data: {} },
    ];
    expect(await acceptance(plane.api, objects)).toEqual([
      expect.stringContaining('namespaces "elsewhere" not found'),
    ]);
    expect(await acceptance(plane.api, objects, { namespaces: ['elsewhere'] })).toEqual([]);
  });

  test('kinds that the server does not serve', async () => {
    const object = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'a' } };
    expect(await acceptance(plane.api, [object])).toEqual([
      'the API server serves no Widget of example.org/v1',
    ]);
  });

  test('warnings, but those that are allowed', async () => {
    const { spec } = deployment(loose);
    const doubled = {
      ...deployment(loose),
      spec: {
        ...(spec as object),
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              { ...loose.containers[0], env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
            ],
            terminationGracePeriodSeconds: -1,
          },
        },
      },
    };
    const objects = [namespace({ 'pod-security.kubernetes.io/enforce': 'baseline' }), doubled];
    const [problem] = await acceptance(plane.api, objects);
    expect(problem).toContain(
      'the API server warns: spec.template.spec.terminationGracePeriodSeconds: must be >= 0',
    );
    const allowedWarnings = [{ warning: /terminationGracePeriodSeconds/, reason: 'a test' }];
    expect(await acceptance(plane.api, objects, { allowedWarnings })).toEqual([]);
  });

  test('a quota that a workload does not fit into', async () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace: 'shop' },
      spec: { hard: { 'requests.memory': '1Gi' } },
    };
    const objects = [
      namespace({ 'pod-security.kubernetes.io/enforce': 'baseline' }),
      quota,
      deployment(loose),
    ];
    expect(await acceptance(plane.api, objects)).toEqual([
      expect.stringMatching(
        /^a pod of Deployment shop\/web: .*failed quota: quota: must specify requests\.memory/,
      ),
    ]);
  });
});

describe('a control plane', () => {
  test('leaves neither processes nor files when its test is killed', async () => {
    const script = `
      const { createJiti } = require('jiti');
      createJiti(${JSON.stringify(__filename)}).import(${JSON.stringify(join(__dirname, 'control-plane.ts'))})
        .then(({ startControlPlane }) => startControlPlane())
        .then(({ url, kubeconfig }) => process.stdout.write(JSON.stringify({ url, kubeconfig })));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const text = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', () => reject(new Error('ended too early')));
    });
    const { url, kubeconfig } = JSON.parse(text) as { readonly url: string; readonly kubeconfig: string };
    expect(existsSync(kubeconfig)).toBe(true);
    child.kill('SIGKILL');
    await until('nothing answers', async () => await fetch(url).then(() => false, refused));

    // The files go when the next one starts.
    const next = await startControlPlane();
    await next.stop();
    expect(readdirSync(tmpdir())).not.toContain(dirname(kubeconfig).slice(tmpdir().length + 1));
  }, 120_000);

  test('says why a component does not start', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'k3stack-'));
    const component = new Component(process.execPath, '-e', folder, { 'no-such-option': 'x' });
    await until('it ended', () => Promise.resolve(hasEnded(component)));
    expect(() => component.assertRunning()).toThrow(/^-e ended:\n.*/);
    await component.stop();
    rmSync(folder, { recursive: true });
  });
});

/** Not that its certificate is unknown. */
function refused(error: Error): boolean {
  return (error.cause as { readonly code?: string } | undefined)?.code === 'ECONNREFUSED';
}

function hasEnded(component: Component): boolean {
  try {
    component.assertRunning();
    return false;
  } catch {
    return true;
  }
}
