import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Line } from './budget';
import { median } from './measure';
import { usage } from './usage';

/** `k3stack preview` of small-team with one image changed, as a whole process; the base was rendered before. */
export function benchPullRequest(): Line {
  const folder = mkdtempSync(join(tmpdir(), 'k3stack-bench-'));
  try {
    makeRepository(folder);
    const cache = join(folder, '.cache');
    const preview = (): number =>
      usage(
        [process.execPath, resolve('build/cli/main.js'), 'preview', '--base', 'main', '--format', 'md'],
        [2, 3],
        { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: cache } },
      ).seconds;
    const cold = preview();
    const warm = median([preview(), preview(), preview(), preview(), preview()]);
    return {
      what: 'preview of small-team, the base rendered before, in units of 3 s',
      ratio: warm / 3,
      atMost: 1,
      figures: `${warm.toFixed(2)} s; ${cold.toFixed(2)} s the first time (whole processes)`,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The example in a repository of its own, committed, with a change that is not; its packages are those of this one. */
function makeRepository(folder: string): void {
  for (const file of ['environments.ts', 'known_hosts'])
    cpSync(join('examples/small-team', file), join(folder, file));
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true }\n');
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n.cache\n');
  linkPackages(join(folder, 'node_modules'));
  const git = (...args: readonly string[]): unknown =>
    execFileSync('git', [...IDENTITY, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=Base');
  const program = join(folder, 'environments.ts');
  const text = readFileSync(program, 'utf8');
  const changed = text.replace('1.4.2', '1.5.0');
  if (changed === text) throw new Error('examples/small-team has no image 1.4.2 to change any more');
  writeFileSync(program, changed);
}

function linkPackages(folder: string): void {
  mkdirSync(folder);
  symlinkSync(resolve('.'), join(folder, 'k3stack'));
  const packages = readdirSync('node_modules').filter((name) => !name.startsWith('.') && name !== 'k3stack');
  for (const name of packages) symlinkSync(resolve('node_modules', name), join(folder, name));
}

const IDENTITY = [
  '-c',
  'user.name=Bench',
  '-c',
  'user.email=bench@example.com',
  '-c',
  'commit.gpgsign=false',
];
