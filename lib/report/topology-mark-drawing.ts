import type { Box } from './box';
import { element, line } from './svg-element';
import { textWidth, type Font } from './svg-text';
import type { TopologyMark } from './topology-marks';

/** A frame and a word on a card: solid and `+ added`, dashed and `~ changed`, dotted with hatching and `- removed`. */
export function markDrawing(mark: TopologyMark, { x, y, width, height }: Box, id: string): string {
  const word = WORDS[mark];
  const tag = { x: x + width - textWidth(word, FONT) - 22, y: y - 9, width: textWidth(word, FONT) + 14 };
  return [
    ...(mark === 'removed'
      ? [element('rect', { x, y, width, height, rx: 10, fill: `url(#${id}-hatch)` })]
      : []),
    element('rect', { class: `mark mark-${mark}`, x, y, width, height, rx: 10 }),
    element('rect', { class: `tag-${mark}`, ...tag, height: 18, rx: 9 }),
    line(word, { x: tag.x + 7, y: y + 4, width: tag.width }, FONT, 'on-mark'),
  ].join('');
}

/**
 * What marks are filled with.
 *
 * @param id What ids begin with.
 */
export function markPatterns(id: string): string {
  const line = element('line', { class: 'hatch', x1: 0, y1: 0, x2: 0, y2: 7 });
  const size = { width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  return element('defs', {}, element('pattern', { id: `${id}-hatch`, ...size }, line));
}

const WORDS: Readonly<Record<TopologyMark, string>> = {
  added: '+ added',
  changed: '~ changed',
  removed: '\u2212 removed',
};
const FONT: Font = { size: 11, bold: true };
