import { ExitCode } from '../../lib/errors';
import type { ProjectKind } from '../../lib/init/kinds';
import { projectFiles } from '../../lib/init/project-files';
import { starterOf } from '../../lib/init/starters';
import { firstSteps, passphraseSteps, secretSteps } from '../../lib/init/steps';
import { counted } from '../../lib/report/words';
import { paletteFor, type Terminal } from '../terminal';
import { projectPackages } from './packages';
import { enterSteps, stepsText } from './steps-text';
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
  const { environments, secrets: names, remote, ...starter } = starterOf(kind, version);
  const steps = firstSteps(remote);
  const secrets = [
    ...passphraseSteps(name),
    ...environments.flatMap((environment) => secretSteps(environment, names)),
  ];
  const files = projectFiles({ name, packages: projectPackages(), steps, secrets, ...starter });
  const written = writeProject(folder, files);
  if (quiet) return ExitCode.ok;

  const color = paletteFor(terminal.stdout, terminal.env);
  const told = [
    `${color.green('✓')} ${color.bold(name)}  ${kind} · ${counted(written.length, 'file')} in ${folder}\n`,
    stepsText('next', [...enterSteps(folder, terminal.cwd), ...steps], color),
    ...(remote
      ? [
          color.dim(
            '  environments.ts has addresses of 192.0.2.0/24, which is nobody’s: put yours in their place\n',
          ),
        ]
      : []),
    stepsText('secrets, once for each environment', secrets, color),
  ];
  terminal.stdout.write(told.join(''));
  return ExitCode.ok;
}
