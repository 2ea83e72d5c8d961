import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onHosts } from '../../lib/distributions/on-hosts';
import { quoteShell } from '../../lib/hosts/shell';
import { wholeProgram } from './whole-program';

/** Scripts of this release for hosts of one distribution. */
export interface HostScripts {
  /** Name, such as `job.sh`, to text. */
  readonly files: Readonly<Record<string, string>>;

  /** Sha256 over names and texts; the folder's name on a host. */
  readonly digest: string;
}

/** Reads the scripts that every distribution shares, and its own; they lie beside the sources, and are copied beside what is compiled. */
export function readHostScripts(distribution: string): HostScripts {
  const own = onHosts[distribution]?.scripts;
  const folders = ['hosts/scripts', ...(own === undefined ? [] : [own])];
  const files: Record<string, string> = {};
  for (const folder of folders.map((name) => join(LIB, ...name.split('/')))) {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.sh'))) {
      if (name in files) throw new Error(`two scripts for hosts are named ${name}`);
      files[name] = readFileSync(join(folder, name), 'utf8');
    }
  }
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { files: sorted, digest: digestOf(sorted) };
}

function digestOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const [name, text] of Object.entries(files)) hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest('hex');
}

/**
 * Shell program that stages scripts and context on a host, for root. Whoever reads there meanwhile finds the old or the new; two operators that stage at
 * once do not disturb each other. The scripts that were in use before stay, as a step may still run from them.
 */
export function stagingProgram({ files, digest }: HostScripts, context: string): string {
  return wholeProgram([
    'set -eu',
    'umask 077',
    'state=${K3STACK_ROOT:-}/var/lib/k3stack',
    'mkdir -p "$state/scripts"',
    'chmod 0700 "$state" "$state/scripts"',
    'cd "$state/scripts"',
    "work=''",
    `trap 'rm -rf "$work" ".current.$$" "$state/.context.$$"' EXIT`,
    `digest=${quoteShell(digest)}`,
    `sums=${quoteShell(checksums(files))}`,
    'whole() { [ -d "$1" ] && printf %s "$sums" | (cd "$1" && sha256sum -c - >/dev/null 2>&1); }',
    // A crash of the machine can leave a folder with empty files behind.
    'if ! whole "$digest"; then',
    '  work=$(mktemp -d .new.XXXXXX)',
    ...Object.entries(files).map(
      ([name, text]) => `  printf %s ${quoteShell(text)} >"$work/"${quoteShell(name)}`,
    ),
    '  chmod 0700 "$work"/*.sh',
    '  whole "$work" || { echo "k3stack: the scripts cannot be written whole; see the disk" >&2; exit 21; }',
    '  sync',
    '  [ ! -d "$digest" ] || whole "$digest" || mv -T "$digest" "$work.old" || :',
    '  mv -T "$work" "$digest" 2>/dev/null || whole "$digest"',
    '  rm -rf "$work.old"',
    'fi',
    'touch "$digest"',
    'if [ "$(readlink current || :)" != "$digest" ]; then',
    '  ln -s "$digest" ".current.$$"',
    '  mv -fT ".current.$$" current',
    'fi',
    `printf %s ${quoteShell(context)} >"$state/.context.$$"`,
    'mv -f "$state/.context.$$" "$state/context"',
    ...REMOVE_OLD,
  ]);
}

/** As `sha256sum -c` reads them. */
function checksums(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`)
    .join('');
}

/** All but the newest two; what an interrupted staging left behind only after a day, as another one may be at it. */
const REMOVE_OLD = [
  'kept=0',
  'for old in $(ls -1t 2>/dev/null); do',
  '  [ -d "$old" ] && [ ! -L "$old" ] || continue',
  '  kept=$((kept + 1))',
  '  [ "$kept" -le 2 ] || [ "$old" = "$digest" ] || rm -rf "$old"',
  'done',
  "find . -maxdepth 1 -name '.*.*' -mmin +1440 -exec rm -rf {} + 2>/dev/null || :",
];

/** Beside this file, in the sources as in what is compiled. */
const LIB = join(__dirname, '..', '..', 'lib');
