/** What an engine or an operator does with a step; `run` is for work outside of an engine. */
export type Operation = 'create' | 'update' | 'delete' | 'run';

/**
 * Command that runs a staged step; its input comes by standard input (`renderStepInput`).
 *
 * @param summary One line for people, which engines show.
 */
export function stepCommand(operation: Operation, summary: string): string {
  return `# ${summary.replaceAll(/\s+/g, ' ')}\n${asRoot(`${SKIP_TO_MARK}; ${operation === 'delete' ? NOTHING_LEFT : ''}${HAS_SCRIPTS}; exec /bin/sh ${JOB} ${operation}`)}`;
}

/** Command that runs a shell program from standard input (`framed`) as root, with nothing staged. */
export function directCommand(): string {
  return asRoot(`${SKIP_TO_MARK}; eval "$(cat)"`);
}

/**
 * Command that takes in a part of an artifact as root. After the mark comes a line `SHA256 SIZE PART`, then raw data that is added to the file `PART`
 * of {@link ARTIFACTS_DIR}. When all of it is there it is verified and gets its name; a part that is not whole stays; one that is wrong, or for which the
 * disk has no room, is removed.
 */
export function uploadCommand(): string {
  return asRoot(`${SKIP_TO_MARK}; ${TAKE_PART}`);
}

/** Command that says how the user of the login becomes root: `root`, `passwordless`, `right`, `wrong`, `missing`, `forbidden`, `tty`, `broken` or `absent`. */
export function loginCommand(): string {
  return `exec /bin/sh -c '${SAY_LOGIN}'`;
}

/** Where scripts and state lie on a host; for root only. */
export const STATE_DIR = '/var/lib/k3stack';

/** Where artifacts lie on a host, each named by its checksum. */
export const ARTIFACTS_DIR = `${STATE_DIR}/artifacts`;

/** Only tests set the variable. */
const JOB = `"$K3STACK_ROOT"${STATE_DIR}/scripts/current/job.sh`;

/** The password is still there when sudo did not ask for it. */
const SKIP_TO_MARK = 'while IFS= read -r l; do [ "$l" = "k3stack 1" ] && break; done';

/** A `delete` takes the scripts away as the last it does: when its answer was lost on the way, it is done all the same. */
const NOTHING_LEFT = `[ -f ${JOB} ] || [ -f "$K3STACK_ROOT"${STATE_DIR}/owner ] || { echo "k3stack: nothing of k3stack is left on this host" >&2; exit 0; }; `;

const HAS_SCRIPTS = `[ -f ${JOB} ] || { echo "k3stack: there are no scripts of k3stack on this host" >&2; exit 13; }`;

/**
 * `program` as root, in a form that any login shell passes on as it is: one line, two words in single quotes that hold neither single quotes nor
 * backslashes. The second word is `$0` of the first.
 *
 * With a password sudo is told `-k`, so that it asks however recently it was used; without one it must not ask.
 */
function asRoot(program: string): string {
  return `exec /bin/sh -c '${BECOME_ROOT}' '${program}'`;
}

const BECOME_ROOT = [
  'IFS= read -r p',
  'if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$0"',
  'elif sudo -n true 2>/dev/null; then exec sudo -n /bin/sh -c "$0"',
  'elif [ -n "$p" ]; then { printf %s "$p"; echo; cat; } | sudo -S -k -p "" /bin/sh -c "$0"',
  'else echo "k3stack: $(id -un) becomes root neither without a password nor with one given" >&2; exit 12; fi',
].join('; ');

const TAKE_PART = [
  'read -r sha size part',
  `cd "$K3STACK_ROOT"${ARTIFACTS_DIR} || exit 21`,
  'umask 077',
  'cat >>"$part" || { rm -f "$part"; echo "k3stack: the disk is full, or cannot be written to" >&2; exit 21; }',
  'has=$(wc -c <"$part")',
  '[ "$has" -ge "$size" ] || { echo "k3stack: $has of $size bytes have come" >&2; exit 22; }',
  'sum=$(sha256sum <"$part")',
  '[ "${sum%% *}" = "$sha" ] || { rm -f "$part"; echo "k3stack: its sha256 is ${sum%% *}" >&2; exit 20; }',
  'sync "$part" 2>/dev/null || sync',
  'mv -f "$part" "$sha"',
].join('; ');

const SAY_LOGIN = [
  'IFS= read -r p',
  'LC_ALL=C; export LC_ALL',
  'say() { echo "k3stack-login $1"; exit 0; }',
  '[ "$(id -u)" = 0 ] && say root',
  'command -v sudo >/dev/null 2>&1 || say absent',
  'sudo -n true 2>/dev/null && say passwordless',
  't=$(if [ -n "$p" ]; then { printf %s "$p"; echo; } | sudo -S -k -p "" true 2>&1; else sudo -n true 2>&1; fi) && say right',
  'case $t in *sudoers*|*"not allowed"*|*"may not run"*) say forbidden;; *"have a tty"*) say tty;; *setuid*|*"owned by uid"*|*"no new priv"*) say broken;; esac',
  '[ -n "$p" ] && say wrong',
  'say missing',
].join('; ');
