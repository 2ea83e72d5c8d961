import { recordOf, textAt } from '../../rules/object-needs-made';
import { at, fieldIn, mapsAt } from './rule-text';
import { containersOf, type Workload } from './workload-pods';

/** A ConfigMap or Secret that pods cannot start without, or one key of it. */
export interface PodReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;

  /** @default - the whole of it */
  readonly key?: string;
  readonly field: string;

  /** Such as `env PASSWORD of container web`. */
  readonly use: string;
}

/** What the pods of an object need of ConfigMaps and Secrets; what is `optional` is left out. */
export function referencesOf(workload: Workload): readonly PodReference[] {
  return [...variables(workload), ...volumes(workload)];
}

function variables({ spec, property }: Workload): readonly PodReference[] {
  return containersOf(spec).flatMap(({ name, list, container }) => {
    const field = (...rest: Parameters<typeof fieldIn>): string => fieldIn(property, list, { name }, ...rest);
    const single = mapsAt(container, 'env').flatMap((variable) => {
      const called = String(variable['name']);
      return SOURCES.flatMap(({ kind, keyRef }) =>
        reference(
          kind,
          at(variable, 'valueFrom', keyRef),
          `env ${called} of container ${name}`,
          field('env', { name: called }),
          'name',
        ),
      );
    });
    const whole = mapsAt(container, 'envFrom').flatMap((source) =>
      SOURCES.flatMap(({ kind, ref }) =>
        reference(kind, source[ref], `envFrom of container ${name}`, field('envFrom'), 'name'),
      ),
    );
    return [...single, ...whole];
  });
}

function volumes({ spec, property }: Workload): readonly PodReference[] {
  return mapsAt(spec, 'volumes').flatMap((volume) => {
    const name = String(volume['name']);
    const field = fieldIn(property, 'volumes', { name });
    const own = SOURCES.flatMap(({ kind, volume: key, nameKey }) =>
      ofVolume(kind, volume[key], nameKey, name, field),
    );
    const projected = mapsAt(volume, 'projected', 'sources').flatMap((source) =>
      SOURCES.flatMap(({ kind, volume: key }) => ofVolume(kind, source[key], 'name', name, field)),
    );
    return [...own, ...projected];
  });
}

/** A volume with `items` needs these keys; one without takes what there is. */
function ofVolume(
  kind: PodReference['kind'],
  source: unknown,
  nameKey: string,
  volume: string,
  field: string,
): readonly PodReference[] {
  const use = `volume ${volume}`;
  const items = mapsAt(source, 'items');
  if (items.length === 0) return reference(kind, source, use, field, nameKey);
  return items.flatMap((item) =>
    reference(kind, { ...recordOf(source), key: item['key'] }, use, field, nameKey),
  );
}

function reference(
  kind: PodReference['kind'],
  source: unknown,
  use: string,
  field: string,
  nameKey: string,
): PodReference[] {
  const { optional, ...rest } = recordOf(source);
  const name = textAt(rest, nameKey);
  if (name === undefined || optional === true) return [];
  const key = textAt(rest, 'key');
  return [{ kind, name, ...(key !== undefined && { key }), field, use }];
}

const SOURCES = [
  { kind: 'ConfigMap', keyRef: 'configMapKeyRef', ref: 'configMapRef', volume: 'configMap', nameKey: 'name' },
  { kind: 'Secret', keyRef: 'secretKeyRef', ref: 'secretRef', volume: 'secret', nameKey: 'secretName' },
] as const;
