import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, runTool } from './run-tool';

/** All processes in the control groups and the network namespaces of a lab, or of one of its hosts. */
export async function processesOf(lab: string, namespaces: readonly string[], host = ''): Promise<number[]> {
  const found = new Set(groupFolders(lab, host).flatMap(pidsBelow));
  for (const namespace of namespaces) {
    const { stdout } = await runTool('ip', ['netns', 'pids', namespace]);
    for (const pid of stdout.split('\n').filter(Boolean)) found.add(Number(pid));
  }
  return [...found];
}

/** Kills without asking, until nothing is left. */
export async function killAll(find: () => Promise<readonly number[]>): Promise<void> {
  const deadline = Date.now() + KILL_TIMEOUT;
  for (;;) {
    const pids = await find();
    if (pids.length === 0) return;
    if (Date.now() > deadline) throw new LabError(`processes ${pids.join(', ')} cannot be killed`);
    for (const pid of pids) kill(pid);
    await sleep(20);
  }
}

/** The first process of a running machine, as this machine numbers it. */
export function leaderOf(lab: string, host: string): number | undefined {
  // It moves from one group to another while it boots, and may be missed in between.
  for (let tries = 0; tries < 3; tries++) {
    const found = groupFolders(lab, host).flatMap(pidsBelow).find(isFirstProcess);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isFirstProcess(pid: number): boolean {
  try {
    const ids = /^NSpid:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split('\t') ?? [];
    return ids.length === 2 && ids[1] === '1'; // a container of the machine has three
  } catch {
    return false; // it has just ended
  }
}

/** Removes the control groups of a lab or of one of its hosts; they have no process any more. */
export function removeGroups(lab: string, host = ''): void {
  for (const folder of groupFolders(lab, host)) {
    removeGroup(folder);
    if (host === '') removeEmpty(dirname(folder));
  }
}

function groupFolders(lab: string, host: string): string[] {
  return ['', ...readdirSync(CGROUPS)]
    .map((name) => join(CGROUPS, name))
    .filter((root) => existsSync(join(root, 'cgroup.procs')))
    .map((root) => join(root, 'k3stack-lab', lab, host))
    .filter((folder) => existsSync(folder));
}

function pidsBelow(folder: string): number[] {
  return [...pidsOf(folder), ...subfolders(folder).flatMap(pidsBelow)];
}

function pidsOf(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return []; // a group that has just been removed
  }
}

function removeGroup(folder: string): void {
  for (const child of subfolders(folder)) removeGroup(child);
  removeEmpty(folder);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Other labs are in it, or a process is still being buried.
  }
}

function subfolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch {
    return []; // a group that has just been removed
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

const CGROUPS = '/sys/fs/cgroup';
const KILL_TIMEOUT = 20_000;
