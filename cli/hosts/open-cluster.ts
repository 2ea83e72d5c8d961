import { resolve } from 'node:path';
import { OperatorSide } from '../../adapters/hosts/operator-side';
import { operatorLogin } from '../../adapters/ssh/operator-login';
import { ExitCode, K3stackError } from '../../lib/errors';
import type { StepResult } from '../../lib/hosts/step-result';
import { operationInput, type OperationDetails } from '../../lib/operations/operation-input';
import type { ClusterSynthesis, HostSynthesis, Synthesis } from '../../lib/synthesis/synthesis';
import type { OptionValues } from '../command';
import { failuresOf, successesOf } from '../outcome';
import { failureJson } from '../outcome-json';
import { tellFailures } from '../outcome-text';
import { openProject } from '../project';
import { UsageError } from '../report-error';
import { writeJson, type Terminal } from '../terminal';
import type { HostOperator, ReachHosts } from './host-operator';
import type { hostOptions } from './host-options';

/** Options as these commands get them. */
export type HostOptionValues = OptionValues<typeof hostOptions>;

/** A cluster whose hosts can be asked. */
export interface OpenCluster {
  readonly synthesis: Synthesis;
  readonly cluster: ClusterSynthesis;

  /** Folder of the program. */
  readonly folder: string;

  /** Of this cluster, in declared order. */
  readonly hosts: readonly HostSynthesis[];
  readonly servers: readonly HostSynthesis[];

  /** All environments that could be synthesized; only the chosen one unless asked for. */
  readonly environments: readonly Synthesis[];

  /** Runs a script on a host of the cluster. */
  readonly run: (host: HostSynthesis, script: string, details?: OperationDetails) => Promise<StepResult>;

  /** Brings a file of a snapshot here from a host, verified. */
  readonly download: HostOperator['download'];

  /**
   * Runs a script on the first server that can.
   *
   * @param unusable Why a result is of no use, so that the next server is asked. @default - every result is of use
   */
  readonly runOnServer: (
    script: string,
    details?: OperationDetails,
    unusable?: (result: StepResult) => string | undefined,
  ) => Promise<StepResult>;
}

/** How {@link withCluster} opens one. */
export interface OpenOptions {
  /** Synthesize the other environments too. @default false */
  readonly others?: boolean;

  /** Seconds that a host which cannot be reached is waited for. @default 20 */
  readonly patience?: number;
}

/**
 * Opens the cluster that the options choose, does something with it, and ends all connections.
 *
 * @throws K3stackError when the program cannot be synthesized for it, or there is no such cluster.
 */
export async function withCluster(
  options: HostOptionValues,
  terminal: Terminal,
  work: (open: OpenCluster) => Promise<ExitCode>,
  { others = false, patience = 20 }: OpenOptions = {},
): Promise<ExitCode> {
  const env = options.env === undefined || others ? [] : [options.env];
  const { program, outcomes } = await openProject({ ...options, env }, terminal);
  const chosen = options.env ?? onlyEnvironment(program.environments.names);
  program.environments.assertDeclared(chosen);
  const failures = failuresOf(outcomes).filter(({ environment }) => environment === chosen);
  if (failures.length > 0) {
    if (options.json) writeJson(terminal, failureJson(failures));
    else tellFailures(failures, terminal);
    return ExitCode.failure;
  }
  const environments = successesOf(outcomes).map((outcome) => outcome.synthesis);
  const synthesis = environments.find(({ environment }) => environment === chosen) as Synthesis;
  const cluster = chosenCluster(synthesis, options.cluster);
  const login = operatorLogin(
    terminal.env,
    options.identity.map((file) => resolve(terminal.cwd, file)),
  );
  const reach: ReachHosts = terminal.reachHosts ?? ((...args) => new OperatorSide(...args));
  const operator = reach(synthesis, login, {
    folder: program.folder,
    patience,
    tell: teller(options, terminal),
  });
  try {
    return await work({ ...clusterOn(operator, synthesis, cluster), folder: program.folder, environments });
  } finally {
    operator.close();
  }
}

function clusterOn(
  operator: HostOperator,
  synthesis: Synthesis,
  cluster: ClusterSynthesis,
): Omit<OpenCluster, 'folder' | 'environments'> {
  const hosts = synthesis.hosts.filter((host) => host.cluster === cluster.name);
  const servers = hosts.filter((host) => host.role === 'server');
  const run: OpenCluster['run'] = (host, script, details) => {
    const summary = `k3stack ${script} of ${cluster.name} on ${host.name}`;
    return operator.runStep(host.name, 'run', summary, operationInput(synthesis, host, script, details));
  };
  const runOnServer: OpenCluster['runOnServer'] = async (script, details, unusable = () => undefined) => {
    const failures: K3stackError[] = [];
    for (const server of servers) {
      try {
        const result = await run(server, script, details);
        const reason = unusable(result);
        if (reason === undefined) return result;
        failures.push(new K3stackError('NO_SERVER_ANSWERS', `${server.name}: ${reason}`));
      } catch (error) {
        if (!(error instanceof K3stackError)) throw error;
        failures.push(error);
      }
    }
    throw failures.length === 1 ? (failures[0] as K3stackError) : noServer(cluster, failures);
  };
  const download: OpenCluster['download'] = (...file) => operator.download(...file);
  return { synthesis, cluster, hosts, servers, run, runOnServer, download };
}

function onlyEnvironment(names: readonly string[]): string {
  const [only, second] = names;
  if (only !== undefined && second === undefined) return only;
  throw new UsageError(`the program has several environments; choose one with --env: ${names.join(', ')}`);
}

function chosenCluster({ environment, clusters, hosts }: Synthesis, name?: string): ClusterSynthesis {
  const onHosts = clusters.filter((cluster) => hosts.some((host) => host.cluster === cluster.name));
  const names = onHosts.map((cluster) => cluster.name).join(', ');
  if (name !== undefined) {
    const found = onHosts.find((cluster) => cluster.name === name);
    if (found !== undefined) return found;
    throw new UsageError(
      `${environment} has no cluster '${name}' on hosts; ${names === '' ? 'it has none' : `choose one of ${names}`}`,
    );
  }
  const [only, second] = onHosts;
  if (only !== undefined && second === undefined) return only;
  throw new UsageError(
    only === undefined
      ? `${environment} has no cluster on hosts`
      : `${environment} has several clusters; choose one with --cluster: ${names}`,
  );
}

function teller({ quiet, json }: HostOptionValues, { stderr }: Terminal): (line: string) => void {
  return quiet || json ? () => {} : (line) => void stderr.write(`${line}\n`);
}

function noServer({ name }: ClusterSynthesis, failures: readonly K3stackError[]): K3stackError {
  const lines = failures.map(({ message }) => `  ${message}`).join('\n');
  return new K3stackError('NO_SERVER_ANSWERS', `no server of ${name} could be asked:\n${lines}`);
}
