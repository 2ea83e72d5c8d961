import type { TopologyCluster } from '../synthesis/topology';
import type { Box } from './box';
import { ellipsize, textWidth, type Font } from './svg-text';

/** A word and what it stands for, as chips on one or more lines. */
export interface ChipRow {
  readonly box: Box;
  readonly label: string;
  readonly chips: readonly Chip[];
}

/** One small rounded box with a text. */
export interface Chip {
  readonly box: Box;

  /** As much of {@link full} as fits. */
  readonly text: string;
  readonly full: string;
  readonly strong: boolean;
}

/** How chips are set. */
export const CHIP_FONT: Font = { size: 12 };

/** Ingress, storage and backups of a cluster, from the top left corner of `at` downwards. */
export function chipRows(cluster: TopologyCluster, at: { x: number; y: number; width: number }): ChipRow[] {
  const entries: [string, Entry[]][] = [
    ['Ingress', cluster.ingress.map((text) => ({ text, strong: true }))],
    ['Hosts', cluster.hosts.map((text) => ({ text, strong: false }))],
    [
      'Storage',
      cluster.storage.map(({ name, isDefault }) => ({
        text: isDefault ? `${name} (default)` : name,
        strong: isDefault,
      })),
    ],
    ['Backups', cluster.backups.map((text) => ({ text, strong: false }))],
  ];
  const rows: ChipRow[] = [];
  let { y } = at;
  for (const [label, items] of entries) {
    if (items.length === 0) continue;
    const chips = placeChips(limited(items), { x: at.x + LABEL_WIDTH, y, width: at.width - LABEL_WIDTH });
    const height = (chips.at(-1)?.box.y ?? y) + CHIP_HEIGHT - y;
    rows.push({ box: { ...at, y, height }, label, chips });
    y += height + 10;
  }
  return rows;
}

interface Entry {
  readonly text: string;
  readonly strong: boolean;

  /** What the text leaves out. */
  readonly full?: string;
}

function limited(items: readonly Entry[]): Entry[] {
  if (items.length <= LIMIT) return [...items];
  const rest = items.slice(LIMIT - 1).map((item) => item.text);
  return [
    ...items.slice(0, LIMIT - 1),
    { text: `+${rest.length} more`, full: rest.join(', '), strong: false },
  ];
}

function placeChips(items: readonly Entry[], at: { x: number; y: number; width: number }): Chip[] {
  let { x, y } = at;
  return items.map(({ text, strong, full }) => {
    const shown = ellipsize(text, Math.min(at.width, 360) - 2 * CHIP_PADDING, CHIP_FONT);
    const width = Math.ceil(textWidth(shown, CHIP_FONT)) + 2 * CHIP_PADDING;
    if (x > at.x && x + width > at.x + at.width) [x, y] = [at.x, y + CHIP_HEIGHT + 8];
    const box = { x, y, width, height: CHIP_HEIGHT };
    x += width + 8;
    return { box, text: shown, full: full ?? text, strong };
  });
}

const LIMIT = 9;
const LABEL_WIDTH = 76;
const CHIP_HEIGHT = 26;
const CHIP_PADDING = 11;
