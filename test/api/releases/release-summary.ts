import { idText } from '../../../lib/diff/object-id';
import type { ObjectBlock, PreviewReport } from '../../../lib/diff/report';
import { subjectText } from '../../../lib/report/preview/words';
import type { ReleasePair } from './release-pairs';

/** What a report says, one line for each risk and object, without what the manifests hold. */
export function releaseSummary({ before, after, paths, review }: ReleasePair, report: PreviewReport): string {
  const { verdict, risks, images, objects, folds, problems } = report;
  return `${[
    `${before.module} -> ${after.module}: ${paths.join(', ')}`,
    `Reviewed: ${review}`,
    '',
    `Verdict: ${verdict.level}, ${textOf(verdict.counts)}`,
    `Folded: ${textOf(folds)}`,
    ...section(
      'Risks',
      risks.map((risk) =>
        [risk.level, risk.rule, subjectText(risk.subject), risk.field, risk.what]
          .filter((part) => part !== undefined)
          .join(' | '),
      ),
    ),
    ...section(
      'Images',
      images.map(({ image, from = 'new', to = 'not used any more', step }) =>
        [`${image} ${from} -> ${to}`, step].filter((part) => part !== undefined).join(' | '),
      ),
    ),
    ...section('Objects', objects.map(objectLine)),
    ...section(
      'Not read',
      problems.map(({ side, file, problem }) => `${side} | ${file} | ${problem}`),
    ),
  ].join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function objectLine({ kind, id, formerId, replaced, level, fields, folds }: ObjectBlock): string {
  return [
    kind,
    idText(id),
    formerId && `was ${idText(formerId)}`,
    level,
    replaced ? 'replaced' : undefined,
    kind === 'changed' || kind === 'renamed' ? `${fields.length} fields` : undefined,
    Object.keys(folds).length > 0 ? `folded ${textOf(folds)}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' | ');
}

/** The counts that are not zero, in the order of their names. */
function textOf(counts: object): string {
  const entries = (Object.entries(counts) as [string, number][]).filter(([, count]) => count > 0);
  const parts = entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
