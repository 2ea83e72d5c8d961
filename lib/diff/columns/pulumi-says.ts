import { counted, listed } from '../../report/words';
import { printable } from '../../rules/violation';
import { columnKey } from '../column';
import type { Comparison } from '../comparison';
import { isMeant, type ObjectChange } from '../object-change';
import { idKey, idText, type ObjectId } from '../object-id';
import { findRisks } from '../rules/risk-rules';
import { isIdle, type PulumiPreview, type PulumiStep } from './pulumi-preview';

/** What Pulumi says of objects, by the keys of a column, and as a whole: above all where it disagrees. */
export interface PulumiSays {
  readonly says: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/**
 * Lays Pulumi's own preview beside a comparison.
 *
 * @param cluster The one that the preview is of. Default: all of the environment.
 */
export function pulumiSays(comparison: Comparison, preview: PulumiPreview, cluster?: string): PulumiSays {
  const changes = comparison.changes
    .filter(isMeant)
    .filter(({ id }) => cluster === undefined || id.cluster === cluster);
  const pairs = pairsOf(changes, preview.steps);
  const says = new Map(
    [...pairs].map(([{ id }, step]) => [columnKey(comparison.environment, idKey(id)), stepText(step)]),
  );
  const isWhole = preview.errors.length === 0;
  return {
    says,
    notes: [
      countsText(preview),
      ...preview.errors.slice(0, SHOWN).map((error) => `Pulumi fails: ${error}`),
      ...hostSteps(preview.steps),
      ...disagreements(comparison, changes, pairs, isWhole ? preview.steps : []),
    ],
  };
}

type Pairs = ReadonlyMap<ObjectChange, PulumiStep>;

function pairsOf(changes: readonly ObjectChange[], steps: readonly PulumiStep[]): Pairs {
  const byId = new Map<string, PulumiStep[]>();
  for (const step of steps) {
    if (step.id === undefined) continue;
    const key = plainKey(step.id);
    byId.set(key, [...(byId.get(key) ?? []), step]);
  }
  const pairs = new Map<ObjectChange, PulumiStep>();
  for (const change of changes) {
    const step = stepOf(change.id, byId);
    if (step !== undefined) pairs.set(change, step);
  }
  return pairs;
}

/** Of several clusters, the name of a resource begins with that of its cluster. */
function stepOf(id: ObjectId, byId: ReadonlyMap<string, readonly PulumiStep[]>): PulumiStep | undefined {
  const steps = byId.get(plainKey(id)) ?? [];
  const { cluster } = id;
  return cluster === undefined ? steps[0] : steps.find(({ name }) => name.startsWith(`${cluster}/`));
}

/** An object that names no namespace lies in `default`, also where Pulumi writes it out. */
function plainKey({ group, kind, namespace = 'default', name }: ObjectId): string {
  return idKey({ group, kind, namespace, name });
}

function stepText({ op, properties }: PulumiStep): string {
  const shown = listed(properties.map(printable), SHOWN);
  if (op === 'replace') return `replace (delete and make again)${shown === '' ? '' : `: ${shown}`}`;
  return op === 'update' && shown !== '' ? `update: ${shown}` : printable(op);
}

function countsText({ counts, steps }: PulumiPreview): string {
  const all = Object.entries(counts).filter(([, count]) => count > 0);
  if (all.length === 0) return steps.length === 0 ? 'no steps' : `${counted(steps.length, 'step')}`;
  return all
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([op, count]) => `${count} ${printable(op)}`)
    .join(', ');
}

/** Steps on hosts are commands. */
function hostSteps(steps: readonly PulumiStep[]): string[] {
  const own = steps.filter((step) => step.type.startsWith('command:') && !isIdle(step));
  if (own.length === 0) return [];
  return [`${counted(own.length, 'command')} on hosts: ${shownSteps(own)}`];
}

function disagreements(
  comparison: Comparison,
  changes: readonly ObjectChange[],
  pairs: Pairs,
  steps: readonly PulumiStep[],
): string[] {
  const refused = refusedIn(comparison);
  const replaced = [...pairs].filter(([{ id }, { op }]) => op === 'replace' && !refused.has(idKey(id)));
  const updated = [...pairs].filter(([{ id }, { op }]) => op === 'update' && refused.has(idKey(id)));
  const left = changes.filter(
    (change) => steps.length > 0 && (pairs.get(change) === undefined || idle(pairs.get(change))),
  );
  const known = new Set(changes.flatMap(({ id, before }) => [plainKey(id), before && plainKey(before.id)]));
  const others = steps.filter(
    (step) => step.id !== undefined && !isIdle(step) && !known.has(plainKey(step.id)),
  );
  const names = (all: readonly ObjectChange[]): string => listed(all.map(({ id }) => printable(idText(id))));
  return [
    ...line(
      'Pulumi deletes and makes again what the API server would update',
      names(replaced.map(([change]) => change)),
    ),
    ...line('Pulumi updates what the API server refuses to update', names(updated.map(([change]) => change))),
    ...line('Pulumi changes what this comparison does not', shownSteps(others)),
    ...line('Pulumi leaves what this comparison changes', names(left)),
  ];
}

function idle(step: PulumiStep | undefined): boolean {
  return step !== undefined && isIdle(step);
}

/** Objects whose update the API server refuses, going by the risk rules. */
function refusedIn(comparison: Comparison): ReadonlySet<string> {
  const risks = findRisks(comparison).filter(({ rule }) => rule.refusedByApi === true);
  return new Set(risks.flatMap(({ subject }) => (subject.type === 'object' ? [idKey(subject.id)] : [])));
}

function line(title: string, names: string): string[] {
  return names === '' ? [] : [`${title}: ${names}`];
}

function shownSteps(steps: readonly PulumiStep[]): string {
  return listed(steps.map(({ op, id, name }) => printable(`${op} ${id === undefined ? name : idText(id)}`)));
}

const SHOWN = 4;
