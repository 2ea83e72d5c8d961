/** What an engine or an operator does with a step; `run` is for work outside of an engine. */
export type Operation = 'create' | 'update' | 'delete' | 'run';

/**
 * Command that runs a staged step; its input comes by standard input (`renderStepInput`).
 *
 * @param summary One line for people, which engines show.
 */
export function stepCommand(operation: Operation, summary: string): string {
  return `# ${summary.replaceAll(/\s+/g, ' ')}\n${asRoot(`${SKIP_TO_MARK}; ${HAS_SCRIPTS}; exec /bin/sh ${JOB} ${operation}`)}`;
}

/** Command that runs a shell program from standard input (`framed`) as root, with nothing staged. */
export function directCommand(): string {
  return asRoot(`${SKIP_TO_MARK}; eval "$(cat)"`);
}

/** Where scripts and state lie on a host; for root only. */
export const STATE_DIR = '/var/lib/k3stack';

const JOB = `${STATE_DIR}/scripts/current/job.sh`;

/** The password is still there when sudo did not ask for it. */
const SKIP_TO_MARK = 'while IFS= read -r l; do [ "$l" = "k3stack 1" ] && break; done';

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
