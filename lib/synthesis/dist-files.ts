import { K3stackError } from '../errors';
import { planJson } from '../report/plan-json';
import { topologySvg } from '../report/topology-svg';
import { toYaml } from '../yaml';
import type { HostSynthesis, ManifestFile, Synthesis } from './synthesis';

/** One file of `dist/<env>`. */
export interface DistFile {
  /** Relative to `dist/<env>`, with `/` between its parts. */
  readonly path: string;
  readonly content: string;
}

/** Name of the file that holds the whole synthesis. */
export const SYNTHESIS_FILE = 'synthesis.json';

/**
 * Everything `k3stack synth` writes for one environment; the same synthesis gives the same bytes.
 *
 * @throws K3stackError `UNSAFE_DIST_PATH` for a file that would not lie inside of its folder, or two files in one place.
 */
export function distFiles(synthesis: Synthesis): DistFile[] {
  return checkedEntries(synthesis).map(({ path, text }) => ({ path, content: text() }));
}

/**
 * Where {@link distFiles} puts the files, without making their contents.
 *
 * @throws K3stackError `UNSAFE_DIST_PATH` as it does.
 */
export function distPaths(synthesis: Synthesis): string[] {
  return checkedEntries(synthesis).map(({ path }) => path);
}

/** A file whose content is made only when it is asked for. */
interface Entry {
  readonly path: string;
  readonly text: () => string;
}

function checkedEntries(synthesis: Synthesis): Entry[] {
  const entries: Entry[] = [
    ...synthesis.manifests.map((file) => ({ path: manifestPath(file), text: () => manifestText(file) })),
    ...hostEntries(synthesis),
    ...documentEntries(synthesis),
    { path: 'plan.json', text: () => jsonText(planJson(synthesis)) },
    { path: 'topology.json', text: () => jsonText(synthesis.topology) },
    { path: 'topology.svg', text: () => topologySvg(synthesis.topology) },
    { path: SYNTHESIS_FILE, text: () => jsonText(synthesis) },
  ];
  refuseCollisions(entries.map(({ path }) => path));
  return entries;
}

function manifestPath({ file }: ManifestFile): string {
  return `manifests/${safeName(file, 'manifest')}`;
}

/** Content of a manifest file. */
export function manifestText({ objects }: ManifestFile): string {
  return toYaml(...objects.map(({ object }) => object));
}

function hostEntries({ hosts }: Synthesis): Entry[] {
  return hosts.flatMap((host) => {
    const folder = clusterFolder('hosts', host.cluster, hosts);
    const name = safeName(host.name, 'host');
    return host.files.map(({ path, content }) => ({
      path: `${folder}/${name}${safeHostPath(path, host)}`,
      text: () => content,
    }));
  });
}

function documentEntries({ documents }: Synthesis): Entry[] {
  return documents.map(({ cluster, file, content }) => ({
    path: `${clusterFolder('docs', cluster, documents)}/${safeName(file, 'document')}`,
    text: () => content,
  }));
}

/** With members in several clusters their names may meet, so the cluster's name comes in between. */
function clusterFolder(
  folder: string,
  cluster: string,
  members: readonly { readonly cluster: string }[],
): string {
  const several = members.some((member) => member.cluster !== cluster);
  return several ? `${folder}/${safeName(cluster, 'cluster')}` : folder;
}

function safeName(name: string, what: string): string {
  if (/^[^/\\\0]+$/.test(name) && name !== '.' && name !== '..') return name;
  throw new K3stackError(
    'UNSAFE_DIST_PATH',
    `name of a ${what} must be usable as a file name, got ${JSON.stringify(name)}; write a name without '/'`,
  );
}

function safeHostPath(path: string, { name }: HostSynthesis): string {
  const [root, ...parts] = path.split('/');
  const safe =
    root === '' &&
    !/[\\\0]/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (safe) return path;
  throw new K3stackError(
    'UNSAFE_DIST_PATH',
    `file on host ${name} must have an absolute path without '.', '..', '//' and '\\', got ${JSON.stringify(path)}; ` +
      `write it as the host shows it, such as '/etc/rancher/k3s/registries.yaml'`,
  );
}

/** Two files in one place, also where letters differ in case only, or a file where another one needs a folder. */
function refuseCollisions(paths: readonly string[]): void {
  const taken = new Map<string, string>();
  for (const path of paths) {
    const other = taken.get(path.toLowerCase());
    if (other !== undefined) throw collision(path, other);
    taken.set(path.toLowerCase(), path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const other = taken.get(path.slice(0, end).toLowerCase());
      if (other !== undefined) throw collision(path, other);
    }
  }
}

function collision(path: string, other: string): K3stackError {
  return new K3stackError(
    'UNSAFE_DIST_PATH',
    `${path} and ${other} cannot lie in one folder; give one of the two another path`,
  );
}

function jsonText(data: unknown): string {
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
