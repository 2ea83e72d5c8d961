import { resolve } from 'node:path';
import { parse } from 'yaml';
import { apiProblem } from '../../adapters/api-probe';
import { kubeconfigText, usualKubeconfig, writeKubeconfig } from '../../adapters/kubeconfig-file';
import { ExitCode, K3stackError } from '../../lib/errors';
import { sha256 } from '../../lib/hosts/manifest';
import { apiAddress, apiUrls } from '../../lib/operations/api-addresses';
import { accessIn, certificateEnd, type ClusterAccess } from '../../lib/operations/kubeconfig';
import { ResultReader } from '../../lib/operations/result-reader';
import { durationText } from '../../lib/report/duration';
import { defineCommand, type OptionValues } from '../command';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { UsageError } from '../report-error';
import { paletteFor, shownPath, writeJson, type Terminal } from '../terminal';

const options = {
  ...hostOptions,
  merge: { kind: 'flag', help: 'Put it into the kubeconfig that kubectl uses, beside what is there' },
  out: {
    kind: 'text',
    value: 'file',
    help: 'Write to this file (default: standard output)',
    suggest: 'files',
  },
  server: {
    kind: 'text',
    value: 'url',
    help: 'Address of the API (default: the first that leads to this cluster)',
  },
} as const;

/** `k3stack kubeconfig`: what an administrator of a cluster needs, at an address that leads there. */
export const kubeconfig = defineCommand({
  options,
  run: ({ terminal, options: given }) => {
    if (given.server !== undefined && !/^https:\/\/[^/?#@]+$/.test(given.server))
      throw new UsageError(
        `--server must be https:// and an address, got '${given.server}'; write https://k3s.example.org:6443`,
      );
    return withCluster(given, terminal, async (open) => {
      const access = await accessTo(open, given.server);
      warnOfEnd(access, terminal);
      return deliver(access, given, terminal);
    });
  },
});

/** @throws K3stackError `API_NOT_REACHED` when no address leads to the API server whose CA the host has. */
async function accessTo(open: OpenCluster, server?: string): Promise<ClusterAccess> {
  const { synthesis, cluster, servers, runOnServer } = open;
  const step = synthesis.graph.steps.find(
    ({ kind, cluster: name }) => kind === 'kubeconfig' && name === cluster.name,
  );
  const url = step?.script?.values['API_URL'] ?? '';
  const read = ResultReader.of(await runOnServer('kubeconfig', { deadline: 120, values: { API_URL: url } }));
  const found = accessIn(parse(decoded(read.text('kubeconfig'))));
  const ca = decoded(found.ca);
  const hash = read.optionalText('caHash');
  if (hash !== undefined && hash !== sha256(ca))
    throw new K3stackError(
      'HOST_RESULT_UNREADABLE',
      'the CA in the kubeconfig is not the one whose hash the host reported; run the same again',
    );
  const problems: string[] = [];
  for (const candidate of server === undefined ? apiUrls(url, servers) : [server]) {
    const problem = await apiProblem(apiAddress(candidate), ca);
    if (problem === undefined)
      return { ...found, name: `${synthesis.environment}-${cluster.name}`, server: candidate };
    problems.push(`  ${candidate} ${problem}`);
  }
  throw new K3stackError(
    'API_NOT_REACHED',
    `no address leads from here to the API of ${cluster.name}:\n${problems.join('\n')}\n` +
      'name one that does with --server URL',
  );
}

/** Only a start of K3s renews the certificate, so somebody has to see to it in time. */
function warnOfEnd({ certificate }: ClusterAccess, { stderr, env }: Terminal): void {
  const end = certificateEnd(certificate);
  const left = end === undefined ? Infinity : (end.getTime() - Date.now()) / 1000;
  if (end === undefined || left > SOON) return;
  const when = left > 0 ? `ends in ${durationText(left)}` : 'has ended';
  stderr.write(
    `${paletteFor(stderr, env).yellow('!')} the certificate in it ${when} (${end.toISOString().slice(0, 10)}): ` +
      'raise rotate.certificates of the cluster, run pulumi up, and read the kubeconfig anew\n',
  );
}

function deliver(
  access: ClusterAccess,
  { merge, out, json, quiet }: OptionValues<typeof options>,
  terminal: Terminal,
): ExitCode {
  const { name, server } = access;
  const end = certificateEnd(access.certificate);
  const ends = end === undefined ? {} : { certificateEnds: end.toISOString() };
  if (!merge && out === undefined) {
    if (json) writeJson(terminal, { context: name, server, ...ends, kubeconfig: kubeconfigText(access) });
    else terminal.stdout.write(kubeconfigText(access));
    return ExitCode.ok;
  }
  const file = resolve(terminal.cwd, out ?? usualKubeconfig(terminal.env));
  const changed = writeKubeconfig(file, access, !merge);
  if (json) writeJson(terminal, { context: name, server, ...ends, file, changed });
  else if (!quiet) {
    const color = paletteFor(terminal.stdout, terminal.env);
    terminal.stdout.write(
      `${color.green('✓')} ${shownPath(terminal, file)} ${changed ? 'has' : 'had'} the context ${color.bold(name)} at ${server}\n` +
        color.dim(`  kubectl --context ${name} get nodes\n`),
    );
  }
  return ExitCode.ok;
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Seconds. */
const SOON = 30 * 86_400;
