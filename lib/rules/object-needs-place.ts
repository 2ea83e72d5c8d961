import type { KubernetesObject } from '../synthesis/synthesis';
import { addMade, groupOf, isInstaller, nothingMade, type Made } from './object-needs-made';
import type { Offers } from './object-needs-offers';
import type { ObjectEntry, ObjectSet } from './object-set';
import type { Finding, StaticRule } from './rule';

/** Where an object lies: a cluster, what it offers, and what the program's objects bring along there. */
export interface Place {
  readonly cluster: string;
  readonly offers: Offers;
  readonly made: Made;
}

/** A rule about what objects of some kinds need of their cluster. */
export interface Need extends Omit<StaticRule<ObjectSet>, 'kind' | 'check'> {
  /** Whether objects of a kind can need it at all. */
  readonly concerns: (group: string, kind: string) => boolean;

  /** What is wrong with one of them. */
  readonly check: (object: KubernetesObject, place: Place) => readonly Omit<Finding, 'path'>[];
}

/** A rule about all objects, made of one about each; says nothing where something in the program may bring what is missing. */
export function needRule({ concerns, check, ...rule }: Need): StaticRule<ObjectSet> {
  return {
    ...rule,
    kind: 'static',
    check: (set) => {
      const places = placesOf(set);
      if (places.size === 0) return [];
      return set.objects.flatMap(({ path, cluster, object }) => {
        const place = cluster === undefined ? undefined : places.get(cluster);
        if (place === undefined || !concerns(groupOf(object), object.kind)) return [];
        return check(object, place).map((finding) => ({ path, ...finding }));
      });
    },
  };
}

/** What a violation stops: the synthesis only where the program alone decides. */
export function blocksAt({ offers }: Place): { blocks?: 'nothing' } {
  return offers.sealed ? {} : { blocks: 'nothing' };
}

/** Clusters of which enough is known, by name; looked up once for all rules. */
function placesOf(set: ObjectSet): ReadonlyMap<string, Place> {
  const known = remembered.get(set);
  if (known !== undefined) return known;
  const places = set.objects.some(({ object }) => isInstaller(object))
    ? new Map<string, Place>()
    : readPlaces(set);
  remembered.set(set, places);
  return places;
}

function readPlaces({ offers, objects }: ObjectSet): Map<string, Place> {
  const places = new Map(
    [...offers].map(([cluster, offered]): [string, Place] => [
      cluster,
      { cluster, offers: offered, made: nothingMade() },
    ]),
  );
  for (const entry of objects) addTo(places, entry);
  for (const [cluster, { made }] of places) if (made.installs) places.delete(cluster);
  return places;
}

function addTo(places: ReadonlyMap<string, Place>, entry: ObjectEntry): void {
  const place = entry.cluster === undefined ? undefined : places.get(entry.cluster);
  if (place !== undefined) addMade(place.made, entry);
}

const remembered = new WeakMap<ObjectSet, ReadonlyMap<string, Place>>();
