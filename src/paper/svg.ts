import { OptionError } from '../errors.ts';

/** Attributes of an element. Numbers are written with at most two decimals. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A drawing and its description for readers who cannot see it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Shown at the top of the panel and read out first. */
  readonly title: string;
  /** One or two sentences that are read out but not drawn. */
  readonly description: string;
  /** Elements, drawn in this order. */
  readonly body: readonly string[];
}

/** Distance of everything from the edge of the panel. */
export const PADDING = 24;
/** Where the space under the title begins. */
export const TOP = 56;
/** Width of every figure: about the width of a README's text on GitHub. */
export const WIDTH = 840;

// Greys and one accent, each for light and dark. If GitHub reports the wrong colour scheme to an image,
// the panel keeps the drawing legible.
const LIGHT = {
  panel: '#ffffff',
  edge: '#d5dae1',
  ink: '#1d232b',
  soft: '#5c6672',
  grid: '#e9edf1',
  rest: '#8a94a0',
  accent: '#2f4bc7',
};
const DARK = {
  panel: '#151a21',
  edge: '#313944',
  ink: '#e7ecf2',
  soft: '#9aa5b1',
  grid: '#262d36',
  rest: '#7c8793',
  accent: '#93a8ff',
};

function paint(colors: typeof LIGHT): string {
  return [
    `.panel{fill:${colors.panel};stroke:${colors.edge}}`,
    `text{fill:${colors.ink}}`,
    `.soft{fill:${colors.soft}}`,
    `.on{fill:${colors.panel}}`,
    `.t-accent{fill:${colors.accent}}`,
    `.accent{fill:${colors.accent}}`,
    `.rest{fill:${colors.rest}}`,
    `.grid{stroke:${colors.grid}}`,
    `.axis,.frame{stroke:${colors.rest}}`,
    `.reference{stroke:${colors.ink}}`,
    `.l-accent{stroke:${colors.accent}}`,
    `.l-rest{stroke:${colors.rest}}`,
  ].join('');
}

const STYLE = [
  'text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}',
  '.title{font-size:16px;font-weight:600}',
  '.strong{font-weight:600}',
  '.small{font-size:11px}',
  '.line,.reference{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}',
  '.reference{stroke-width:1;stroke-dasharray:4 4;stroke-linecap:butt}',
  '.band{opacity:.22}',
  '.frame{fill:none}',
  '.pixels{fill:none;stroke-width:1;shape-rendering:crispEdges}',
  paint(LIGHT),
  `@media(prefers-color-scheme:dark){${paint(DARK)}}`,
].join('');

/** Text for XML: markup characters become entities, characters that XML 1.0 forbids are dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/**
 * A coordinate with at most two decimals: the same text on every machine.
 *
 * @throws {OptionError} if it is NaN or infinite, which no viewer draws.
 */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) {
    throw new OptionError(`got the coordinate ${value}; must be finite: leave the point out`);
  }
  return String(Number(value.toFixed(2)) + 0);
}

/**
 * One element. The children must be XML; see {@link label} for text.
 *
 * @example element('rect', { x: 1.234, width: 2 }) // <rect x="1.23" width="2"/>
 */
export function element(
  name: string,
  attributes: Attributes,
  children: string | readonly string[] = '',
): string {
  const list = Object.entries(attributes).map(
    ([key, value]) =>
      ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(value)}"`,
  );
  const inside = typeof children === 'string' ? children : children.join('');
  return inside === ''
    ? `<${name}${list.join('')}/>`
    : `<${name}${list.join('')}>${inside}</${name}>`;
}

/** A line of text whose baseline starts (or, by `text-anchor`, is centred or ends) at the point. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(text));
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element('line', { x1, y1, x2, y2, class: kind });
}

/** The whole file: panel, title, body. It is self-contained and fetches nothing. */
export function svgDocument(drawing: Drawing): string {
  const { width, height, title, description, body } = drawing;
  const head = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${width} ${height}` };
  const parts = [
    element('title', { id: 'title' }, escapeXml(title)),
    element('desc', { id: 'desc' }, escapeXml(description)),
    element('style', {}, STYLE),
    element('rect', {
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 8,
      class: 'panel',
    }),
    label(PADDING, 36, title, { class: 'title' }),
    ...body,
  ];
  const named = { role: 'img', 'aria-labelledby': 'title desc' };
  return `${element('svg', { ...head, width, height, ...named }, `\n${parts.join('\n')}\n`)}\n`;
}
