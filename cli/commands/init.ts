import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { NodeRole } from '../../lib/cluster/node';
import { parseRelease } from '../../lib/distributions/k3s/release';
import { PROJECT_KINDS } from '../../lib/init/kinds';
import { isProjectName, projectNameLike } from '../../lib/init/project-files';
import { defineCommand } from '../command';
import { DEFAULT_RELEASE } from '../init/default-release';
import { importProject } from '../init/import-project';
import { newProject } from '../init/new-project';
import { holdsK3sFiles } from '../init/sources';
import { UsageError } from '../report-error';

/** `k3stack init`: makes a project, to begin with or of what hosts are told now. */
export const init = defineCommand({
  arguments: [
    {
      name: 'folder',
      help: 'Where to write; made when it is not there (default: here). Files here are more of --from',
      variadic: true,
      suggest: 'files',
    },
  ],
  options: {
    kind: {
      kind: 'choice',
      value: 'kind',
      help: 'What the first environments are for (default: small-team)',
      choices: PROJECT_KINDS,
    },
    distribution: {
      kind: 'choice',
      value: 'name',
      help: 'What the clusters are made of',
      choices: ['k3s'],
      default: 'k3s',
    },
    name: { kind: 'text', value: 'name', help: 'Name of the project (default: like the folder)' },
    version: { kind: 'text', value: 'release', help: 'K3s release, such as v1.34.1+k3s1' },
    from: {
      kind: 'list',
      value: 'files',
      help: 'Write the program of hosts that exist: config.yaml, registries.yaml, scripts, units, or a folder for each host',
      suggest: 'files',
    },
    role: {
      kind: 'list',
      value: 'host=role',
      help: 'With --from: whether a host is a server or an agent, where its files do not tell',
    },
    env: { kind: 'text', value: 'name', help: 'With --from: name of the environment', default: 'production' },
    quiet: { kind: 'flag', help: 'Write nothing but errors' },
  },
  epilog: `Nothing that is there is ever overwritten. Secrets are written nowhere: the commands that set them are printed.

  k3stack init --kind home-lab rack
  k3stack init rack --from alfa/config.yaml alfa/registries.yaml
  k3stack init rack --from hosts     hosts/alfa/etc/rancher/k3s/config.yaml, hosts/bravo/install.sh, …`,
  async run({ terminal, options, words }) {
    const { files, target } = splitWords(words, options.from.length > 0, terminal.cwd);
    const folder = resolve(terminal.cwd, target ?? '.');
    const { version, quiet } = options;
    const from = [...options.from, ...files];
    const name = options.name ?? projectNameLike(basename(folder));
    checkUsage(options);
    if (from.length === 0) {
      const kind = options.kind ?? 'small-team';
      return newProject({ kind, name, folder, version: version ?? DEFAULT_RELEASE }, terminal, quiet);
    }
    const project = { from, roles: rolesIn(options.role), environment: options.env, name, folder };
    return importProject({ ...project, ...(version !== undefined && { version }) }, terminal, quiet);
  },
});

/** With `--from`, words that are files are more of them, as `--from alfa/*.yaml` gives; what is left is the folder to write to. */
function splitWords(
  words: readonly string[],
  isImport: boolean,
  cwd: string,
): { files: string[]; target: string | undefined } {
  const isFile = (word: string): boolean =>
    statSync(resolve(cwd, word), { throwIfNoEntry: false })?.isFile() === true;
  const files = isImport ? words.filter(isFile) : [];
  const [target, second] = words.filter((word) => !files.includes(word));
  if (second !== undefined) {
    throw new UsageError(
      `one folder to write to was expected, got ${target} and ${second}; write --from A,B for several to read`,
    );
  }
  if (
    isImport &&
    target !== undefined &&
    resolve(cwd, target) !== cwd &&
    holdsK3sFiles(resolve(cwd, target))
  ) {
    throw new UsageError(
      `${target} holds files of K3s, and would be written to; add it to --from with a comma, or name another folder`,
    );
  }
  return { files, target };
}

interface Given {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly from: readonly string[];
  readonly role: readonly string[];
  readonly env: string;
}

function checkUsage({ kind, name, version, from, role, env }: Given): void {
  if (name !== undefined && !isProjectName(name)) {
    throw new UsageError(
      `--name must be lower case letters, digits and '-', got '${name}'; write ${projectNameLike(name)}`,
    );
  }
  if (version !== undefined && (parseRelease(version) === undefined || !version.startsWith('v'))) {
    throw new UsageError(`--version must be a K3s release, got '${version}'; write ${DEFAULT_RELEASE}`);
  }
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(env)) {
    throw new UsageError(`--env must be lower case letters, digits and '-', got '${env}'; write production`);
  }
  if (from.length === 0 && role.length > 0)
    throw new UsageError('--role tells about hosts of --from; remove it, or add --from');
  if (from.length > 0 && kind !== undefined)
    throw new UsageError('--kind is for a new project, and --from for hosts that exist; keep one of them');
}

function rolesIn(given: readonly string[]): ReadonlyMap<string, NodeRole> {
  return new Map(
    given.map((text): [string, NodeRole] => {
      const [, host, role] = /^([^=]+)=(server|agent)$/.exec(text) ?? [];
      if (host === undefined || role === undefined)
        throw new UsageError(`--role must be HOST=server or HOST=agent, got '${text}'`);
      return [host, role as NodeRole];
    }),
  );
}
