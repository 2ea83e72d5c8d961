import { ExitCode } from '../../lib/errors';
import type { ProjectKind } from '../../lib/init/kinds';
import { projectFiles } from '../../lib/init/project-files';
import { starterOf } from '../../lib/init/starters';
import { counted } from '../../lib/report/words';
import { paletteFor, type Terminal } from '../terminal';
import { firstSteps, secretSteps, stepsText } from './next-steps';
import { projectPackages } from './packages';
import { writeProject } from './write-project';

/** What a new project is made of. */
export interface NewProject {
  readonly kind: ProjectKind;
  readonly name: string;

  /** Absolute path. */
  readonly folder: string;

  /** K3s release. */
  readonly version: string;
}

/** Writes a project that has never run, and tells what comes next. */
export function newProject(
  { kind, name, folder, version }: NewProject,
  terminal: Terminal,
  quiet: boolean,
): ExitCode {
  const { environments, secrets, remote, ...starter } = starterOf(kind, version);
  const files = projectFiles({ name, packages: projectPackages(), ...starter });
  const written = writeProject(folder, files);
  if (quiet) return ExitCode.ok;

  const color = paletteFor(terminal.stdout, terminal.env);
  const told = [
    `${color.green('✓')} ${color.bold(name)}  ${kind} · ${counted(written.length, 'file')} in ${folder}\n`,
    stepsText('next', firstSteps(folder, terminal.cwd, remote), color),
    ...(remote
      ? [
          color.dim(
            '  environments.ts has addresses of 192.0.2.0/24, which is nobody’s: put yours in their place\n',
          ),
        ]
      : []),
    stepsText(
      'secrets, once for each environment',
      environments.flatMap((environment) => secretSteps(environment, secrets)),
      color,
    ),
  ];
  terminal.stdout.write(told.join(''));
  return ExitCode.ok;
}
