import type { ObjectBlock, PreviewReport } from '../../lib/diff/report';
import { RISK_LEVELS } from '../../lib/diff/rules/risk-rule';
import { sampleObject, sampleReport, sampleRisk } from './preview-report';

/** A report with many of everything, and one value that is larger than any comment. */
export function largeReport(objects: number, risks: number): PreviewReport {
  const sample = sampleReport();
  const many = <T>(items: readonly T[]): T[] => Array.from({ length: 10 }, () => items).flat();
  return sampleReport({
    risks: Array.from({ length: risks }, (_, index) =>
      sampleRisk({
        level: (['block', 'high', 'caution'] as const)[Math.floor((index * 3) / risks)]!,
        subject: { type: 'object', id: blockOf(index, objects).id },
      }),
    ),
    objects: Array.from({ length: objects }, (_, index) => blockOf(index, objects)),
    images: many(many(sample.images)),
    hosts: many(sample.hosts).map((host, index) => ({ ...host, reason: `reason ${index}` })),
    environments: many(sample.environments),
    waivers: many(sample.waivers),
    problems: many(many(sample.problems)),
    lint: { introduced: many(many(sample.lint.introduced)), fixed: many(sample.lint.fixed) },
  });
}

function blockOf(index: number, all: number): ObjectBlock {
  const level = RISK_LEVELS[Math.floor((index * RISK_LEVELS.length) / all)]!;
  const name = `data-${index}`;
  return sampleObject({
    id: { group: '', kind: 'ConfigMap', namespace: 'shop', name },
    level,
    fields: [
      { path: 'data.size', op: 'replace', before: index, after: index + 1 },
      {
        path: 'data.text',
        op: 'replace',
        before: 'a',
        after: index === 1 ? '`é'.repeat(500_000) : `line ${index}\n`.repeat(index % 40),
      },
    ],
  });
}
