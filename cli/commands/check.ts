import { resolve } from 'node:path';
import { checkHosts, type HostCheck } from '../../adapters/hosts/check-hosts';
import { operatorLogin } from '../../adapters/ssh/operator-login';
import { ExitCode } from '../../lib/errors';
import { counted } from '../../lib/report/words';
import { commonOptions, defineCommand } from '../command';
import { allHosts } from '../hosts/all-hosts';
import { checkText } from '../hosts/check-text';
import { startProgress } from '../progress';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack check`: looks at every host, and changes nothing. */
export const check = defineCommand({
  options: {
    ...commonOptions,
    host: { kind: 'list', value: 'name', help: 'Hosts, with commas or repeated (default: all)' },
    identity: {
      kind: 'list',
      value: 'file',
      help: 'Private keys (default: ~/.ssh and the agent)',
      suggest: 'files',
    },
    ports: { kind: 'switch', help: 'Leave out whether hosts reach each other' },
  },
  async run({ terminal, options }) {
    const project = await allHosts(options, terminal);
    if (project === undefined) return ExitCode.failure;
    const login = operatorLogin(
      terminal.env,
      options.identity.map((file) => resolve(terminal.cwd, file)),
    );
    const progress = startProgress(terminal, options.quiet || options.json);
    const checks: HostCheck[] = [];
    try {
      for (const synthesis of project.syntheses) {
        const hosts = project.hosts.filter((each) => each.synthesis === synthesis).map(({ host }) => host);
        await progress.step(`looking at ${counted(hosts.length, 'host')} of ${synthesis.environment}`);
        checks.push(await checkHosts(synthesis, hosts, login, { patience: PATIENCE, ports: options.ports }));
      }
    } finally {
      progress.stop();
    }
    if (options.json)
      writeJson(terminal, {
        hosts: checks.flatMap(({ hosts }) => hosts),
        links: checks.flatMap(({ links }) => links),
      });
    else
      terminal.stdout.write(
        checks
          .map((each) => checkText(each, paletteFor(terminal.stdout, terminal.env), options.quiet))
          .join(''),
      );
    return exitCodeOf(checks);
  },
});

function exitCodeOf(checks: readonly HostCheck[]): ExitCode {
  const hosts = checks.flatMap((each) => each.hosts);
  if (hosts.some(({ state }) => state === 'not-reached')) return ExitCode.failure;
  const closed = checks
    .flatMap(({ links }) => links)
    .some(({ state, blocks }) => state === 'silent' || blocks);
  return closed || hosts.some(({ state }) => state === 'not-ready') ? ExitCode.blocked : ExitCode.ok;
}

/** Seconds that a host which cannot be reached is waited for. */
const PATIENCE = 5;
