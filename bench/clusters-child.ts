import { loadSchemas } from '../adapters/schemas';
import { environments, K3sCluster, LocalPathStorage, Traefik } from '../constructs';
import { synthesize } from '../constructs/synthesis/synthesize';
import { distFiles } from '../lib/synthesis/dist-files';

/** Many small clusters from a list, each an environment of its own: `clusters-child COUNT`; prints CPU seconds as JSON. */
const count = Number(process.argv[2]);
const sites = Object.fromEntries(
  Array.from({ length: count }, (_, index) => [
    `site-${index}`,
    `10.${Math.floor(index / 250)}.${index % 250}.10`,
  ]),
);
const program = environments(sites, (env, address) => {
  const cluster = new K3sCluster(env, 'k3s', {
    version: 'v1.34.1+k3s1',
    servers: { [`${env.name}-server`]: { nodeIp: address } },
  });
  new Traefik(cluster, 'traefik');
  new LocalPathStorage(cluster, 'local-path');
});

const context = { schemas: loadSchemas(), checksum: () => undefined, hostKey: () => undefined };
const before = process.cpuUsage();
for (const name of program.names) distFiles(synthesize(program.build(name), context));
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ cpu: (user + system) / 1e6 }));
