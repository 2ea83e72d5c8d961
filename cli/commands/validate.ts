import { checkTypes, type TypeCheck } from '../../adapters/type-check';
import { findProgram } from '../../adapters/program';
import { ExitCode } from '../../lib/errors';
import { commonOptions, defineCommand } from '../command';
import { failuresOf } from '../outcome';
import { failureJson, outcomeJson } from '../outcome-json';
import { tellOutcomes } from '../outcome-text';
import { openProject } from '../project';
import { paletteFor, useColor, writeJson, type Terminal } from '../terminal';

/** `k3stack validate`: everything `synth` checks and the project's types, writing nothing. */
export const validate = defineCommand({
  options: {
    ...commonOptions,
    types: { kind: 'switch', help: "Leave out the types (the project's own tsc --noEmit)" },
  },
  async run({ terminal, options }) {
    const startedAt = performance.now();
    const color = !options.json && useColor(terminal.stderr, terminal.env);
    const types = options.types
      ? checkTypes(findProgram(terminal.cwd, options.program), color)
      : Promise.resolve<TypeCheck>({ checked: false, reason: '--no-types' });
    // The compiler works in a process of its own meanwhile.
    const [project, typeCheck] = await settled(openProject(options, terminal), types);
    const { outcomes } = project;
    const milliseconds = performance.now() - startedAt;
    if (options.json) {
      writeJson(terminal, {
        ...failureJson(outcomes),
        environments: outcomes.map(outcomeJson),
        types: typeCheck,
      });
    } else {
      tellTypes(typeCheck, terminal, options.quiet);
      tellOutcomes(outcomes, terminal, { quiet: options.quiet, done: 'valid', milliseconds });
    }
    const wrongTypes = typeCheck.checked && !typeCheck.ok;
    return wrongTypes || failuresOf(outcomes).length > 0 ? ExitCode.failure : ExitCode.ok;
  },
});

/** Both results; when one fails, the other is still waited for, so that nothing runs on behind the error. */
async function settled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return [await a, await b];
}

function tellTypes(types: TypeCheck, { stdout, stderr, env }: Terminal, quiet: boolean): void {
  if (types.checked && !types.ok) {
    stderr.write(`${paletteFor(stderr, env).red('✗')} types\n${types.output}`);
  } else if (!quiet) {
    const color = paletteFor(stdout, env);
    stdout.write(
      types.checked ? `${color.green('✓')} types\n` : color.dim(`- types not checked: ${types.reason}\n`),
    );
  }
}
