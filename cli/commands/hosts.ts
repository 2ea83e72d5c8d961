import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { endpointsOf, type Endpoints } from '../../adapters/hosts/endpoints';
import { KnownHosts } from '../../adapters/known-hosts';
import { withKeys, type TrustedKey } from '../../adapters/known-hosts-edit';
import { Bastions } from '../../adapters/ssh/bastions';
import type { HostLogin } from '../../adapters/ssh/host-connection';
import { operatorLogin } from '../../adapters/ssh/operator-login';
import { scanEndpoint, type Endpoint, type ScannedKey } from '../../adapters/ssh/scan-hosts';
import { readTextFile } from '../../adapters/text-file';
import { ExitCode, K3stackError } from '../../lib/errors';
import { counted } from '../../lib/report/words';
import { commonOptions, defineCommand, type OptionValues } from '../command';
import { allHosts } from '../hosts/all-hosts';
import { keyJson, keyText } from '../hosts/scanned-key-text';
import { startProgress } from '../progress';
import { UsageError } from '../report-error';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

const options = {
  ...commonOptions,
  host: { kind: 'list', value: 'name', help: 'Hosts, with commas or repeated (default: all)' },
  identity: {
    kind: 'list',
    value: 'file',
    help: 'Private keys for bastions (default: ~/.ssh and the agent)',
    suggest: 'files',
  },
  yes: { kind: 'flag', help: 'Take new keys without asking' },
  replace: {
    kind: 'list',
    value: 'host',
    help: 'Take the changed key of a host or bastion, by name or address',
  },
} as const;

type Given = OptionValues<typeof options>;

/** `k3stack hosts trust`: asks hosts for their keys, shows them, and pins what is confirmed. */
export const hosts = defineCommand({
  arguments: [
    {
      name: 'action',
      help: 'trust: ask hosts for their keys and pin them',
      required: true,
      suggest: ['trust'],
    },
  ],
  options,
  async run({ terminal, options: given, words: [action] }) {
    if (action !== 'trust') throw new UsageError(`hosts has one action, trust; got '${action}'`);
    const project = await allHosts(given, terminal);
    if (project === undefined) return ExitCode.failure;
    const endpoints = endpointsOf(project.hosts.map(({ host }) => host));
    assertReplaceable(given.replace, endpoints);
    const login = operatorLogin(
      terminal.env,
      given.identity.map((file) => resolve(terminal.cwd, file)),
    );
    const file = join(project.folder, 'known_hosts');
    const scanned = await trust(endpoints, { file, login, given, terminal });
    return tell(scanned, endpoints, { file, given, terminal });
  },
});

/** @throws UsageError for a name that is none of these hosts and bastions: its key would silently stay. */
function assertReplaceable(replace: readonly string[], { direct, behind }: Endpoints): void {
  const all = [...direct, ...behind];
  const unknown = replace.find((name) => !all.some((endpoint) => isCalled(name, endpoint)));
  if (unknown === undefined) return;
  const names = [...new Set(all.flatMap(({ host, names: own }) => [...own, host]))];
  throw new UsageError(
    `--replace names '${unknown}', which is no host that is asked; ${names.length === 0 ? 'there is none' : `write one of ${names.join(', ')}`}`,
  );
}

interface Work {
  readonly file: string;
  readonly login: HostLogin;
  readonly given: Given;
  readonly terminal: Terminal;
}

/** A scanned key, and whether it was written. */
interface TrustedScan extends ScannedKey {
  readonly written: boolean;
}

/** Bastions first: only through one whose key is known can what is behind be asked. */
async function trust({ direct, behind }: Endpoints, work: Work): Promise<TrustedScan[]> {
  const first = await trustThese(direct, work);
  const keys = new Map(
    first.filter(isTrusted).map(({ endpoint, key }) => [`${endpoint.host}:${endpoint.port}`, key]),
  );
  const reachable = behind.map((endpoint) => withBastionKey(endpoint, keys));
  return [...first, ...(await trustThese(reachable, work))];
}

async function trustThese(endpoints: readonly Endpoint[], work: Work): Promise<TrustedScan[]> {
  const { given, terminal, file } = work;
  const pins = KnownHosts.read(file);
  const scanned = (await scanAll(endpoints, work)).map((each) => judged(each, pins, file));
  const news = scanned.filter(
    (each) =>
      each.state === 'new' ||
      (each.state === 'changed' && each.problem === undefined && replaces(given, each)),
  );
  if (!given.json && !given.quiet)
    scanned.forEach((each) =>
      terminal.stdout.write(keyText(each, paletteFor(terminal.stdout, terminal.env))),
    );
  const taken = news.length > 0 && (await confirmed(news, work)) ? news : [];
  if (taken.length > 0) write(file, taken);
  return scanned.map((each) => ({ ...each, written: taken.includes(each) }));
}

