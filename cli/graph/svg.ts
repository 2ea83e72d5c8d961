import type { Step } from '../../lib/synthesis/graph';
import { stages } from '../../lib/synthesis/graph-order';
import type { NamedGraph } from './named-graph';

/** A picture: stages from left to right, environments below each other. */
export function graphSvg(graphs: readonly NamedGraph[]): string {
  let top = 0;
  let width = 0;
  const parts = graphs.map(({ environment, graph }) => {
    const columns = stages(graph);
    const places = placed(columns, top + TITLE);
    const heading = `<text x="${GAP}" y="${top + TITLE - 12}" font-weight="bold">${escaped(environment)}</text>`;
    const edges = graph.steps.flatMap((step) =>
      step.after.map((id) => edge(places.get(id), places.get(step.id))),
    );
    const boxes = graph.steps.map((step) => box(step, places.get(step.id)));
    top += TITLE + Math.max(0, ...columns.map((column) => column.length)) * (HEIGHT + GAP);
    width = Math.max(width, GAP + columns.length * (WIDTH + 3 * GAP));
    return [heading, ...edges, ...boxes].join('\n');
  });
  const size = `width="${width}" height="${top + GAP}" viewBox="0 0 ${width} ${top + GAP}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function placed(columns: readonly (readonly Step[])[], top: number): Map<string, Place> {
  return new Map(
    columns.flatMap((column, stage) =>
      column.map((step, row): [string, Place] => [
        step.id,
        { x: GAP + stage * (WIDTH + 3 * GAP), y: top + row * (HEIGHT + GAP) },
      ]),
    ),
  );
}

function box({ id, summary }: Step, place: Place | undefined): string {
  const { x, y } = place ?? ORIGIN;
  return [
    `<g><title>${escaped(summary)}</title>`,
    `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="4" fill="#eef3fa" stroke="#456"/>`,
    `<text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 4}" text-anchor="middle" textLength="${textLength(id)}" lengthAdjust="spacingAndGlyphs">${escaped(id)}</text></g>`,
  ].join('');
}

/** Long ids are squeezed into their box. */
function textLength(id: string): number {
  return Math.min(id.length * 6.4, WIDTH - 10);
}

function edge(from: Place = ORIGIN, to: Place = ORIGIN): string {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const bend = (x2 - x1) / 2;
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#9ab"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const ORIGIN: Place = { x: 0, y: 0 };
const WIDTH = 150;
const HEIGHT = 26;
const GAP = 14;
const TITLE = 40;
