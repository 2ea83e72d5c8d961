import { ExitCode } from '../../lib/errors';
import type { NodeRole } from '../../lib/cluster/node';
import { DEFAULT_DATA_DIR } from '../../lib/distributions/k3s/host-paths';
import { printProgram } from '../../lib/init/program';
import { projectFiles } from '../../lib/init/project-files';
import { firstSteps, handOverSteps } from '../../lib/init/steps';
import { counted } from '../../lib/report/words';
import { paletteFor, type Terminal } from '../terminal';
import { checkImport, type CheckedImport } from './check-import';
import { commentLines, importLines, refusalLines, type ImportResult } from './import-report';
import { buildImport, type BuiltImport } from './k3s/build-import';
import { textOf } from './k3s/draft';
import { gatherHosts } from './k3s/gather';
import { importHosts } from './k3s/hosts';
import { projectPackages } from './packages';
import { readSources } from './sources';
import { enterSteps, stepsText } from './steps-text';
import { writeProject } from './write-project';

/** What a project is made of existing hosts from. */
export interface ImportedProject {
  /** Files and folders. */
  readonly from: readonly string[];
  readonly roles: ReadonlyMap<string, NodeRole>;

  /** K3s release, when it was given. */
  readonly version?: string;
  readonly environment: string;
  readonly name: string;

  /** Absolute path. */
  readonly folder: string;
}

/** Reads what hosts are told now, writes the program that tells them the same, and says where it cannot. */
export async function importProject(
  project: ImportedProject,
  terminal: Terminal,
  quiet: boolean,
): Promise<ExitCode> {
  const { from, roles, version, environment, name, folder } = project;
  const hosts = importHosts(gatherHosts(readSources(from, terminal.cwd)), {
    roles,
    ...(version !== undefined && { version }),
  });
  const built = buildImport(hosts);
  const program = { ...built.program, environment };
  const checked = await checkImport(built, printProgram({ ...program, comment: [] }), environment);
  const result = resultOf(built, checked);
  const steps = { steps: firstSteps(true), secrets: handOverSteps(environment, neededSecrets(built)) };
  const files = projectFiles({
    name,
    description: `A K3s cluster of ${counted(result.servers.length + result.agents.length, 'host')}.`,
    packages: projectPackages(),
    program: { 'environments.ts': printProgram({ ...program, comment: commentLines(result) }) },
    readme: readme(environment),
    ...steps,
  });
  const written = writeProject(folder, files);
  if (!quiet) {
    const color = paletteFor(terminal.stdout, terminal.env);
    const told = [
      `${importLines(result).join('\n')}\n`,
      `${color.green('✓')} ${color.bold(name)}  ${counted(written.length, 'file')} in ${folder}\n`,
      stepsText('next', [...enterSteps(folder, terminal.cwd), ...steps.steps], color),
      stepsText('secrets: pulumi asks for the value', steps.secrets, color),
    ];
    terminal.stdout.write(told.join(''));
  }
  if (quiet && result.violations.length > 0)
    terminal.stderr.write(`${refusalLines(result).join('\n').trim()}\n`);
  return result.violations.length > 0 ? ExitCode.blocked : ExitCode.ok;
}

function resultOf({ draft: { hosts, findings } }: BuiltImport, checked: CheckedImport): ImportResult {
  return {
    servers: hosts.servers.map((host) => host.name),
    agents: hosts.agents.map((host) => host.name),
    ...checked,
    findings: [...hosts.findings, ...findings, ...checked.findings],
  };
}

function readme(environment: string): string {
  return `\`environments.ts\` was made of the settings of the hosts by \`k3stack init --from\`. Read \`npx k3stack plan --env ${environment}\` before
anything is provisioned: hosts that run already should get what they have, but for what the comments of the program say.`;
}

/** Tokens first. A cluster that exists keeps its own: with another token a server does not start. */
function neededSecrets({ program: { cluster }, draft }: BuiltImport): { name: string; origin: string }[] {
  const agentToken = draft.hosts.servers.some(
    (host) => host.secrets.has('agent-token') || host.settings.has('agent-token-file'),
  );
  const dataDir = textOf(draft.first.settings.get('data-dir')) || DEFAULT_DATA_DIR;
  return [
    {
      name: `${cluster}-server-token`,
      origin: `the cluster's own: what follows the last ':' of ${dataDir}/server/token on ${draft.first.name}`,
    },
    {
      name: `${cluster}-agent-token`,
      origin: agentToken
        ? 'the agent-token that the servers have'
        : 'the same: the cluster has no other for agents',
    },
    ...draft.secrets.map(({ name, origin }) => ({ name, origin })),
  ];
}
