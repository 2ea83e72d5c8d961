import type { Comparison } from './comparison';
import type { ComparedObject } from './object-change';
import { idText } from './object-id';
import type { ImageChange } from './report';
import { readImage, versionStep, versionText, type ImageReference } from './rules/image-reference';
import { containersOf, workloadOf } from './rules/workload-pods';

/** Images that workloads begin to use, use in another version, or do not use any more; the same in several environments is one. */
export function imageChanges(comparisons: readonly Comparison[]): ImageChange[] {
  const found = new Map<string, { change: Step; workloads: Set<string>; environments: Set<string> }>();
  for (const comparison of comparisons) {
    for (const { workload, change } of changesOf(comparison)) {
      const key = JSON.stringify([change.image, change.from, change.to]);
      const known = found.get(key) ?? { change, workloads: new Set(), environments: new Set() };
      known.workloads.add(workload);
      known.environments.add(comparison.environment);
      found.set(key, known);
    }
  }
  return [...found.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { change, workloads, environments }]) => ({
      ...change,
      workloads: [...workloads].sort(),
      environments: [...environments],
    }));
}

type Step = Pick<ImageChange, 'image' | 'from' | 'to' | 'step'>;

function changesOf({ changes }: Comparison): { readonly workload: string; readonly change: Step }[] {
  return changes.flatMap(({ id, before, after }) => {
    const [old, now] = [imagesOf(before), imagesOf(after)];
    const containers = new Set([...old.keys(), ...now.keys()]);
    const workload = idText(id);
    const all = [...containers].flatMap((name) => changeOf(old.get(name), now.get(name)));
    return all.map((change) => ({ workload, change }));
  });
}

/** An image that is exchanged for another one goes, and the other one comes. */
function changeOf(before: ImageReference | undefined, after: ImageReference | undefined): Step[] {
  if (before !== undefined && after !== undefined && before.image === after.image) {
    const [from, to] = [versionText(before), versionText(after)];
    if (from === to) return [];
    const step = versionStep(before.tag ?? 'latest', after.tag ?? 'latest') ?? 'other';
    return [{ image: after.image, from, to, step }];
  }
  return [
    ...(before === undefined ? [] : [{ image: before.image, from: versionText(before) }]),
    ...(after === undefined ? [] : [{ image: after.image, to: versionText(after) }]),
  ];
}

function imagesOf(object: ComparedObject | undefined): ReadonlyMap<string, ImageReference> {
  const workload = object && workloadOf(object);
  if (workload === undefined) return new Map();
  return new Map(
    containersOf(workload.spec).flatMap(({ list, name, container }): [string, ImageReference][] => {
      const image = readImage(container['image']);
      return image === undefined ? [] : [[`${list}/${name}`, image]];
    }),
  );
}
