import { fillHoles } from '../../lib/synthesis/fill';
import { mapStrings } from '../../lib/late';
import { K3stackError } from '../../lib/errors';
import { isPulumiRelease } from '../../lib/synthesis/pulumi-release';
import { manifestText, type DistFile } from '../../lib/synthesis/dist-files';
import type { Synthesis } from '../../lib/synthesis/synthesis';
import { withSyncWaves } from './sync-waves';

/**
 * What an environment's clusters are to hold, as files that Argo CD or Flux applies: `<environment>/<cluster>/NN-name.yaml` as `k3stack synth` writes
 * them, and where nothing else makes them, a page that names the Secrets. Same synthesis and late values, same bytes; never a secret.
 */
export function gitFiles(synthesis: Synthesis, late: Readonly<Record<string, string>>): DistFile[] {
  const { environment, clusters, manifests } = synthesis;
  refusePulumiReleases(synthesis);
  const filled = (text: string): string => fillHoles(text, { secrets: {}, late });
  return clusters.flatMap(({ name }) => [
    ...withSyncWaves(manifests.filter(({ cluster }) => cluster === name)).map((file) => ({
      path: `${environment}/${name}/${file.file}`,
      content: manifestText(Object.keys(late).length === 0 ? file : mapStrings(file, filled)),
    })),
    ...secretsPage(synthesis, name),
  ]);
}

function refusePulumiReleases({ manifests }: Synthesis): void {
  const release = manifests
    .flatMap(({ cluster, objects }) => objects.map(({ object }) => ({ cluster, object })))
    .find(({ object }) => isPulumiRelease(object));
  if (release === undefined) return;
  throw new K3stackError(
    'HELM_NEEDS_PULUMI',
    `the Helm chart ${release.object.metadata.name} of cluster ${release.cluster} is installed by Pulumi, and this stack leaves objects to Git; ` +
      `write helm: 'argo-cd' or 'flux' in the props of the cluster, or run pulumi config set k3stack:workloads pulumi`,
  );
}

function secretsPage(
  { environment, kubernetesSecrets, secretsInGit = [] }: Synthesis,
  cluster: string,
): DistFile[] {
  const secrets = kubernetesSecrets.filter((secret) => secret.cluster === cluster);
  if (secrets.length === 0 || secretsInGit.some((how) => how.cluster === cluster)) return [];
  const rows = secrets.map(
    ({ namespace, name, data }) => `| ${namespace} | ${name} | ${Object.keys(data).sort().join(', ')} |`,
  );
  const content = [
    `# Secrets of ${environment}/${cluster}`,
    '',
    'They have to exist in the cluster; their values are in no file here. Make them by hand, or write `cluster.secretsInGit(…)` in the program.',
    '',
    '| namespace | name | keys |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  return [{ path: `${environment}/${cluster}/secrets.md`, content: content.join('\n') }];
}
