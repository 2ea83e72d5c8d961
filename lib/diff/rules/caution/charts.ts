import { kindOf } from '../../object-id';
import type { Comparison } from '../../comparison';
import type { ComparedObject } from '../../object-change';
import { versionStep } from '../image-reference';
import type { RiskRule, SubjectHit } from '../risk-rule';
import { at, fromTo, mapsAt } from '../rule-text';

/** Charts that take a major step, or go back. */
export const chartRules: readonly RiskRule[] = [
  {
    id: 'chart-major',
    level: 'caution',
    on: 'environment',
    title: 'A chart takes a major step',
    reason:
      'A new major version of a chart renames values and objects, and often brings a major version of its program.',
    onApply: 'Its objects are changed as shown, those that cannot be changed are refused.',
    fix: 'Read its upgrade notes, and look for removed values.',
    source: 'https://helm.sh/docs/topics/charts/#charts-and-versioning',
    check: (comparison) => hitsOf(comparison, 'major'),
  },
  {
    id: 'chart-downgrade',
    level: 'caution',
    on: 'environment',
    title: 'A chart goes back to an older version',
    reason:
      'What the newer program wrote the older one may not read; definitions in the templates of the chart lose fields, with what objects have in them.',
    onApply:
      'Its objects are changed back. Definitions in its folder crds/ stay new: Helm never touches those that exist.',
    fix: 'Read whether the program supports it, and back its data up.',
    source: 'https://helm.sh/docs/chart_best_practices/custom_resource_definitions/',
    check: (comparison) => hitsOf(comparison, 'downgrade'),
  },
];

interface Chart {
  readonly name: string;
  readonly version: string;

  /** @default - only a label names it */
  readonly field?: string;
}

/** One hit for each chart, at the first object that names it. */
function hitsOf({ changes }: Comparison, wanted: 'major' | 'downgrade'): readonly SubjectHit[] {
  const said = new Set<string>();
  return changes.flatMap(({ id, before, after }): SubjectHit[] => {
    const [old, now] = [before, after].map((side) => (side === undefined ? undefined : chartOf(side)));
    if (old === undefined || now === undefined || old.name !== now.name) return [];
    const key = `${id.cluster ?? ''}|${now.name}|${old.version}|${now.version}`;
    if (said.has(key) || versionStep(old.version, now.version) !== wanted) return [];
    said.add(key);
    return [
      {
        subject: { type: 'object', id },
        ...(now.field !== undefined && { field: now.field }),
        what: `chart ${now.name} ${fromTo(old.version, now.version)}`,
      },
    ];
  });
}

function chartOf({ id, object }: ComparedObject): Chart | undefined {
  const spec = at(object, 'spec');
  switch (kindOf(id)) {
    case 'helm.cattle.io/HelmChart':
      return chart(at(spec, 'chart'), at(spec, 'version'), 'spec.version');
    case 'helm.toolkit.fluxcd.io/HelmRelease':
      return chart(
        at(spec, 'chart', 'spec', 'chart'),
        at(spec, 'chart', 'spec', 'version'),
        'spec.chart.spec.version',
      );
    case 'argoproj.io/Application': {
      const source = at(spec, 'source') ?? mapsAt(spec, 'sources').find((one) => one['chart'] !== undefined);
      return chart(at(source, 'chart'), at(source, 'targetRevision'), 'spec.source.targetRevision');
    }
    default:
      return labelled(object.metadata?.labels?.['helm.sh/chart'] ?? object.metadata?.labels?.['chart']);
  }
}

function chart(name: unknown, version: unknown, field: string): Chart | undefined {
  return typeof name === 'string' && typeof version === 'string' ? { name, version, field } : undefined;
}

/** `cert-manager-v1.16.2`; Helm writes `_` for `+` in a label. */
function labelled(label: unknown): Chart | undefined {
  const match = typeof label === 'string' ? CHART_LABEL.exec(label) : null;
  return match === null ? undefined : { name: match[1] ?? '', version: (match[2] ?? '').replace('_', '+') };
}

/** home-operations/konflate@51868e1:internal/diff/lint.go, chartLabelRe. */
const CHART_LABEL = /^(.*)-(v?\d+\.\d+[0-9A-Za-z._+-]*)$/;
