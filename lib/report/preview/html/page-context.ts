import { idKey, type ObjectId } from '../../../diff/object-id';
import type { ObjectBlock, PreviewReport, Risk } from '../../../diff/report';
import type { PreviewHtmlOptions } from './preview-html-options';
import { ALL_LINES, type TextDiffLimits } from './text-diff';

/** What every section of a page needs. */
export interface PageContext {
  readonly report: PreviewReport;
  readonly options: PreviewHtmlOptions;

  /** Names of all environments; filters name one by its place. */
  readonly environments: readonly string[];

  /** How much of objects is in the page: less, the more there are. */
  readonly limits: TextDiffLimits;

  /** Element that shows what a risk is about. */
  readonly anchorOf: (risk: Risk) => string | undefined;

  /** Risks of an object in the environments of its block. */
  readonly risksOf: (block: ObjectBlock) => readonly Risk[];
}

/** Gathers what every section needs. */
export function pageContext(report: PreviewReport, options: PreviewHtmlOptions): PageContext {
  const byObject = new Map<string, Risk[]>();
  for (const risk of report.risks) {
    if (risk.subject.type === 'object') push(byObject, idKey(risk.subject.id), risk);
  }
  const anchors = anchorsOf(report);
  return {
    report,
    options,
    environments: environmentsOf(report),
    limits: limitsFor(sizeOf(report)),
    anchorOf: (risk) =>
      anchors.get(subjectKey(risk))?.find(({ environments }) => meet(environments, risk.environments))?.id,
    risksOf: ({ id, formerId, environments }) =>
      [id, ...(formerId === undefined ? [] : [formerId])].flatMap((each: ObjectId) =>
        (byObject.get(idKey(each)) ?? []).filter((risk) => meet(environments, risk.environments)),
      ),
  };
}

interface Anchor {
  readonly id: string;
  readonly environments: readonly string[];
}

function anchorsOf({ objects, hosts, rollouts }: PreviewReport): ReadonlyMap<string, readonly Anchor[]> {
  const anchors = new Map<string, Anchor[]>();
  objects.forEach(({ id, formerId, environments }, index) => {
    for (const each of [id, formerId]) {
      if (each !== undefined) push(anchors, idKey(each), { id: `object-${index + 1}`, environments });
    }
  });
  hosts.forEach(({ cluster, host, environments }, index) =>
    push(anchors, `host ${cluster} ${host}`, { id: `host-${index + 1}`, environments }),
  );
  rollouts.forEach(({ cluster, environment }, index) =>
    push(anchors, `cluster ${cluster}`, { id: `rollout-${index + 1}`, environments: [environment] }),
  );
  return anchors;
}

function subjectKey({ subject }: Risk): string {
  if (subject.type === 'object') return idKey(subject.id);
  return subject.type === 'host' ? `host ${subject.cluster} ${subject.host}` : `cluster ${subject.cluster}`;
}

function environmentsOf({
  pictures = [],
  environments,
  objects,
  hosts,
  risks,
  images,
  rollouts,
}: PreviewReport): readonly string[] {
  return [
    ...new Set([
      ...environments.map(({ name }) => name),
      ...[...objects, ...hosts, ...risks, ...images].flatMap((item) => item.environments),
      ...[...rollouts, ...pictures].map(({ environment }) => environment),
    ]),
  ];
}

function sizeOf({ objects }: PreviewReport): number {
  return objects.reduce((sum, { yaml }) => sum + (yaml.before?.length ?? 0) + (yaml.after?.length ?? 0), 0);
}

function limitsFor(size: number): TextDiffLimits {
  if (size <= SIZE_OF_ALL_LINES) return ALL_LINES;
  return { context: size <= SIZE_OF_CONTEXT ? 3 : 1, changesOnly: true };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const meet = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((name) => others.includes(name));

/** Characters of YAML of both sides up to which lines that stay are in the page as well. */
const SIZE_OF_ALL_LINES = 8_000_000;

/** Up to which a change has more than one line before and after it. */
const SIZE_OF_CONTEXT = 20_000_000;
