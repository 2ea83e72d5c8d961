import type { ImageChange, PreviewReport } from '../../../diff/report';
import { mdTable } from '../escape';
import { shortDigest } from '../words';
import { more, type Writing } from './detail';

/** Images of containers, before and after. */
export function imageSection({ images }: PreviewReport, writing: Writing): string[] {
  const shown = writing.rows('images', images);
  if (shown.length === 0) return [];
  return [
    '#### Images',
    mdTable(
      ['Image', 'Step', 'From', 'To', 'Used by'],
      shown.map((image) => [
        writing.code(image.image),
        stepText(image),
        image.from === undefined ? 'new' : writing.code(shortDigest(image.from)),
        image.to === undefined ? 'not used any more' : writing.code(shortDigest(image.to)),
        [writing.names(image.workloads), writing.environments(image.environments)]
          .filter((part) => part !== '')
          .join('<br>'),
      ]),
    ),
    ...more(images.length, shown.length),
  ];
}

function stepText({ step }: ImageChange): string {
  if (step === undefined || step === 'other') return '–';
  return step === 'major' || step === 'downgrade' ? `**${step}**` : step;
}
