import type { StepResult } from '../hosts/step-result';
import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';
import { ResultReader } from './result-reader';
import { wantedParts } from './wanted-parts';

/**
 * How a part of a host differs:
 *
 * - `missing`, `edited`: somebody removed or changed it on the host; raising its number brings it back.
 * - `stopped`: the service does not run; raising its number starts it.
 * - `stale`: K3s has not been restarted since a file changed that only a restart takes up.
 * - `foreign`: somebody put it there, where K3s or its unit reads it.
 * - `other`, `extra`: the program says otherwise; the next update brings it there anyway.
 */
export type DriftKind = 'missing' | 'edited' | 'stopped' | 'stale' | 'foreign' | 'other' | 'extra';

/** One part of a host that is not what the program says. */
export interface DriftPart {
  /** Path, or what else it is. */
  readonly name: string;
  readonly what: DriftKind;

  /** Set for what the API server has, and not the host: labels, annotations and taints of its Node. */
  readonly live?: boolean;

  /** What the program says, and what is there, where both can be told. */
  readonly declared?: string;
  readonly found?: string;
}

/** How one host differs from the program. */
export interface HostDrift {
  readonly host: string;

  /** Sorted by name. */
  readonly parts: readonly DriftPart[];

  /** Number to write for it in `reconcile`; absent when that would mend nothing. */
  readonly reconcile?: number;
}

/**
 * What `read-back` of a host reported, against what the program says about it.
 *
 * @param live What differs on its Node.
 */
export function hostDrift(
  synthesis: Synthesis,
  host: HostSynthesis,
  result: StepResult,
  live: readonly DriftPart[] = [],
): HostDrift {
  const read = ResultReader.of(result);
  const parts = [
    ...fileParts(wantedParts(synthesis, host), read),
    ...unitParts(read),
    ...read.texts('foreign').map((name): DriftPart => ({ name, what: 'foreign' })),
    ...versionParts(host, read),
    ...live,
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  const mends = parts.some(({ what }) => MENDED.includes(what));
  return { host: host.name, parts, ...(mends && { reconcile: reconciled(synthesis, host) + 1 }) };
}

/** The line for the program that brings hosts back; `undefined` when none needs it. Others that have a number keep it. */
export function reconcileLine(
  synthesis: Synthesis,
  hosts: readonly HostSynthesis[],
  drifts: readonly HostDrift[],
): string | undefined {
  const raised = new Map(
    drifts.flatMap(({ host, reconcile }) => (reconcile === undefined ? [] : [[host, reconcile] as const])),
  );
  if (raised.size === 0) return undefined;
  const entries = hosts
    .map((host) => [host.name, raised.get(host.name) ?? reconciled(synthesis, host)] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${/^[a-z_]\w*$/i.test(name) ? name : `'${name}'`}: ${count}`);
  return `reconcile: { ${entries.join(', ')} }`;
}

function fileParts(wanted: ReadonlyMap<string, string | undefined>, read: ResultReader): DriftPart[] {
  const things = new Map(read.list('things').map((thing) => [thing.text('path'), thing]));
  return [
    ...[...wanted].flatMap(([name, sha256]): DriftPart[] => {
      const thing = things.get(name);
      if (thing === undefined) return [{ name, what: 'other' }];
      const state = thing.text('state');
      if (state !== 'same') return [{ name, what: state === 'missing' ? 'missing' : 'edited' }];
      return sha256 === undefined || thing.text('sha256') === sha256 ? [] : [{ name, what: 'other' }];
    }),
    ...[...things.keys()]
      .filter((name) => !wanted.has(name))
      .map((name): DriftPart => ({ name, what: 'extra' })),
  ];
}

function unitParts(read: ResultReader): DriftPart[] {
  const unit = read.optional('unit');
  if (unit === undefined) return [];
  if (unit.optionalText('state') !== 'active') return [{ name: 'K3s', what: 'stopped' }];
  const isStale = unit.flag('needsReload') || unit.isFalse('startedAfterFiles');
  return isStale ? [{ name: 'K3s', what: 'stale' }] : [];
}

/** Where the binary is the one that was put there, but another one is in the program, the binary tells it already; its release is easier to read. */
function versionParts({ version }: HostSynthesis, read: ResultReader): DriftPart[] {
  const found = read.optionalText('version');
  return found === undefined || found === version ? [] : [{ name: `release ${found}`, what: 'other' }];
}

/** The number that the program has for a host now. */
function reconciled({ graph }: Synthesis, { name, cluster }: HostSynthesis): number {
  const step = graph.steps.find(
    (each) => each.host === name && each.cluster === cluster && (each.kind === 'run' || each.kind === 'roll'),
  );
  return Number(step?.script?.values['RECONCILE'] ?? 0);
}

const MENDED: readonly DriftKind[] = ['missing', 'edited', 'stopped'];
