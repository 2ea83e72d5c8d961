import { K3stackError } from '../../lib/errors';
import { hostExitName } from '../../lib/hosts/exit-codes';
import { stepCommand, type Operation } from '../../lib/hosts/launcher';
import { renderStepInput, type StepInput } from '../../lib/hosts/step-input';
import { stepResultIn, type StepResult } from '../../lib/hosts/step-result';
import type { CommandResult } from '../ssh/host-connection';
import type { OnHost } from './artifact-upload';
import { HostStepError } from './host-step-error';

/** One run of a staged script. */
export interface StepRun {
  /** Name of the host. */
  readonly on: string;
  readonly operation: Operation;

  /** One line for people. */
  readonly summary: string;
  readonly input: StepInput;
  readonly sudoPassword?: string;

  /** Called with each line that the script says. */
  readonly tell?: (line: string) => void;
}

/**
 * Runs a staged script, and waits for it. A lost connection is made anew, and the same input attaches to what runs there.
 *
 * @throws HostStepError when the script ends with another code than 0; what a connection throws.
 */
export async function runStagedStep(onHost: OnHost, run: StepRun): Promise<StepResult> {
  const { on, input, tell } = run;
  let attempts = 0;
  let lostAt: number | undefined;
  for (;;) {
    try {
      const ended = await onHost((connection) =>
        connection.exec(stepCommand(run.operation, run.summary), {
          stdin: renderStepInput(input, run.sudoPassword),
          timeout: input.deadline + GRACE,
          ...(tell && { onStderrLine: tell }),
        }),
      );
      return resultOf(on, input.step, ended);
    } catch (error) {
      const code = error instanceof K3stackError ? error.code : '';
      if (code === 'SSH_CONNECTION_LOST') lostAt = performance.now();
      else if (!AWAY.has(code) || lostAt === undefined || performance.now() - lostAt > REBOOT * 1000)
        throw error;
      if (++attempts > MOST_ATTEMPTS) throw error;
      tell?.(`the connection to ${on} was lost during ${input.step}; attaching again`);
    }
  }
}

function resultOf(host: string, step: string, { code, stdout, stderr }: CommandResult): StepResult {
  const result = stepResultIn(stdout);
  if (code === 0 && result !== undefined) return result;
  throw new HostStepError(host, step, code === 0 ? 'internal' : (hostExitName(code) ?? 'internal'), {
    code,
    said: said(stderr) || (code === 0 ? 'it reported no result' : ''),
  });
}

/** The script's own words: what a login shell or sudo add stands before them. */
function said(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-LINES);
  return lines.map((line) => line.replace(/^k3stack: /, '')).join('\n  ');
}

/** Seconds on top of a script's deadline: for ending it, for the host to wait for its lock, and for the way. */
const GRACE = 120;
const LINES = 12;

/** Seconds that a host may be away after its connection was lost: a small machine takes its time to boot. */
const REBOOT = 300;

/** A link that breaks more often than that is told of. */
const MOST_ATTEMPTS = 20;
const AWAY = new Set(['SSH_UNREACHABLE', 'SSH_BASTION_UNREACHABLE']);
