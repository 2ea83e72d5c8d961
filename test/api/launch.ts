import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from './api-client';
import { Component } from './component';
import {
  apiserverOptions,
  controllerOptions,
  etcdOptions,
  kubeconfigOf,
  planIn,
  schedulerOptions,
} from './plan';

/** A Kubernetes control plane of this machine: real etcd and kube-apiserver, no kubelet, no containers, no network. */
export interface ControlPlane {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;

  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;

  /** As the administrator. */
  readonly api: ApiClient;

  /** Ends its processes and removes its folder; a second call does nothing. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  /** Whether kube-controller-manager and kube-scheduler run too. @default false */
  readonly controllers?: boolean;

  /** Folder with data of an etcd that was stopped; it is copied. @default - an empty one */
  readonly data?: string;

  /** Where etcd's data is copied to at the end. @default - nowhere */
  readonly keep?: string;
}

/** @throws Error with the end of a component's log when it does not start. */
export async function launch(binary: string, options: LaunchOptions): Promise<ControlPlane> {
  const { controllers = false, data, keep } = options;
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const components: Component[] = [];
  let api: ApiClient | undefined;
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', remove);
    api?.close();
    await Promise.all(components.splice(0).map((component) => component.stop()));
    if (keep !== undefined && existsSync(folder))
      cpSync(join(folder, 'etcd'), keep, { recursive: true, filter: isData });
    remove();
  };
  try {
    if (data !== undefined) cpSync(data, join(folder, 'etcd'), { recursive: true });
    const plan = await planIn(folder);
    const start = (name: string, args: Readonly<Record<string, string>>): void => {
      components.push(new Component(binary, name, folder, args));
    };
    start('etcd', etcdOptions(plan));
    start('kube-apiserver', apiserverOptions(plan));
    api = new ApiClient(readFileSync(kubeconfigOf(plan, 'admin'), 'utf8'));
    await ready(api, components);
    if (controllers) {
      start('kube-controller-manager', controllerOptions(plan));
      start('kube-scheduler', schedulerOptions(plan));
      await settled(api, components);
    }
    return { url: plan.url, kubeconfig: kubeconfigOf(plan, 'admin'), api, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Not the empty file of 64 MB that etcd has ready for its next log. */
function isData(path: string): boolean {
  return !path.endsWith('.tmp');
}

/** The API server answers, and has made what it makes by itself. */
async function ready(api: ApiClient, components: readonly Component[]): Promise<void> {
  await until(components, async () => {
    if ((await api.ask('GET', '/readyz')).status !== 200) return false;
    const found = ['namespaces/kube-system', 'namespaces/default'].map((path) =>
      api.ask('GET', `/api/v1/${path}`),
    );
    return (await Promise.all(found)).every(({ status }) => status === 200);
  });
}

/** The controllers run: one of them makes this account. */
async function settled(api: ApiClient, components: readonly Component[]): Promise<void> {
  const path = '/api/v1/namespaces/default/serviceaccounts/default';
  await until(components, async () => (await api.ask('GET', path)).status === 200);
}

async function until(components: readonly Component[], holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    for (const component of components) component.assertRunning();
    if (await holds().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error('the control plane did not become ready within 2 minutes');
    await sleep(50);
  }
}

const FOLDER = 'k3stack-control-plane-';

/** Removes folders of processes that were killed before they could. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${FOLDER}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
