import { manifestOf, sha256, type ChangeClass, type Manifest, type ManifestLine } from '../../hosts/manifest';
import type { Artifact, HostFile, HostSynthesis } from '../../synthesis/synthesis';
import { hostPaths } from './host-paths';
import { OFFICIAL_RELEASES } from './lock';
import type { Settings, SettingValue } from './options';
import { changedOptions, disruptionOf, type Disruption } from './restart-digest';

/**
 * What a host is to be, with what a change of each part costs: its files, its artifacts, and config.yaml option by option, because what an option costs
 * differs. Holes of the files are filled already.
 */
export function hostManifest(host: HostSynthesis): Manifest {
  return manifestOf([
    ...host.files.map(fileLine),
    ...host.artifacts.map(artifactLine),
    ...optionLines(host.settings),
    ...Object.entries(host.rotations ?? {}).map(([name, count]): ManifestLine => ({
      class: 'restart',
      sha256: sha256(String(count)),
      name: `rotate:${name}`,
    })),
  ]);
}

/** Records of the `prepare` step: everything that is staged, and the manifest. */
export function prepareRecords(host: HostSynthesis): string[][] {
  const manifest = hostManifest(host);
  return [
    ...host.files.map(({ path, mode, owner, content }) => [
      'file',
      mode,
      owner,
      path,
      sha256(content),
      Buffer.from(content).toString('base64'),
    ]),
    ...host.artifacts.map((artifact) => [
      'artifact',
      artifact.name,
      artifact.sha256 ?? '',
      artifact.path,
      downloadUrl(artifact),
    ]),
    ...manifest.lines.map((line) => ['line', line.class, line.sha256, line.name]),
  ];
}

function fileLine({ path, mode, owner, content, disruption }: HostFile): ManifestLine {
  const own = path === hostPaths.config ? 'none' : changeClass(disruption);
  return { class: own, sha256: sha256(`${mode} ${owner}\n${content}`), name: path };
}

/** Image archives are only read when K3s starts. */
function artifactLine({ path, sha256: checksum = '' }: Artifact): ManifestLine {
  return { class: path === hostPaths.binary ? 'drain-restart' : 'none', sha256: checksum, name: path };
}

function optionLines(settings: Settings): ManifestLine[] {
  return changedOptions({}, settings).map((name) => ({
    class: changeClass(disruptionOf([name])),
    sha256: sha256(JSON.stringify(valueOf(settings, name))),
    name: `option:${name}`,
  }));
}

function valueOf(settings: Settings, name: string): unknown {
  const [key = '', argument] = name.split(/\.(.*)/s);
  const value = (settings as Record<string, SettingValue>)[key];
  return argument === undefined ? value : (value as Record<string, unknown>)[argument];
}

/** What cannot change on a living node is refused by the transition rules; should it come here all the same, it is handled with the most care. */
function changeClass(disruption: Disruption): ChangeClass {
  return disruption === 'replace' || disruption === 'refused' ? 'drain-restart' : disruption;
}

function downloadUrl({ name, version, from = OFFICIAL_RELEASES }: Artifact): string {
  return from === 'operator' ? '' : `${from}/${encodeURIComponent(version)}/${name}`;
}
