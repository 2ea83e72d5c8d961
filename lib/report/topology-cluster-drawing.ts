import type { Link, TopologyNode } from '../synthesis/topology';
import { element, line, titled } from './svg-element';
import { escapeXml, textWidth, type Font } from './svg-text';
import { CHIP_FONT, type ChipRow } from './topology-chips';
import type { ClusterLayout, NodeCard, Panel } from './topology-cluster-layout';
import { markDrawing } from './topology-mark-drawing';
import { markKey, type TopologyMark, type TopologyMarks } from './topology-marks';
import { counted } from './words';

/** What becomes of nodes, and what ids begin with. */
export interface Marked {
  readonly marks: TopologyMarks;
  readonly id: string;
}

/** One cluster: header, panels with their nodes, and what it offers. */
export function clusterDrawing(layout: ClusterLayout, links: readonly Link[], marked: Marked): string {
  const { box, panels, rows } = layout;
  return element(
    'g',
    {},
    element('rect', { class: 'cluster', ...box, rx: 16 }),
    header(layout, marked),
    joinRail(panels, links),
    ...panels.map((panel) => panelDrawing(panel, links, marked)),
    ...rows.map(chipRowDrawing),
  );
}

function header({ box, cluster, panels }: ClusterLayout, marked: Marked): string {
  const count = panels.reduce((sum, panel) => sum + staying(panel, marked), 0);
  const nodes = count > 0 ? counted(count, 'node') : 'made by something else';
  const right = textWidth(nodes, SMALL) + 24;
  const facts = [`${cluster.distribution} ${cluster.version}`, cluster.datastore, cluster.endpoint];
  const x = box.x + 28;
  return [
    line(cluster.name, { x, y: box.y + 38, width: box.width - 56 - right }, { size: 20, bold: true }, 'name'),
    line(nodes, { x: box.x + box.width - 28, y: box.y + 37, width: right, anchor: 'end' }, SMALL, 'muted'),
    line(
      facts.filter((fact) => fact !== undefined).join('  ·  '),
      { x, y: box.y + 61, width: box.width - 56 },
      SMALL,
      'muted',
    ),
  ].join('');
}

function panelDrawing(panel: Panel, links: readonly Link[], marked: Marked): string {
  const { box, title, cards, more } = panel;
  const count = staying(panel, marked);
  const markOf = ({ node }: NodeCard): TopologyMark | undefined =>
    marked.marks.get(markKey(node.cluster, node.name));
  const members = new Set(cards.map(({ node }) => node.name));
  const quorum = links.some(
    (link) => link.kind === 'quorum' && members.has(link.from) && members.has(link.to),
  );
  const note =
    panel.role === 'server' && quorum
      ? `etcd: ${Math.floor(count / 2) + 1} of ${count} must agree`
      : String(count);
  const noteWidth = textWidth(note, SMALL);
  return [
    element('rect', { class: 'panel', ...box, rx: 12 }),
    line(
      title,
      { x: box.x + 16, y: box.y + 28, width: box.width - 56 - noteWidth },
      { size: 13, bold: true },
      'name',
    ),
    line(
      note,
      { x: box.x + box.width - 16, y: box.y + 28, width: noteWidth, anchor: 'end' },
      SMALL,
      quorum ? 'on-server' : 'muted',
    ),
    ...cards.map((card) => cardDrawing(card, markOf(card))),
    ...(quorum ? quorumLines(cards, (card) => markOf(card) === 'removed') : []),
    ...(more ? [moreDrawing(more)] : []),
    ...cards.map((card) => {
      const mark = markOf(card);
      return mark === undefined ? '' : markDrawing(mark, card.box, marked.id);
    }),
  ].join('');
}

/** Nodes of a panel without those that go, unless all do. */
function staying({ cards, more, count }: Panel, { marks }: Marked): number {
  const cluster = cards[0]?.node.cluster ?? '';
  const names = [...cards.map(({ node }) => node.name), ...(more?.names ?? [])];
  const gone = names.filter((name) => marks.get(markKey(cluster, name)) === 'removed').length;
  return gone === count ? count : count - gone;
}

