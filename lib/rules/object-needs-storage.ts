import { holdsLate } from '../late';
import { nearest } from '../nearest';
import type { KubernetesObject } from '../synthesis/synthesis';
import { annotation, listOf, recordOf, specOf, textAt } from './object-needs-made';
import { blocksAt, type Place } from './object-needs-place';
import { podsOf } from './object-pods';
import { describeObject } from './object-set';
import type { Finding } from './rule';

type NeedFinding = Omit<Finding, 'path'>;

/** Claims of an object whose storage class its cluster does not have. */
export function claimFindings(object: KubernetesObject, place: Place): NeedFinding[] {
  if (object.kind === 'PersistentVolumeClaim') return claimFinding(object, 'spec.', object, place);
  const templates = listOf(specOf(object)['volumeClaimTemplates']).flatMap((claim, index) =>
    madeClaim(claim, `spec.volumeClaimTemplates[${index}]`, object, place),
  );
  const { spec: { volumes } = {}, property } = podsOf(object) ?? {};
  const ephemeral = listOf(volumes).flatMap((volume, index) => {
    const claim = recordOf(recordOf(volume)['ephemeral'])['volumeClaimTemplate'];
    if (claim === undefined) return [];
    return madeClaim(claim, `${property}.volumes[${index}].ephemeral.volumeClaimTemplate`, object, place);
  });
  return ephemeral.length === 0 ? templates : [...templates, ...ephemeral];
}

/** A claim that an object makes: for each of its pods, or for as long as one lives. */
function madeClaim(claim: unknown, at: string, object: KubernetesObject, place: Place): NeedFinding[] {
  return claimFinding(recordOf(claim) as unknown as KubernetesObject, `${at}.spec.`, object, place);
}

function claimFinding(
  claim: KubernetesObject,
  prefix: string,
  object: KubernetesObject,
  place: Place,
): NeedFinding[] {
  const spec = specOf(claim);
  const storageClass = textAt(spec, 'storageClassName') ?? annotation(claim, LEGACY_CLASS);
  const isStatic = storageClass === '' || spec['volumeName'] !== undefined || spec['selector'] !== undefined;
  if (place.offers.storage === undefined || isStatic || holdsLate(storageClass ?? '')) return [];
  if (place.made.controllers.has('storage')) return [];
  const classes = classesAt(place);
  if (place.made.volumeClasses.has(storageClass ?? '')) return [];
  const property = `${prefix}storageClassName`;
  if (storageClass === undefined)
    return hasDefault(place) ? [] : [{ property, ...withoutDefault(object, classes, place) }];
  return classes.includes(storageClass)
    ? []
    : [{ property, ...unknownClass(object, storageClass, classes, place) }];
}

function withoutDefault(
  object: KubernetesObject,
  classes: readonly string[],
  place: Place,
): Omit<NeedFinding, 'property'> {
  const make = place.offers.packaged ? MAKE : "write storageClasses: ['…'], the default first, in its props";
  return {
    problem: `${describeObject(object)} claims a volume without a class, and cluster ${place.cluster} has no default one: it waits for ever`,
    fix: classes.length === 0 ? make : `write storageClassName: '${classes[0]}'`,
    ...blocksAt(place),
  };
}

function unknownClass(
  object: KubernetesObject,
  storageClass: string,
  classes: readonly string[],
  place: Place,
): Omit<NeedFinding, 'property'> {
  const { packaged } = place.offers;
  const isPackaged = packaged && storageClass === LOCAL_PATH;
  const near = nearest(storageClass, packaged ? [...classes, LOCAL_PATH] : classes);
  const declared = packaged
    ? 'make its StorageClass in the program'
    : `add '${storageClass}' to storageClasses in its props`;
  return {
    problem: `${describeObject(object)} claims a volume of class '${storageClass}', and cluster ${place.cluster} has ${classes.length === 0 ? 'no storage class' : `only ${classes.join(', ')}`}`,
    fix: isPackaged ? MAKE : near === undefined ? declared : `did you mean '${near}'? Else ${declared}`,
    // A class of another name may be made by something that the program knows nothing of.
    ...(isPackaged ? blocksAt(place) : { blocks: 'nothing' as const }),
  };
}

function classesAt({ offers, made }: Place): string[] {
  return [...(offers.storage ?? []).map(({ name }) => name), ...made.storageClasses];
}

function hasDefault({ offers, made }: Place): boolean {
  return made.defaultStorageClasses.size > 0 || offers.storage?.some(({ isDefault }) => isDefault) === true;
}

const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** The class that K3s packages. */
const LOCAL_PATH = 'local-path';
const MAKE = "write new LocalPathStorage(cluster, 'local-path')";
