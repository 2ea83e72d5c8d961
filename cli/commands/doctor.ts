import { resolve, join } from 'node:path';
import { writeFileAtomically } from '../../adapters/atomic-write';
import { writing } from '../../adapters/cannot-write';
import { makeFolder } from '../../adapters/make-folder';
import { ExitCode, K3stackError } from '../../lib/errors';
import { masked } from '../../lib/operations/mask';
import { ResultReader } from '../../lib/operations/result-reader';
import { byteSize, counted, listed } from '../../lib/report/words';
import type { HostSynthesis } from '../../lib/synthesis/synthesis';
import { alignedRows } from '../../lib/report/text-table';
import { defineCommand } from '../command';
import { hostOptions } from '../hosts/host-options';
import { withCluster, type OpenCluster } from '../hosts/open-cluster';
import { shownPath, writeJson } from '../terminal';

/** `k3stack doctor`: a file from each host with what explains a fault, masked there and once more here. */
export const doctor = defineCommand({
  options: {
    ...hostOptions,
    out: {
      kind: 'text',
      value: 'folder',
      help: 'Folder to write to (default: doctor-ENVIRONMENT-CLUSTER here)',
      suggest: 'folders',
    },
  },
  run: ({ terminal, options }) =>
    withCluster(options, terminal, async (open) => {
      const { synthesis, cluster, hosts } = open;
      const folder = resolve(terminal.cwd, options.out ?? `doctor-${synthesis.environment}-${cluster.name}`);
      writing(folder, () => makeFolder(folder));
      const reports = await Promise.all(hosts.map((host) => examine(open, host)));
      for (const { host, text } of reports) {
        const file = join(folder, `${host}.txt`);
        writing(file, () => writeFileAtomically(file, text, 0o600));
      }
      if (options.json) {
        writeJson(terminal, {
          environment: synthesis.environment,
          cluster: cluster.name,
          folder,
          hosts: reports.map(({ text, ...report }) => ({ ...report, size: Buffer.byteLength(text) })),
        });
      } else if (!options.quiet) {
        const rows = reports.map(({ host, text, sections, covered, failed }) => [
          `  ${host}.txt`,
          byteSize(Buffer.byteLength(text)),
          failed ? 'could not be asked: the reason is in the file' : listed(sections, 6),
          covered > 0 ? `${counted(covered, 'more place')} covered here` : '',
        ]);
        terminal.stdout.write(
          `${shownPath(terminal, folder)}\n${alignedRows(rows).join('\n')}\nRead the files before you pass them on: nobody knows what looks like a secret to you.\n`,
        );
      }
      return reports.some(({ failed }) => failed) ? ExitCode.failure : ExitCode.ok;
    }),
});

interface Report {
  readonly host: string;
  readonly text: string;

  /** Titles: lines that begin with `=== `. */
  readonly sections: readonly string[];

  /** Places that the host had not masked. */
  readonly covered: number;
  readonly failed: boolean;
}

/** A host that cannot be asked is a finding as well. */
async function examine({ run }: OpenCluster, host: HostSynthesis): Promise<Report> {
  try {
    const result = await run(host, 'doctor', { deadline: 300 });
    const raw = Buffer.from(ResultReader.of(result).text('bundle'), 'base64').toString('utf8');
    const { text, count } = masked(raw);
    const sections = [...text.matchAll(/^=== (.+)$/gm)].map(([, title]) => title ?? '');
    return { host: host.name, text, sections, covered: count, failed: false };
  } catch (error) {
    if (!(error instanceof K3stackError)) throw error;
    const { text, count } = masked(`${error.code}\n${error.message}\n`);
    return { host: host.name, text, sections: [], covered: count, failed: true };
  }
}
