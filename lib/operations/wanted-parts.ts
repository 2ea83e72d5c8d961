import { onHosts } from '../distributions/on-hosts';
import { sha256 } from '../hosts/manifest';
import { secretsIn } from '../secret';
import type { HostFile, HostSynthesis, Synthesis } from '../synthesis/synthesis';

/**
 * What a host is to be as far as it can be known without secrets and late values, as records of the script `read-back`: `line` for each part of
 * its manifest, `kept` for those that only a run knows, `file` for each file that lies there as it stands in the program.
 */
export function wantedParts({ clusters, late }: Synthesis, host: HostSynthesis): string[][] {
  const distribution = clusters.find((cluster) => cluster.name === host.cluster)?.distribution ?? '';
  const lines = onHosts[distribution]?.manifest(host).lines ?? [];
  const names = late.map(({ name }) => name);
  const open = new Set([
    ...host.files.filter((file) => hasHole(file.content, names)).map((file) => file.path),
    ...host.artifacts.filter(({ sha256: checksum }) => checksum === undefined).map(({ path }) => path),
    ...optionsWithHoles(host.settings, names).map((name) => `option:${name}`),
  ]);
  return [
    ...lines.map((line) =>
      open.has(line.name) ? ['kept', line.name] : ['line', line.class, line.sha256, line.name],
    ),
    ...host.files.filter((file) => !open.has(file.path)).map(fileRecord),
  ];
}

function fileRecord({ path, mode, owner, content }: HostFile): string[] {
  return ['file', path, sha256(content), mode, owner];
}

/** Names as a manifest has them: arguments inside of an option one by one. */
function optionsWithHoles(settings: HostSynthesis['settings'], late: readonly string[]): string[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const parts =
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value as Record<string, unknown>).map(([name, part]) => [`${key}.${name}`, part])
        : [[key, value]];
    return parts
      .filter(([, part]) => hasHole(JSON.stringify(part) ?? '', late))
      .map(([name]) => name as string);
  });
}

function hasHole(text: string, late: readonly string[]): boolean {
  return (
    text.includes('«') && (secretsIn(text).length > 0 || late.some((name) => text.includes(`«${name}»`)))
  );
}
