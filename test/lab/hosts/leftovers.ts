import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { unmountBelow } from './mounts';
import { isAlive, labFolder, labNames, readLabState } from './lab-state';
import { killAll, processesOf, removeGroups } from './machine-processes';
import { runTool, tool } from './run-tool';
import { switchNamespace } from './switch';

/** Removes all of a lab, as far as it is there: processes, mounts, network and files. */
export async function removeLab(name: string): Promise<void> {
  const state = readLabState(name);
  const namespaces = await namespacesOf(name);
  await killAll(() => processesOf(name, namespaces));
  removeGroups(name);
  await unmountBelow(labFolder(name));
  if (state?.octet !== undefined) await runTool('ip', ['link', 'delete', `k3lab${state.octet}`]);
  for (const namespace of namespaces) await runTool('ip', ['netns', 'delete', namespace]);
  for (const host of state?.hosts ?? []) removeEmpty(`/run/systemd/nspawn/propagate/${name}-${host.name}`);
  rmSync(labFolder(name), { recursive: true, force: true });
  if (labNames().length === 0) restoreInotify(state?.inotifyInstances);
}

/** Removes what crashed runs left, so that a machine does not fill up with it. */
export async function removeDeadLabs(): Promise<void> {
  for (const name of labNames()) {
    const state = readLabState(name);
    if (state !== undefined && !state.kept && !isAlive(state.owner)) await removeLab(name);
  }
}

/** Raises the limit that is too low for more than four hosts; returns what it was. */
export function raiseInotify(): string | undefined {
  const before = readFileSync(INOTIFY, 'utf8').trim();
  const earlier = labNames().map((name) => readLabState(name)?.inotifyInstances);
  if (Number(before) < INOTIFY_INSTANCES) writeFileSync(INOTIFY, `${INOTIFY_INSTANCES}`);
  return earlier.find((value) => value !== undefined) ?? before;
}

function restoreInotify(value: string | undefined): void {
  if (value !== undefined) writeFileSync(INOTIFY, value);
}

async function namespacesOf(name: string): Promise<string[]> {
  const own = switchNamespace(name);
  const all = (await tool('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '');
  return all.filter((namespace) => namespace === own || namespace.startsWith(`${own}.`));
}

function removeEmpty(folder: string): void {
  if (existsSync(folder)) rmdirSync(folder);
}

const INOTIFY = '/proc/sys/fs/inotify/max_user_instances';
const INOTIFY_INSTANCES = 1024;
