import { ellipsize, escapeXml, type Font } from './svg-text';

/** An element with attributes; children are markup already. Numbers are rounded, so that the same layout gives the same bytes. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly string[]
): string {
  const text = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeXml(value ?? '')}"`)
    .join('');
  return children.length === 0 ? `<${name}${text}/>` : `<${name}${text}>${children.join('')}</${name}>`;
}

/** A group whose tooltip is `title`. */
export function titled(title: string, ...children: readonly string[]): string {
  return element('g', {}, element('title', {}, escapeXml(title)), ...children);
}

/** Text on one line, cut to `width`; what is cut can be read in its tooltip. */
export function line(
  text: string,
  at: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly anchor?: 'start' | 'middle' | 'end';
  },
  font: Font,
  className: string,
): string {
  const shown = ellipsize(text, at.width, font);
  const tooltip = shown === text ? [] : [element('title', {}, escapeXml(text))];
  return element(
    'text',
    {
      class: className,
      x: at.x,
      y: at.y,
      'font-size': font.size,
      'font-weight': font.bold ? 600 : undefined,
      'letter-spacing': font.spacing,
      'text-anchor': at.anchor === 'start' ? undefined : at.anchor,
    },
    ...tooltip,
    escapeXml(shown),
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
