import { fillHoles } from '../../lib/synthesis/fill';
import { mapStrings } from '../../lib/late';
import { manifestText, type DistFile } from '../../lib/synthesis/dist-files';
import type { Synthesis } from '../../lib/synthesis/synthesis';

/**
 * What an environment's clusters are to hold, as files that Argo CD or Flux applies: `<environment>/<cluster>/NN-name.yaml` as `k3stack synth` writes
 * them, and a page that names the Secrets that have to be made beside. Same synthesis and late values, same bytes; never a secret.
 */
export function gitFiles(synthesis: Synthesis, late: Readonly<Record<string, string>>): DistFile[] {
  const { environment, clusters, manifests } = synthesis;
  const filled = (text: string): string => fillHoles(text, { secrets: {}, late });
  return clusters.flatMap(({ name }) => [
    ...manifests
      .filter(({ cluster }) => cluster === name)
      .map((file) => ({
        path: `${environment}/${name}/${file.file}`,
        content: manifestText(Object.keys(late).length === 0 ? file : mapStrings(file, filled)),
      })),
    ...secretsPage(synthesis, name),
  ]);
}

function secretsPage({ environment, kubernetesSecrets }: Synthesis, cluster: string): DistFile[] {
  const secrets = kubernetesSecrets.filter((secret) => secret.cluster === cluster);
  if (secrets.length === 0) return [];
  const rows = secrets.map(
    ({ namespace, name, data }) => `| ${namespace} | ${name} | ${Object.keys(data).sort().join(', ')} |`,
  );
  const content = [
    `# Secrets of ${environment}/${cluster}`,
    '',
    'They have to exist in the cluster; their values are in no file here. Seal them, encrypt them with SOPS, or let an operator fetch them.',
    '',
    '| namespace | name | keys |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  return [{ path: `${environment}/${cluster}/secrets.md`, content: content.join('\n') }];
}
