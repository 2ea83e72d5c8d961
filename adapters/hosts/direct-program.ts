import { randomBytes } from 'node:crypto';
import { quoteShell } from '../../lib/hosts/shell';
import type { HostScripts } from './host-scripts';
import { wholeProgram } from './whole-program';

/**
 * Shell program that runs one script on a host with nothing staged: all scripts lie in a folder in memory, which is gone when it ends.
 *
 * @param input Assignments and records as {@link renderStepInput} writes them behind the mark.
 */
export function directProgram({ files }: HostScripts, script: string, input: string): string {
  const folder = `k3stack.${randomBytes(8).toString('hex')}`;
  return wholeProgram([
    'set -eu',
    'umask 077',
    // What is not a login has only half of it on some systems.
    'PATH=${K3STACK_PATH:+$K3STACK_PATH:}$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C',
    'export PATH LC_ALL',
    'for in in /dev/shm /run /tmp; do if [ -d "$in" ] && [ -w "$in" ]; then break; fi; done',
    `work=$in/${folder}`,
    'mkdir "$work"',
    `trap 'rm -rf "$work"' EXIT`,
    "trap 'exit 143' HUP INT TERM",
    'SCRIPTS=$work/scripts JOB=$work/job SCRATCH=$work/scratch',
    'mkdir "$SCRIPTS" "$JOB" "$SCRATCH"',
    ...Object.entries(files).map(
      ([name, text]) => `printf %s ${quoteShell(text)} >"$SCRIPTS/"${quoteShell(name)}`,
    ),
    `printf %s ${quoteShell(input)} >"$JOB/input"`,
    'export SCRIPTS JOB SCRATCH',
    // In a shell of its own, so that whatever it sets or traps leaves the clearing away alone.
    `/bin/sh -eu -c '${RUN}' ${quoteShell(script)} </dev/null`,
  ]);
}

/** As `job.sh` does it, without a job: libraries, input, script, and its function `step` where it has one. */
const RUN = [
  'for l in common files locks systemd; do if [ -f "$SCRIPTS/$l.sh" ]; then . "$SCRIPTS/$l.sh"; fi; done',
  '. "$JOB/input"',
  '. "$SCRIPTS/$0.sh"',
  'if command -v step >/dev/null; then step; print_result; fi',
].join('; ');
