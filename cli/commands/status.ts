import { ExitCode } from '../../lib/errors';
import { healthOf } from '../../lib/operations/health';
import { statusText } from '../../lib/report/status-text';
import { defineCommand } from '../command';
import { hostOptions } from '../hosts/host-options';
import { statusOf } from '../hosts/status-of';
import { withCluster } from '../hosts/open-cluster';
import { paletteFor, writeJson } from '../terminal';

/** `k3stack status`: how a cluster is, as one of its servers sees it. */
export const status = defineCommand({
  options: hostOptions,
  run: ({ terminal, options }) =>
    withCluster(options, terminal, async (open) => {
      const { synthesis, cluster, hosts } = open;
      const found = await statusOf(open);
      const health = healthOf(found, cluster, hosts);
      const { environment } = synthesis;
      if (options.json) {
        writeJson(terminal, {
          environment,
          cluster: cluster.name,
          version: cluster.version,
          ...found,
          health,
        });
      } else {
        const color = paletteFor(terminal.stdout, terminal.env);
        terminal.stdout.write(statusText({ environment, cluster, hosts, status: found, health }, color));
      }
      return health.problems.some(({ grave }) => grave) ? ExitCode.changes : ExitCode.ok;
    }),
});
