import { isPinned, parseImage } from '../workloads/image-reference';
import { withExamples } from '../late';
import { listOf, recordOf } from './object-needs-made';
import { podsOf } from './object-pods';
import { describeObject, type ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Rules about the images of pods. */
export const imageRules: readonly StaticRule<ObjectSet>[] = [
  {
    id: 'image-moves',
    kind: 'static',
    title: 'An image is the same one tomorrow',
    reason:
      'Without a tag, or with one that moves, the same manifests run another program after a restart. Presets refuse it; for objects that a program writes itself it is a warning.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    check: ({ objects }) =>
      objects.flatMap(({ object, path }): Finding[] => {
        const pods = podsOf(object);
        if (pods === undefined) return [];
        return ['initContainers', 'containers'].flatMap((key) =>
          listOf(pods.spec[key]).flatMap((item, index) => {
            const { image } = recordOf(item);
            const reference = typeof image === 'string' ? parseImage(withExamples(image)) : undefined;
            if (reference === undefined || isPinned(reference)) return [];
            return [
              {
                path,
                property: `${pods.property}.${key}[${index}].image`,
                problem: `of ${describeObject(object)} is ${JSON.stringify(image)}, which may be another image tomorrow`,
                fix: `write one release: '${reference.repository}:1.4.2', or a digest`,
                blocks: 'nothing' as const,
              },
            ];
          }),
        );
      }),
  },
];
