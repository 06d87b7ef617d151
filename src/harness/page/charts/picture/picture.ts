import { element, escapeXml, label as textAt } from '../../../../paper/svg.ts';
import { counted } from '../../numbers.ts';
import { say } from '../../words/words.ts';
import { endsOf, epochsOf, valuesOf } from '../axes.ts';
import { colourOf } from '../colours.ts';
import { beyondText, goBeyond } from '../kept.ts';
import { decimal } from '../kinds.ts';
import { CLEAR, DOTS, endLabels, endsEarly } from '../labels.ts';
import { mixedTexts } from '../mixed.ts';
import { nameIn } from '../names.ts';
import { isLog, type Scene } from '../plot-options.ts';
import { linearTicks, logTicks } from '../ticks.ts';
import { drawnCurves } from './drawn.ts';
import { keyOf, wrapped } from './key.ts';
import { EDGE, LINE, type Look, type Place, WIDTH } from './look.ts';

// In units of the picture.
const LEFT = 66;
const RIGHT = 210;
/** Where what is said of the curves begins, and the drawing if that is one line. */
const SAID = 48;
const TOP = 62;
const HEIGHT = 400;

/** A chart as SVG, drawn from its data: with the curves and epochs that are seen, their key, settings and data. */
export function pictureOf(scene: Scene, look: Look): string {
  const { quantity, view, shown, curves, references } = scene;
  const [text, soft, line] = ['--text', '--text-soft', '--line'].map(look.colour);
  const log = isLog(scene);
  const [from, to] = view.zoom ?? epochsOf(curves);
  const [least, largest] = endsOf(valuesOf(curves, references, view), log);
  const share = log
    ? (y: number) => Math.log(y / least) / Math.log(largest / least)
    : (y: number) => (y - least) / (largest - least);
  const said = wrapped(howDrawn(scene), WIDTH - 2 * EDGE, (part) => look.widthOf(part, 12));
  const right = WIDTH - RIGHT;
  const top = TOP + (said.length - 1) * LINE;
  const bottom = top + HEIGHT;
  const place: Place = {
    x: (epoch) => LEFT + ((epoch - from) / (to - from)) * (right - LEFT),
    y: (value) => bottom - share(value) * HEIGHT,
  };
  const rows = (log ? logTicks : linearTicks)(least, largest, 10).map((tick) => {
    const y = place.y(tick);
    return (
      element('line', { x1: LEFT, x2: right, y1: y, y2: y, stroke: line }) +
      textAt(LEFT - 8, y + 4, quantity.tick(tick), { 'text-anchor': 'end', fill: soft })
    );
  });
  const columns = linearTicks(from, to, 10).map((tick) => {
    const x = place.x(tick);
    return (
      element('line', { x1: x, x2: x, y1: top, y2: bottom, stroke: line }) +
      textAt(x, bottom + 18, decimal(tick), { 'text-anchor': 'middle', fill: soft })
    );
  });
  const compared = references
    .filter(({ y }) => y >= least && y <= largest)
    .map(({ y }) => {
      const at = place.y(y);
      const dash = { stroke: soft, 'stroke-dasharray': '5 5' };
      return element('line', { x1: LEFT, x2: right, y1: at, y2: at, ...dash });
    });
  const frame = { right, top, bottom, xOf: place.x, yOf: place.y };
  const labels = endLabels(shown, curves, references, quantity, view, frame).map((label) => {
    const fill = label.at === undefined ? soft : look.colour(colourOf(shown[label.at].run));
    const value = ` ${label.value}`;
    const room = RIGHT - EDGE - 16 - look.widthOf(value, 12);
    const name = nameIn(label, room, (part) => look.widthOf(part, 12));
    const leader = { x1: right, y1: label.y, x2: right + 12, y2: label.place };
    const dots = {
      ...{ x1: label.x + CLEAR, y1: label.y, x2: right, y2: label.y },
      ...{ stroke: soft, 'stroke-opacity': 0.5, 'stroke-dasharray': DOTS.join(' ') },
    };
    return (
      (endsEarly(label, right) ? element('line', dots) : '') +
      element('line', { ...leader, stroke: fill, 'stroke-opacity': 0.5 }) +
      textAt(right + 16, label.place + 4, name + value, { 'font-size': 12, fill })
    );
  });
  const key = keyOf(scene, look, bottom + 62);
  const height = key.bottom + EDGE;
  const title = say('{title} by epoch', { title: quantity.title() });
  const clip = { x: LEFT, y: top - 4, width: right - LEFT + 4, height: HEIGHT + 8 };
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', width: WIDTH, height },
      ...{ viewBox: `0 0 ${WIDTH} ${Math.round(height)}`, role: 'img' },
      ...{ 'font-family': look.font, 'font-size': 12 },
    },
    [
      element('title', {}, escapeXml(title)),
      element('desc', {}, escapeXml(key.lines.join('\n'))),
      element('clipPath', { id: 'drawing' }, element('rect', clip)),
      element('rect', { width: WIDTH, height, fill: look.colour('--card') }),
      textAt(EDGE, 30, title, { 'font-size': 18, 'font-weight': 600, fill: text }),
      ...said.map((part, i) => textAt(EDGE, SAID + i * LINE, part, { fill: soft })),
      ...rows,
      ...columns,
      textAt((LEFT + right) / 2, bottom + 38, say('epoch'), {
        'text-anchor': 'middle',
        fill: soft,
      }),
      element('g', { 'clip-path': 'url(#drawing)' }, [
        ...compared,
        ...drawnCurves(scene, place, look),
      ]),
      ...labels,
      key.svg,
      textAt(WIDTH - EDGE, 30, 'gradweave', { 'text-anchor': 'end', fill: soft }),
    ],
  );
}

/** How the curves are drawn, in words. */
function howDrawn(scene: Scene): string {
  const { view, shown, references } = scene;
  const isMany = shown.some(({ run }) => run.networks.length > 0);
  return [
    say('thick: held-out data; thin: while training'),
    ...(isMany ? [say('band: mean ± standard deviation over seeds')] : []),
    ...(view.window > 0
      ? [
          say('moving mean of {epochs}, measured values faint', {
            epochs: counted(view.window, 'epoch'),
          }),
        ]
      : []),
    ...(isLog(scene) ? [say('logarithmic scale')] : []),
    ...(goBeyond(
      shown.map(({ run }) => run),
      view,
    )
      ? [beyondText()]
      : []),
    ...(references.length > 0 ? [say('dashed: the paper’s Table I')] : []),
    ...mixedTexts(
      shown.map(({ run }) => run),
      [scene.quantity.name],
    ),
  ].join('; ');
}
