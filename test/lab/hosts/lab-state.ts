import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is kept on disk of a lab that is up, so that another process can use it or clean up after it. */
export interface LabState {
  readonly name: string;

  /** Third number of the lab's addresses, once it is chosen. */
  readonly octet?: number;

  /** The process that started the lab. */
  readonly owner: ProcessIdentity;

  /** Whether the lab outlives its owner. */
  readonly kept: boolean;

  readonly base: string;
  readonly hosts: readonly HostState[];

  /** What `fs.inotify.max_user_instances` was before labs raised it. */
  readonly inotifyInstances?: string;
}

/** What a host was asked to be. */
export interface HostState {
  readonly name: string;

  /** Size of a file system of its own per path. */
  readonly disks: Readonly<Record<string, string>>;
}

/** A process; its start time tells it from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/** The folder that holds all of a lab. */
export function labFolder(name: string): string {
  return join(tmpdir(), `${FOLDER_PREFIX}${name}`);
}

/** The state of a lab; `undefined` when there is none of this name. */
export function readLabState(name: string): LabState | undefined {
  const file = join(labFolder(name), STATE_FILE);
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as LabState;
}

/** Writes the state of a lab. */
export function writeLabState(state: LabState): void {
  const folder = labFolder(state.name);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const file = join(folder, STATE_FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Names of all labs of this machine, also of crashed ones. */
export function labNames(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(FOLDER_PREFIX))
    .map((name) => name.slice(FOLDER_PREFIX.length))
    .filter((name) => existsSync(join(labFolder(name), STATE_FILE)))
    .sort();
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startTime(process.pid) ?? '' };
}

/** Whether a process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return startTime(pid) === started;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may hold spaces; the start time is the 22nd.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

const FOLDER_PREFIX = 'k3stack-lab-';
const STATE_FILE = 'lab.json';
