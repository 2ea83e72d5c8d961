import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unmountBelow } from './mounts';
import { LabError, runTool, tool } from './run-tool';
import { PAT_PASSWORD } from './users';

/** The folder of a complete base root, which is built when there is none of this recipe; takes minutes then. */
export async function baseRoot(log: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), `base-${recipeHash()}`);
  if (existsSync(folder)) return folder;
  const mirror = await debianMirror();
  log(`building the base root of lab hosts, once: ${folder}`);
  mkdirSync(cacheFolder(), { recursive: true });
  for (const abandoned of abandonedBuilds()) await remove(abandoned);
  const partial = `${folder}${PARTIAL}${process.pid}`;
  try {
    await build(partial, mirror);
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    await remove(partial);
  }
  return folder;
}

/** Where base roots are kept: `K3STACK_LAB_CACHE`, or a folder in the user's cache. */
export function cacheFolder(): string {
  const { K3STACK_LAB_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  return own || join(cache || join(homedir(), '.cache'), 'k3stack-lab');
}

/** Builds whose process is gone: they were interrupted. */
function abandonedBuilds(): string[] {
  return readdirSync(cacheFolder())
    .filter((name) => name.includes(PARTIAL) && !existsSync(`/proc/${name.split(PARTIAL)[1]}`))
    .map((name) => join(cacheFolder(), name));
}

/** debootstrap mounts things in what it builds; to remove those would remove this machine's own. */
async function remove(partial: string): Promise<void> {
  await unmountBelow(partial);
  rmSync(partial, { recursive: true, force: true });
}

async function build(folder: string, mirror: string): Promise<void> {
  const include = `--include=${PACKAGES.join(',')}`;
  const log = await runTool('debootstrap', ['--variant=minbase', include, SUITE, folder, mirror], {
    timeout: BUILD_TIMEOUT,
  });
  if (log.code !== 0) {
    const lines = (log.stdout + log.stderr).trimEnd().split('\n').slice(-5);
    throw new LabError(`debootstrap failed with code ${log.code}:\n${lines.join('\n')}`);
  }
  await tool('chroot', [folder, '/bin/sh', '-s'], { input: setup(), env: { PAT_PASSWORD } });
}

/** A Debian mirror this machine's apt already uses, so that no address is written here. */
async function debianMirror(): Promise<string> {
  const { K3STACK_LAB_MIRROR: own } = process.env;
  if (own) return own;
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const targets = await tool('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const mirrors = targets.split('\n').map((line) => line.split(' '));
  const main = mirrors.find(([, release = '', component]) => DEBIAN.test(release) && component === 'main');
  if (main?.[0]) return main[0];
  throw new LabError(
    "this machine's apt sources name no Debian release: set K3STACK_LAB_MIRROR to the address of a Debian mirror",
  );
}

function recipeHash(): string {
  const recipe = JSON.stringify([SUITE, PACKAGES, setup(), PAT_PASSWORD]);
  return createHash('sha256').update(recipe).digest('hex').slice(0, 12);
}

function setup(): string {
  return readFileSync(join(__dirname, 'base-root.sh'), 'utf8');
}

const PARTIAL = '.partial-';
const BUILD_TIMEOUT = 1_200_000;
const SUITE = 'bookworm';
const DEBIAN = /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/;
const PACKAGES: readonly string[] = [
  'ca-certificates',
  'curl',
  'dbus',
  'fish', // a login shell that is not POSIX
  'iproute2',
  'iptables',
  'kmod',
  'netcat-openbsd',
  'openssh-server',
  'procps',
  'sudo',
  'systemd',
  'systemd-sysv',
  'util-linux',
];
