import type { StepResult } from '../hosts/step-result';
import type { HostSynthesis, Synthesis } from '../synthesis/synthesis';
import { ResultReader } from './result-reader';

/**
 * How a part of a host differs: it is gone, was edited on the host after it was put there, is not (yet) what the program says, or is there although
 * the program does not have it.
 */
export type DriftKind = 'missing' | 'edited' | 'other' | 'extra';

/** One part of a host that is not what the program says. */
export interface DriftPart {
  /** Path, or a name such as `option:node-ip`. */
  readonly name: string;
  readonly what: DriftKind;
}

/** How one host differs from the program. */
export interface HostDrift {
  readonly host: string;
  readonly parts: readonly DriftPart[];

  /** Number to write for it in `reconcile`; absent when that would mend nothing. */
  readonly reconcile?: number;
}

/** What `read-back` of a host reported, against what the program says about it. */
export function hostDrift(synthesis: Synthesis, host: HostSynthesis, result: StepResult): HostDrift {
  const read = ResultReader.of(result);
  const version = read.optionalText('version');
  const parts: DriftPart[] = [
    ...(read.flag('running') ? [] : [{ name: 'service', what: 'missing' as const }]),
    ...(version === undefined || version === host.version
      ? []
      : [{ name: `release ${version}`, what: 'other' as const }]),
    ...read.list('differs').map((part) => ({ name: part.text('name'), what: kindOf(part.text('what')) })),
  ];
  const byHand = parts.some(({ what }) => what === 'missing' || what === 'edited');
  return {
    host: host.name,
    parts: parts.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(byHand && { reconcile: reconciled(synthesis, host) + 1 }),
  };
}

/** The line for the program that brings hosts back; `undefined` when none needs it. Others that have a number keep it. */
export function reconcileLine(synthesis: Synthesis, drifts: readonly HostDrift[]): string | undefined {
  const raised = new Map(
    drifts.flatMap(({ host, reconcile }) => (reconcile === undefined ? [] : [[host, reconcile] as const])),
  );
  const [cluster] = synthesis.hosts.filter(({ name }) => raised.has(name)).map((host) => host.cluster);
  const entries = synthesis.hosts
    .filter((host) => host.cluster === cluster)
    .map((host) => [host.name, raised.get(host.name) ?? reconciled(synthesis, host)] as const)
    .filter(([, count]) => count > 0);
  if (raised.size === 0) return undefined;
  const written = entries.map(
    ([name, count]) => `${/^[a-z_]\w*$/i.test(name) ? name : `'${name}'`}: ${count}`,
  );
  return `reconcile: { ${written.join(', ')} }`;
}

/** The number that the program has for a host now. */
function reconciled({ graph }: Synthesis, host: HostSynthesis): number {
  const step = graph.steps.find(
    ({ kind, host: name, cluster }) =>
      name === host.name && cluster === host.cluster && (kind === 'run' || kind === 'roll'),
  );
  return Number(step?.script?.values['RECONCILE'] ?? 0);
}

function kindOf(word: string): DriftKind {
  return KINDS.find((kind) => kind === word) ?? 'other';
}

const KINDS: readonly DriftKind[] = ['missing', 'edited', 'other', 'extra'];
