import { resolve } from 'node:path';
import { readSynthesis } from '../../adapters/synthesis-file';
import { ExitCode } from '../../lib/errors';
import { hostChanges, type HostChange } from '../../lib/report/changes';
import { changesText } from '../../lib/report/changes-text';
import { planJson } from '../../lib/report/plan-json';
import { planText } from '../../lib/report/plan-text';
import { stepChanges, type StepChange } from '../../lib/report/step-changes';
import { transitionRules } from '../../lib/rules/transition-rules';
import type { Violation } from '../../lib/rules/violation';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { commonOptions, defineCommand } from '../command';
import { failuresOf, successesOf } from '../outcome';
import { failureJson } from '../outcome-json';
import { tellFailures } from '../outcome-text';
import { openProject } from '../project';
import { paletteFor, writeJson, type Terminal } from '../terminal';

/** `k3stack plan`: what is done on hosts; with `--against`, what a change does to hosts that run. */
export const plan = defineCommand({
  options: {
    ...commonOptions,
    against: {
      kind: 'text',
      value: 'folder',
      help: 'Compare with what an earlier synth wrote: exit 2 for changes, 3 when a rule forbids one',
      suggest: 'folders',
    },
    brief: { kind: 'flag', help: 'Leave out the files and options of each host' },
  },
  async run({ terminal, options }) {
    const { outcomes } = await openProject(options, terminal);
    const plans = successesOf(outcomes).map(({ synthesis }) =>
      comparedPlan(synthesis, options.against, terminal.cwd),
    );
    if (options.json) {
      const environments = plans.map(({ synthesis, ...change }) => ({ ...planJson(synthesis), ...change }));
      writeJson(terminal, { ...failureJson(outcomes), environments });
    } else {
      tellFailures(outcomes, terminal);
      terminal.stdout.write(plans.map((each) => planOrChanges(each, terminal, !options.brief)).join('\n'));
    }
    return failuresOf(outcomes).length > 0 ? ExitCode.failure : exitCodeOf(plans);
  },
});

interface ComparedPlan {
  readonly synthesis: Synthesis;
  readonly changes?: readonly HostChange[];
  readonly steps?: readonly StepChange[];
  readonly violations?: readonly Violation[];
}

/** An environment that the folder does not have is new: every host is added. */
function comparedPlan(synthesis: Synthesis, against: string | undefined, cwd: string): ComparedPlan {
  if (against === undefined) return { synthesis };
  const before = readSynthesis(resolve(cwd, against), synthesis.environment) ?? nothing(synthesis);
  return {
    synthesis,
    changes: hostChanges(before, synthesis),
    steps: stepChanges(before, synthesis),
    violations: transitionRules(before, synthesis),
  };
}

function nothing(synthesis: Synthesis): Synthesis {
  return {
    ...synthesis,
    clusters: [],
    manifests: [],
    hosts: [],
    graph: { steps: [], waves: [] },
    kubernetesSecrets: [],
    secrets: [],
    late: [],
  };
}

function planOrChanges(
  { synthesis, changes, steps, violations = [] }: ComparedPlan,
  { stdout, env }: Terminal,
  hosts: boolean,
): string {
  const color = paletteFor(stdout, env);
  if (changes === undefined) return planText(synthesis, { color, hosts });
  return `${color.bold(synthesis.environment)}\n${changesText(changes, { color, violations, steps })}`;
}

function exitCodeOf(plans: readonly ComparedPlan[]): ExitCode {
  const violations = plans.flatMap((each) => each.violations ?? []);
  if (violations.some((violation) => violation.blocks !== 'nothing')) return ExitCode.blocked;
  return plans.some(({ changes = [], steps = [] }) => changes.length + steps.length > 0)
    ? ExitCode.changes
    : ExitCode.ok;
}
