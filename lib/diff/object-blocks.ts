import { bytesOf, isQuantity, memoryText } from '../cluster/quantity';
import { counted } from '../report/words';
import { listOf, recordOf } from '../rules/object-needs-made';
import { toYaml } from '../yaml';
import type { Comparison } from './comparison';
import { isMeant, type ComparedObject, type ObjectChange } from './object-change';
import { idKey } from './object-id';
import { reportedFields, shownValue } from './reported-fields';
import type { ObjectBlock } from './report';
import type { JudgedRisk } from './reported-risks';
import { rank } from './rules/risk-rules';
import type { RiskLevel } from './rules/risk-rule';
import { containersOf, workloadOf } from './rules/workload-pods';

/** Objects that come, go or differ in any environment, the riskiest first; what is waived is no risk, but is refused all the same. The same change in several environments is one block. */
export function objectBlocks(
  comparisons: readonly Comparison[],
  risks: readonly JudgedRisk[],
): ObjectBlock[] {
  const atRisk = risksByObject(risks);
  const blocks = new Map<string, ObjectBlock>();
  for (const comparison of comparisons) {
    for (const change of comparison.changes.filter(isMeant)) {
      const own = atRisk.get(`${comparison.environment}|${idKey(change.id)}`) ?? [];
      const block = blockOf(change, comparison.environment, own);
      const key = sameness(block);
      const known = blocks.get(key);
      blocks.set(key, known === undefined ? block : merged(known, block));
    }
  }
  return withDifferences([...blocks.values()], comparisons).sort(
    (a, b) => rank(a.level) - rank(b.level) || compareText(sortKey(a), sortKey(b)),
  );
}

function risksByObject(risks: readonly JudgedRisk[]): ReadonlyMap<string, readonly JudgedRisk[]> {
  const found = new Map<string, JudgedRisk[]>();
  for (const risk of risks) {
    if (risk.subject.type !== 'object') continue;
    const key = `${risk.environment}|${idKey(risk.subject.id)}`;
    found.set(key, [...(found.get(key) ?? []), risk]);
  }
  return found;
}

function blockOf(change: ObjectChange, environment: string, risks: readonly JudgedRisk[]): ObjectBlock {
  const { kind, id, before, after } = change;
  const level = risks.reduce<RiskLevel>(
    (worst, { rule, waiver }) =>
      waiver === undefined && rank(rule.level) < rank(worst) ? rule.level : worst,
    'routine',
  );
  return {
    id,
    ...(kind === 'renamed' && { formerId: before.id }),
    kind,
    replaced: kind === 'changed' && risks.some(({ rule }) => rule.needsReplacement === true),
    level,
    environments: [environment],
    differsIn: [],
    fields: reportedFields(change.fields),
    folds: change.folds,
    summary: kind === 'added' || kind === 'removed' ? summaryOf(after ?? before) : '',
    origin: (after ?? before)?.origin ?? {},
    yaml: { ...(before && { before: yamlOf(before) }), ...(after && { after: yamlOf(after) }) },
  };
}

/** The whole text counts only of what comes or goes: of what changes, the rest of the object may differ by environment. */
function sameness({ id, formerId, kind, fields, yaml }: ObjectBlock): string {
  const whole = kind === 'added' || kind === 'removed' ? yaml : undefined;
  return JSON.stringify([id, formerId, kind, fields, whole]);
}

function merged(one: ObjectBlock, other: ObjectBlock): ObjectBlock {
  return {
    ...one,
    replaced: one.replaced || other.replaced,
    level: rank(other.level) < rank(one.level) ? other.level : one.level,
    environments: [...one.environments, ...other.environments],
  };
}

function withDifferences(blocks: readonly ObjectBlock[], comparisons: readonly Comparison[]): ObjectBlock[] {
  return blocks.map((block) => ({
    ...block,
    differsIn: comparisons
      .filter(({ environment }) => !block.environments.includes(environment))
      .filter(({ find }) => (find('after', block.id) ?? find('before', block.id)) !== undefined)
      .map(({ environment }) => environment),
  }));
}

function yamlOf({ object }: ComparedObject): string {
  return toYaml(shownValue(object));
}

/** What an object is, in a few words. */
function summaryOf(compared: ComparedObject): string {
  const { object } = compared;
  const workload = workloadOf(compared);
  const spec = recordOf(object['spec']);
  const parts = [
    workload && counted(containersOf(workload.spec).length, 'container'),
    typeof spec['replicas'] === 'number' ? counted(spec['replicas'], 'replica') : undefined,
    storageOf(compared),
    ...COUNTED.map(([field, noun]) => countIn(object[field] ?? spec[field], noun)),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function storageOf({ object }: ComparedObject): string | undefined {
  const spec = recordOf(object['spec']);
  const claims =
    object.kind === 'PersistentVolumeClaim'
      ? [spec]
      : listOf(spec['volumeClaimTemplates']).map((claim) => recordOf(recordOf(claim)['spec']));
  const sizes = claims
    .map((claim) => recordOf(recordOf(claim['resources'])['requests'])['storage'])
    .filter(isQuantity)
    .map(bytesOf);
  return sizes.length === 0 ? undefined : memoryText(sizes.reduce((sum, size) => sum + size, 0));
}

function countIn(value: unknown, noun: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const count = Object.keys(value).length;
  return count === 0 ? undefined : counted(count, noun);
}

function sortKey({
  id: { cluster = '', group, kind, namespace = '', name },
  environments,
}: ObjectBlock): string {
  return [kind, group, cluster, namespace, name, ...environments].join('\0');
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Fields of objects that are worth counting. */
const COUNTED: readonly (readonly [string, string])[] = [
  ['data', 'key'],
  ['rules', 'rule'],
  ['subjects', 'subject'],
  ['ports', 'port'],
  ['webhooks', 'webhook'],
];
