import type { Link, Topology } from '../synthesis/topology';

/** Something outside every cluster that a cluster talks to. */
export interface OutsideThing {
  readonly kind: 'uses' | 'datastore' | 'backup';
  readonly title: string;

  /** Smaller lines under the title. */
  readonly lines: readonly string[];

  /** Names that links give it. */
  readonly targets: readonly string[];
}

/** Datastores, other machines and backup targets, in this order; beyond a limit of each kind only counted. */
export function outsideThings(topology: Topology): OutsideThing[] {
  const hosts = topology.externalHosts.map(({ name, address, serves, accelerators }): OutsideThing => ({
    kind: 'uses',
    title: name,
    lines: [address, serves.join(', '), accelerators.join(', ')].filter((line) => line !== ''),
    targets: [name],
  }));
  return [
    ...limited(targetsOf(topology.links, 'datastore', 'external datastore'), 'datastores'),
    ...limited(hosts, 'machines'),
    ...limited(targetsOf(topology.links, 'backup', 'backups'), 'backup targets'),
  ];
}

function targetsOf(links: readonly Link[], kind: 'datastore' | 'backup', line: string): OutsideThing[] {
  const targets = [...new Set(links.filter((link) => link.kind === kind).map((link) => link.to))];
  return targets.map((target) => ({ kind, title: target, lines: [line], targets: [target] }));
}

function limited(things: readonly OutsideThing[], noun: string): OutsideThing[] {
  if (things.length <= LIMIT) return [...things];
  const rest = things.slice(LIMIT - 1);
  const [first] = rest;
  if (first === undefined) return [...things];
  const more: OutsideThing = {
    kind: first.kind,
    title: `+${rest.length} more ${noun}`,
    lines: [],
    targets: rest.flatMap((thing) => thing.targets),
  };
  return [...things.slice(0, LIMIT - 1), more];
}

const LIMIT = 8;