/** A key that no line of `known_hosts` would make count: one that is revoked there, and one beside which the program has another. */
function judged(scanned: ScannedKey, pins: KnownHosts, file: string): ScannedKey {
  const { endpoint, state, key } = scanned;
  const { host, port, known } = endpoint;
  if (key === undefined || state === 'known') return scanned;
  const line = pins.revokedBy(host, port, key);
  if (line !== undefined)
    return {
      ...scanned,
      state: 'unusable',
      problem: `its key ${scanned.fingerprint} is revoked by ${file}:${line}; give the host a new one, or remove that line`,
    };
  if (state !== 'changed' || known === pins.hostKey(host, port)) return scanned;
  return {
    ...scanned,
    problem: `the known one is ssh.hostKey in the program; if the machine was made anew, write there: ${key}`,
  };
}

async function scanAll(
  endpoints: readonly Endpoint[],
  { login, given, terminal }: Work,
): Promise<ScannedKey[]> {
  const progress = startProgress(terminal, given.quiet || given.json);
  const bastions = new Bastions();
  try {
    await progress.step(`asking ${counted(endpoints.length, 'host')} for keys`);
    const scanned: ScannedKey[] = [];
    for (let at = 0; at < endpoints.length; at += AT_ONCE) {
      const some = endpoints.slice(at, at + AT_ONCE);
      scanned.push(...(await Promise.all(some.map((each) => scanEndpoint(each, login, bastions, PATIENCE)))));
    }
    return scanned;
  } finally {
    progress.stop();
  }
}

async function confirmed(news: readonly ScannedKey[], { given, terminal }: Work): Promise<boolean> {
  if (given.yes) return true;
  if (terminal.ask === undefined || given.json) return false;
  const answer = await terminal.ask(
    `Compare each fingerprint with the host's own (ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub). Trust ${news.length === 1 ? 'it' : `these ${news.length}`}? [y/N] `,
  );
  return /^y(es)?$/i.test(answer.trim());
}

function write(file: string, taken: readonly ScannedKey[]): void {
  const keys = taken.map(({ endpoint: { host, port }, key = '' }): TrustedKey => ({ host, port, key }));
  const text = readTextFile(file, {
    folder: (problem) => new K3stackError('INVALID_KNOWN_HOSTS', `${file} ${problem}; move it away`),
  });
  writeFileAtomically(file, withKeys(text ?? '', keys, file));
}

function replaces({ replace }: Given, { endpoint }: ScannedKey): boolean {
  return replace.some((name) => isCalled(name, endpoint));
}

function isCalled(name: string, { host, names }: Endpoint): boolean {
  return name === host || names.includes(name);
}

function isTrusted({ state, written, key }: TrustedScan): boolean {
  return key !== undefined && (state === 'known' || written);
}

function withBastionKey(endpoint: Endpoint, keys: ReadonlyMap<string, string | undefined>): Endpoint {
  const { bastion } = endpoint.through ?? {};
  const key = bastion && keys.get(`${bastion.host}:${bastion.port ?? 22}`);
  if (endpoint.through === undefined || bastion === undefined || key === undefined) return endpoint;
  return { ...endpoint, through: { ...endpoint.through, bastion: { ...bastion, hostKey: key } } };
}

function tell(
  scanned: readonly TrustedScan[],
  { late }: Endpoints,
  { file, given, terminal }: Omit<Work, 'login'>,
): ExitCode {
  const open = scanned.filter((each) => each.state !== 'known' && !each.written);
  if (given.json) {
    writeJson(terminal, { file, keys: scanned.map(keyJson), late });
  } else {
    const written = scanned.filter((each) => each.written).length;
    const name = shownPath(terminal, file);
    const asked = open.some(({ state }) => state === 'new') && !given.yes && terminal.ask === undefined;
    if (!given.quiet) {
      terminal.stdout.write(
        written > 0
          ? `wrote ${written} ${written === 1 ? 'key' : 'keys'} to ${name}; commit it\n`
          : `${name} is unchanged\n`,
      );
      late.forEach((host) =>
        terminal.stdout.write(`${host}: its address is known in a run only; write ssh.hostKey\n`),
      );
    }
    if (asked)
      terminal.stderr.write(
        'nobody is there to ask: compare the fingerprints, then run k3stack hosts trust --yes\n',
      );
  }
  if (open.some(({ state }) => state === 'changed')) return ExitCode.blocked;
  return open.length > 0 ? ExitCode.failure : ExitCode.ok;
}

const AT_ONCE = 10;

/** Seconds that a host which cannot be reached is waited for. */
const PATIENCE = 5;