function quorumLines(cards: readonly NodeCard[], leaves: (card: NodeCard) => boolean): string[] {
  return cards.flatMap((card, index) => {
    const { box } = card;
    const other = cards[index + 1];
    const next = other?.box;
    if (next?.y !== box.y || leaves(card) || leaves(other as NodeCard)) return [];
    const y = box.y + box.height / 2;
    const [from, to] = [box.x + box.width, next.x];
    return [
      element('path', { class: 'link quorum', d: `M${from} ${y}H${to}` }),
      element('circle', { class: 'dot', cx: from, cy: y, r: 3 }),
      element('circle', { class: 'dot', cx: to, cy: y, r: 3 }),
    ];
  });
}

function cardDrawing({ box, node }: NodeCard, mark: TopologyMark | undefined): string {
  const { x, y, width, height } = box;
  const inner = { x: x + 20, width: width - 32 };
  const third = [node.architecture, ...machineWords(node)].join('  ·  ');
  return titled(
    mark === undefined ? tooltipOf(node) : `${mark}: ${tooltipOf(node)}`,
    element('rect', { class: 'card', x, y, width, height, rx: 10 }),
    element('rect', {
      class: `bar-${node.role}`,
      x: x + 8,
      y: y + 14,
      width: 3,
      height: height - 28,
      rx: 1.5,
    }),
    line(node.name, { ...inner, y: y + 25 }, { size: 14, bold: true }, 'name'),
    line(
      node.address ?? 'address of the default route',
      { ...inner, y: y + 44 },
      CARD,
      node.address === undefined ? 'faint' : 'muted',
    ),
    line(third, { ...inner, y: y + 62 }, CARD, 'muted'),
    ...(node.accelerators.length > 0
      ? [line(node.accelerators.join(', '), { ...inner, y: y + 80 }, { ...CARD, bold: true }, 'accent')]
      : []),
  );
}

function machineWords({ capacity }: TopologyNode): string[] {
  return [
    ...(capacity?.cpu === undefined ? [] : [`${capacity.cpu} CPU`]),
    ...(capacity?.memory === undefined ? [] : [capacity.memory]),
  ];
}

function tooltipOf(node: TopologyNode): string {
  const disk = node.capacity?.disk === undefined ? [] : [`${node.capacity.disk} disk`];
  return [
    `${node.role} ${node.name}`,
    ...(node.address === undefined ? [] : [node.address]),
    node.architecture,
    ...machineWords(node),
    ...disk,
    ...node.accelerators,
  ].join(', ');
}

function moreDrawing({ box, count, names }: NonNullable<Panel['more']>): string {
  return titled(
    names.join(', '),
    element('rect', { class: 'card more', ...box, rx: 10 }),
    line(
      `+${count} more`,
      { x: box.x + box.width / 2, y: box.y + box.height / 2 + 5, width: box.width - 24, anchor: 'middle' },
      { size: 14, bold: true },
      'muted',
    ),
  );
}

/** From every panel of agents along the left edge up to the servers. */
function joinRail(panels: readonly Panel[], links: readonly Link[]): string {
  const servers = panels.find((panel) => panel.role === 'server');
  const agents = panels.filter((panel) => panel.role === 'agent');
  const last = agents.at(-1);
  if (!servers || !last || !links.some((link) => link.kind === 'join')) return '';
  const x = servers.box.x - 14;
  const top = servers.box.y + 24;
  const ends = agents.map(({ box }) => `M${x} ${box.y + 24}H${box.x}`).join('');
  const [tipX, tipY] = [servers.box.x, top];
  return [
    element('path', { class: 'link join', d: `M${tipX} ${top}H${x}V${last.box.y + 24}${ends}` }),
    element('path', { class: 'arrow', d: `M${tipX} ${tipY}l-6 -4v8z` }),
  ].join('');
}

function chipRowDrawing({ box, label, chips }: ChipRow): string {
  return [
    line(label, { x: box.x, y: box.y + 17, width: 70 }, { size: 12, bold: true }, 'muted'),
    ...chips.map(({ box: chip, text, full, strong }) => {
      const shape = element('rect', { class: strong ? 'chip-strong' : 'chip', ...chip, rx: chip.height / 2 });
      const words = element(
        'text',
        { class: strong ? 'accent' : 'name', x: chip.x + 11, y: chip.y + 17, 'font-size': CHIP_FONT.size },
        escapeXml(text),
      );
      return text === full ? shape + words : titled(full, shape, words);
    }),
  ].join('');
}

const SMALL: Font = { size: 13 };
const CARD: Font = { size: 12 };
