import type { ManifestFile, SynthesizedObject } from '../../lib/synthesis/synthesis';

/**
 * The files with the waves in which Argo CD applies objects that the program made depend on others (argo-cd: docs/user-guide/sync-waves.md): it waits until
 * those of a wave are healthy, which a Job is when it has ended well. Flux has no order for single objects.
 */
export function withSyncWaves(files: readonly ManifestFile[]): ManifestFile[] {
  const all = new Map<string, SynthesizedObject[]>();
  for (const { objects } of files)
    for (const object of objects) all.set(object.path, [...(all.get(object.path) ?? []), object]);
  if (![...all.values()].flat().some(({ after = [] }) => after.length > 0)) return [...files];

  const waves = new Map<string, number>();
  const waveOf = (path: string): number => {
    const known = waves.get(path);
    if (known !== undefined) return known;
    waves.set(path, 0); // cycles were refused
    const before = (all.get(path) ?? []).flatMap(({ after = [] }) => after).filter((each) => all.has(each));
    const wave = before.length === 0 ? 0 : 1 + Math.max(...before.map(waveOf));
    waves.set(path, wave);
    return wave;
  };
  return files.map((file) => ({
    ...file,
    objects: file.objects.map((each) => inWave(each, waveOf(each.path))),
  }));
}

function inWave(synthesized: SynthesizedObject, wave: number): SynthesizedObject {
  const { object } = synthesized;
  const annotations = object.metadata?.annotations ?? {};
  if (wave === 0 || WAVE in annotations) return synthesized;
  const metadata = { ...object.metadata, annotations: { ...annotations, [WAVE]: String(wave) } };
  return { ...synthesized, object: { ...object, metadata } };
}

const WAVE = 'argocd.argoproj.io/sync-wave';
