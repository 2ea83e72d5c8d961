import { holdsLate } from '../late';
import { nearest } from '../nearest';
import type { KubernetesObject } from '../synthesis/synthesis';
import { annotation, groupOf, specOf, textAt } from './object-needs-made';
import { blocksAt, type Place } from './object-needs-place';
import { describeObject } from './object-set';
import type { Finding } from './rule';

type NeedFinding = Omit<Finding, 'path'>;

/** An Ingress whose class no controller of its cluster serves. */
export function ingressFindings(object: KubernetesObject, place: Place): NeedFinding[] {
  if (place.made.controllers.has('ingress')) return [];
  const own = textAt(specOf(object), 'ingressClassName');
  const name = own ?? annotation(object, LEGACY_CLASS);
  if (holdsLate(name ?? '')) return [];
  if (name === undefined || name === '') return withoutClass(object, place);
  const property = own === undefined ? `metadata.annotations['${LEGACY_CLASS}']` : 'spec.ingressClassName';
  return unknownClass(object, name, place).map((finding) => ({ property, ...finding }));
}

function withoutClass(object: KubernetesObject, place: Place): NeedFinding[] {
  const { offers, made, cluster } = place;
  if ((offers.ingress?.length ?? 0) > 0 || made.ingressClasses.size > 0) return [];
  return [
    {
      property: 'spec.ingressClassName',
      problem: `${describeObject(object)} names no class, and cluster ${cluster} has no ingress controller: nothing serves it`,
      fix: offers.packaged ? MAKE : "write its class, or ingressClass: 'nginx' in the props of the cluster",
      // Some controller, not of the program, may take every Ingress that names no class.
      blocks: 'nothing',
    },
  ];
}

function unknownClass(object: KubernetesObject, name: string, place: Place): Omit<NeedFinding, 'property'>[] {
  const { offers, made, cluster } = place;
  const classes = [...(offers.ingress ?? []), ...made.ingressClasses];
  if (offers.ingress === undefined || classes.includes(name)) return [];
  const isPackaged = offers.packaged && name === TRAEFIK;
  if (offers.packaged && !offers.sealed && !isPackaged) return [];
  const near = nearest(name, offers.packaged ? [...classes, TRAEFIK] : classes);
  const declared = offers.packaged
    ? 'make its IngressClass, or the chart of its controller, in the program'
    : `write ingressClass: '${name}' in the props of the cluster`;
  return [
    {
      problem: `${describeObject(object)} names ingress class '${name}', and cluster ${cluster} has ${classes.length === 0 ? 'no ingress controller' : `only ${classes.join(', ')}`}`,
      fix: isPackaged ? MAKE : near === undefined ? declared : `did you mean '${near}'? Else ${declared}`,
      // A class of another name may be served by something that the program knows nothing of.
      ...(isPackaged ? blocksAt(place) : { blocks: 'nothing' as const }),
    },
  ];
}

/** Objects of Traefik or of the Gateway API where nothing brings their CustomResourceDefinitions. */
export function routeFindings(object: KubernetesObject, place: Place): NeedFinding[] {
  const { offers, made, cluster } = place;
  const group = groupOf(object);
  const isKnown =
    made.customGroups.has(group) || offers.customResources.some((name) => name.endsWith(`.${group}`));
  if (isKnown || offers.ingress?.includes(TRAEFIK) === true) return [];
  // Other controllers bring the Gateway API as well.
  if (group === GATEWAY_GROUP && !(offers.packaged && offers.sealed)) return [];
  return [
    {
      property: 'apiVersion',
      problem: `${describeObject(object)} is a resource of '${group}', which cluster ${cluster} does not know without Traefik`,
      fix: offers.packaged ? MAKE : `${MAKE}, or crds: ['…s.${group}'] in the props of the cluster`,
      blocks: 'nothing', // applying it fails loudly
    },
  ];
}

/** Group of Traefik's own resources. */
export const TRAEFIK_GROUP = 'traefik.io';

/** Group of the Gateway API, whose definitions K3s installs with Traefik. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

const LEGACY_CLASS = 'kubernetes.io/ingress.class';

/** The class that K3s packages. */
const TRAEFIK = 'traefik';
const MAKE = "write new Traefik(cluster, 'traefik')";
