import { setTimeout } from 'node:timers/promises';
import { HostStepError } from '../../adapters/hosts/host-step-error';
import { ExitCode, K3stackError } from '../../lib/errors';
import { drainValues, rebootPlan, type Reboot } from '../../lib/operations/reboot-plan';
import { ResultReader } from '../../lib/operations/result-reader';
import { listed } from '../../lib/report/words';
import { defineCommand } from '../command';
import { confirmed, yesOption } from '../hosts/confirmed';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { UsageError } from '../report-error';
import { writeJson } from '../terminal';

/** `k3stack reboot`: restarts machines in an order in which the cluster goes on. */
export const reboot = defineCommand({
  options: { ...hostOptions, ...yesOption },
  arguments: [{ name: 'nodes', help: 'Nodes to reboot (default: all)', variadic: true }],
  run: ({ terminal, options, words }) =>
    withCluster(
      options,
      terminal,
      async (open) => {
        const { synthesis, cluster, hosts } = open;
        const unknown = words.find((name) => !hosts.some((host) => host.name === name));
        if (unknown !== undefined)
          throw new UsageError(
            `${cluster.name} has no node '${unknown}'; write some of ${hosts.map(({ name }) => name).join(', ')}`,
          );
        const plan = rebootPlan(synthesis, cluster.name, words);
        if (!(await confirmed(terminal, planText(plan), options))) return ExitCode.failure;
        const done: string[] = [];
        for (const wave of plan) {
          const ends = await Promise.allSettled(wave.map((each) => rebootOne(open, each)));
          ends.forEach((end, index) => {
            if (end.status === 'fulfilled') done.push(wave[index]?.host.name ?? '');
          });
          const failed = ends.find((end) => end.status === 'rejected');
          if (failed !== undefined) throw stopped(failed.reason, done);
          if (!options.json && !options.quiet)
            terminal.stdout.write(`✓ ${listed(wave.map(({ host }) => host.name))}\n`);
        }
        if (options.json)
          writeJson(terminal, { environment: synthesis.environment, cluster: cluster.name, rebooted: done });
        return ExitCode.ok;
      },
      { patience: REBOOT_PATIENCE },
    ),
});

/** Pods leave, the machine restarts, and the next one waits until this one is back with another boot. */
async function rebootOne({ run, synthesis, cluster }: OpenCluster, { host, by }: Reboot): Promise<void> {
  const values = { TARGET: host.name, TARGET_ROLE: host.role, ...drainValues(synthesis, cluster.name) };
  await run(by, 'reboot', { deadline: 1800, values: { ...values, STAGE: 'leave' } });
  try {
    const now = await run(host, 'reboot', { deadline: 120, values: { ...values, STAGE: 'now' } });
    const BOOT = ResultReader.of(now).text('boot');
    const back = () => run(by, 'reboot', { deadline: 1800, values: { ...values, STAGE: 'back', BOOT } });
    await (by === host ? again(back) : back());
  } catch (error) {
    throw stillCordoned(error, host.name);
  }
}

function stillCordoned(error: unknown, node: string): unknown {
  if (!(error instanceof K3stackError)) return error;
  const text = `${error.message}\n${node} may take no pods until it is rebooted again, or: kubectl uncordon ${node}`;
  return new K3stackError(error.code, text, error.exitCode, { cause: error });
}

/** The only server asks itself: what it was doing when it went down ends with it, and is asked once more. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !wentDown(error)) throw error;
      await setTimeout(PAUSE);
    }
  }
}

function wentDown(error: unknown): boolean {
  if (error instanceof HostStepError) return error.exit === 'internal';
  return error instanceof K3stackError && error.code.startsWith('SSH_');
}

function planText(plan: readonly (readonly Reboot[])[]): string {
  const order = plan.map((wave) => wave.map(({ host }) => host.name).join(' and ')).join(', then ');
  return `reboots ${order}; each is drained before, and the next waits until it is back`;
}

function stopped(error: unknown, done: readonly string[]): unknown {
  if (!(error instanceof K3stackError)) return error;
  const so =
    done.length === 0
      ? 'no machine was rebooted before'
      : `${listed(done)} ${done.length === 1 ? 'is' : 'are'} done`;
  return new K3stackError(
    error.code,
    `${error.message}\nthe reboots stop here; ${so}. Mend it, then reboot the others by name`,
    error.exitCode,
    { cause: error },
  );
}

/** Seconds: a machine that reboots is waited for, firmware and all. */
const REBOOT_PATIENCE = 600;

/** Of a machine that goes down while it is asked. */
const ATTEMPTS = 20;

/** Milliseconds. */
const PAUSE = 3000;
