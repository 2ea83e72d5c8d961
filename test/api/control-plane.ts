import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { goProgram, hasGo, labCache } from '../support/go-program';
import {
  customResourceModules,
  givenDefinitions,
  installCustomResources,
} from './custom-resource-definitions';
import { type ControlPlane, launch } from './launch';

export type { ControlPlane } from './launch';

export interface ControlPlaneOptions {
  /** Whether kube-controller-manager and kube-scheduler run too. @default false - only what the API server itself decides */
  readonly controllers?: boolean;
}

/** Why no control plane can be had here; `undefined` when one can. */
export function whyNoControlPlane(): string | undefined {
  if (!hasGo()) return 'it needs go to build etcd and kube-apiserver';
  return spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0 ? undefined : 'it needs openssl';
}

/**
 * Starts a control plane on free ports of 127.0.0.1: RBAC on, every custom resource of the package known, and Pod Security `restricted` enforced
 * in each namespace that does not say otherwise, except `kube-system`.
 *
 * @throws Error with the end of a component's log when it does not start.
 */
export async function startControlPlane({
  controllers = false,
}: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binary = controlPlaneBinary();
  return launch(binary, { controllers, data: await preparedData(binary) });
}

/** Builds and prepares what {@link startControlPlane} keeps between runs: some minutes where Go's build cache is empty. */
export async function prepareControlPlane(): Promise<void> {
  await preparedData(controlPlaneBinary());
}

function controlPlaneBinary(): string {
  return goProgram({
    title: 'etcd and the Kubernetes control plane',
    sources: join(__dirname, 'control-plane'),
    folder: 'api',
    name: 'control-plane',
  });
}

/** Data of an etcd that has all custom resources: an API server takes half a minute for them, and every test wants them. */
async function preparedData(binary: string): Promise<string> {
  const folder = join(labCache(), 'api', `data-${await hashOfDefinitions(basename(binary))}`);
  if (existsSync(folder)) return folder;
  process.stderr.write('Making custom resources known to the API server …\n');
  const partial = `${folder}.${process.pid}`;
  const plane = await launch(binary, { keep: partial });
  let complete = false;
  try {
    await installCustomResources(plane.api);
    complete = true;
  } finally {
    await plane.stop();
    if (!complete) rmSync(partial, { recursive: true, force: true });
  }
  renameSync(partial, folder);
  return folder;
}

async function hashOfDefinitions(binary: string): Promise<string> {
  const hash = createHash('sha256').update(binary);
  hash.update(JSON.stringify(await customResourceModules()));
  const given = givenDefinitions();
  for (const file of given === undefined ? [] : readdirSync(given).sort())
    hash.update(readFileSync(join(given ?? '', file)));
  return hash.digest('hex').slice(0, 16);
}
