import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OptionError } from '../../src/errors.ts';
import { linear, niceDomain, niceTicks, spreadLabels } from '../../src/paper/axis.ts';
import { heatMap } from '../../src/paper/heatmap.ts';
import { outputChart, pictureGrid, twoLines } from '../../src/paper/images.ts';
import { type CurvePoint, lineChart } from '../../src/paper/lines.ts';
import { greyPaths, picture } from '../../src/paper/pixels.ts';
import { coordinate, element, escapeXml } from '../../src/paper/svg.ts';
import { all, parse, textOf } from './xml.ts';

const test = suite('the SVG writer');

/** A chart of one panel: its curve has the values at epochs 1, 2, … */
function chartOf(values: readonly number[], reference?: number, spread = 0): string {
  const points: CurvePoint[] = values.map((mid, i) => ({
    x: i + 1,
    mid,
    low: mid - spread,
    high: mid + spread,
  }));
  return lineChart({
    title: 'Loss & <more> "quoted"',
    description: 'It falls.',
    xLabel: 'epoch',
    referenceName: 'the paper',
    panels: [
      {
        title: 'Loss',
        unit: '',
        decimals: 2,
        curves: [{ name: 'test', tone: 'accent', points }],
        ...(reference === undefined ? {} : { reference: { value: reference, label: 'paper' } }),
      },
    ],
  });
}

/** The path of the chart's curve as numbers, piece by piece. */
function curveOf(svg: string): number[][][] {
  const paths = all(parse(svg), 'path').filter((path) => path.attributes.class.startsWith('line '));
  return paths.map(({ attributes }) =>
    attributes.d
      .slice(1)
      .replace('h0', '')
      .split('L')
      .map((pair) => pair.split(' ').map(Number)),
  );
}

test('text is escaped, and what XML forbids is dropped', () => {
  assert.is(escapeXml('a<b & "c">\u0000\u0008\ud800!'), 'a&lt;b &amp; &quot;c&quot;&gt;!');
  assert.is(escapeXml('épocas – 28×28 🥾'), 'épocas – 28×28 🥾');
});

test('coordinates have at most two decimals and no negative zero', () => {
  assert.equal([1 / 3, 2, -0.001, 1e-9].map(coordinate), ['0.33', '2', '0', '0']);
  assert.throws(
    () => coordinate(Number.NaN),
    (error: unknown) => error instanceof OptionError,
  );
});

test('an element without children closes itself', () => {
  assert.is(element('rect', { x: 1.234, width: 2 }), '<rect x="1.23" width="2"/>');
});

test('a chart is well-formed and says its title and description to those who do not see it', () => {
  const root = parse(chartOf([3, 2, 1], 1.5, 0.1));
  assert.is(root.name, 'svg');
  assert.is(root.attributes.role, 'img');
  assert.is(root.attributes['aria-labelledby'], 'title desc');
  assert.is(all(root, 'title')[0].text, 'Loss & <more> "quoted"');
  assert.is(all(root, 'desc')[0].text, 'It falls.');
  assert.ok(all(root, 'style')[0].text.includes('prefers-color-scheme:dark'));
});

test('the same chart gives the same bytes', () => {
  assert.is(chartOf([3, 2, 1], 1.5), chartOf([3, 2, 1], 1.5));
});

test('a value stands at the height of the tick of the same value', () => {
  const svg = chartOf([3, 2, 1]);
  const [curve] = curveOf(svg);
  const root = parse(svg);
  const heights = ['3.0', '2.0', '1.0'].map((tick) => Number(textOf(root, tick).attributes.y) - 4);
  assert.equal(
    curve.map(([, y]) => y),
    heights,
  );
});

test('epochs stand above their tick and run from left to right', () => {
  const svg = chartOf([3, 2, 1]);
  const root = parse(svg);
  const ticks = ['1', '2', '3'].map((tick) => Number(textOf(root, tick).attributes.x));
  assert.equal(
    curveOf(svg)[0].map(([x]) => x),
    ticks,
  );
  assert.ok(ticks[0] < ticks[1] && ticks[1] < ticks[2]);
});

test('the reference line lies at its value, and the axis grows to hold it', () => {
  const root = parse(chartOf([3, 2.5], 1));
  const [dashed] = all(root, 'line').filter(
    (line) => line.attributes.class === 'reference' && Number(line.attributes.y1) > 100,
  );
  assert.is(dashed.attributes.y1, dashed.attributes.y2);
  assert.is(Number(dashed.attributes.y1), Number(textOf(root, '1.0').attributes.y) - 4);
  assert.ok(textOf(root, 'the paper'));
});

test('the value at the end of a curve is written beside it', () => {
  assert.is(textOf(parse(chartOf([3, 2, 1.25])), '1.25').attributes.class, 't-accent strong');
});

test('a band is drawn where the seeds differ, and only there', () => {
  const bands = (svg: string) =>
    all(parse(svg), 'path').filter((path) => path.attributes.class.startsWith('band'));
  assert.is(bands(chartOf([3, 2], undefined, 0.5)).length, 1);
  assert.is(bands(chartOf([3, 2])).length, 0);
});

test('a single epoch is drawn as a dot in the middle', () => {
  const svg = chartOf([2]);
  assert.is(curveOf(svg)[0].length, 1);
  assert.is(all(parse(svg), 'circle').length, 1);
});

test('a value that is not finite interrupts the curve and is never written', () => {
  const svg = chartOf([4, 3, Number.NaN, 2, 1]);
  assert.equal(
    curveOf(svg).map((piece) => piece.length),
    [2, 2],
  );
  assert.not.match(svg, /NaN|Infinity|undefined/);
});

test('a curve that breaks off says at which epoch, on the axis of the whole run', () => {
  const root = parse(chartOf([3, 2, Number.NaN, Number.POSITIVE_INFINITY]));
  assert.ok(textOf(root, '2.00 at 2'));
  assert.ok(textOf(root, '4'));
});

test('a chart without any finite value says so', () => {
  assert.ok(textOf(parse(chartOf([Number.NaN])), 'no finite values to draw'));
  assert.ok(textOf(parse(chartOf([])), 'no finite values to draw'));
});

test('ticks are multiples of 1, 2 or 5 with just enough decimals', () => {
  assert.equal(niceTicks(0, 1, 5), { values: [0, 0.2, 0.4, 0.6, 0.8, 1], decimals: 1, step: 0.2 });
  assert.equal(niceTicks(1, 30, 6, 1).values, [5, 10, 15, 20, 25, 30]);
  assert.equal(niceTicks(1, 3, 6, 1).values, [1, 2, 3]);
  assert.equal(niceTicks(-1, 1, 2).values, [-1, 0, 1]);
});

test('a domain ends on ticks, also when all values are one, nearly one or tiny', () => {
  assert.equal(niceDomain(0.013, 0.087, 5).domain, [0, 0.1]);
  for (const [low, high] of [
    [2, 2],
    [0, 0],
    [0.3, 0.30000000000000004],
    [-5, -5],
    [1e-30, 3e-30],
    [1e30, 2e30],
  ]) {
    const { domain, ticks } = niceDomain(low, high, 5);
    assert.ok(domain[0] <= low && high <= domain[1], `${low} to ${high} in ${domain}`);
    assert.ok(ticks.values.length >= 2 && ticks.values.length <= 15, `${ticks.values}`);
  }
});

test('a scale maps the ends, and one value to the middle', () => {
  assert.equal([0, 5, 10].map(linear([0, 10], [100, 0])), [100, 50, 0]);
  assert.is(linear([3, 3], [0, 10])(3), 5);
});

test('labels that would overlap move apart, keep their order and stay inside', () => {
  assert.equal(spreadLabels([50, 10, 52], 15, 0, 100), [43.5, 10, 58.5]);
  assert.equal(spreadLabels([98, 99], 15, 0, 100), [85, 100]);
  assert.equal(spreadLabels([2, 1], 15, 0, 100), [15, 0]);
});

test('a picture is drawn as runs of one grey along the rows, black left out', () => {
  const paths = greyPaths([0, 255, 255, 0, 0, 255, 300, -4, Number.NaN], 3);
  assert.equal([...paths], [[31, 'M1 0h2M2 1h1M0 2h1']]);
  const svg = picture([0, 128, 64, 255], 10, 20, 8);
  assert.match(svg, /<rect x="10" y="20" width="8" height="8" fill="#000"\/>/);
  assert.match(svg, /transform="translate\(10 22\) scale\(4\)"/);
  assert.match(svg, /d="M1 0h1" stroke="#848484"/);
});

test('nothing is fetched, not even from a data address', () => {
  assert.not.match(picture([1, 200, 3, 4], 0, 0, 10), /href|data:|url\(/);
});

test('a grid holds one picture a column and row, and a frame alone for what is no square', () => {
  const svg = pictureGrid({
    title: 'Grid',
    description: 'Two by two.',
    columns: ['T-shirt/top', 'Bag'],
    rows: [
      { name: 'input', pictures: [[10, 20, 30, 40], [90]] },
      {
        name: 'output',
        pictures: [
          [10, 20, 30, 40],
          [1, 2, 3],
        ],
      },
    ],
  });
  const root = parse(svg);
  assert.is(all(root, 'g').length, 3);
  assert.is(all(root, 'rect').filter((rect) => rect.attributes.class === 'frame').length, 4);
  assert.ok(textOf(root, 'T-shirt/') && textOf(root, 'top'));
});

test('long names take two lines, and names without a break are cut', () => {
  assert.equal(twoLines('Bag'), ['Bag']);
  assert.equal(twoLines('Ankle boot'), ['Ankle', 'boot']);
  assert.equal(twoLines('T-shirt/top'), ['T-shirt/', 'top']);
  assert.equal(twoLines('abcdefghijklmnop'), ['abcdefghi…']);
});

test('bars begin at zero, on both sides of it, and the chosen one has the accent', () => {
  const root = parse(
    outputChart({
      title: 'Bars',
      description: 'Three.',
      pixels: [0],
      caption: [],
      bars: [
        { name: 'a', value: -2 },
        { name: 'b', value: 4 },
        { name: 'c', value: Number.NaN },
      ],
      chosen: 1,
    }),
  );
  const bars = all(root, 'rect').filter((rect) => /accent|rest/.test(rect.attributes.class));
  const [left, right, none] = bars.map(({ attributes }) => attributes);
  assert.is(Number(left.x) + Number(left.width), Number(right.x));
  assert.is(Number(right.width), 2 * Number(left.width));
  assert.is(Number(none.width), 0);
  assert.equal([left.class, right.class], ['rest', 'accent']);
  assert.ok(textOf(root, '−2.00') && textOf(root, 'not finite'));
});

test('outputs that are all zero draw no bars and no broken numbers', () => {
  const bars = [{ name: 'a', value: 0 }];
  const svg = outputChart({ title: '', description: '', pixels: [], caption: [], bars, chosen: 0 });
  parse(svg);
  assert.not.match(svg, /NaN|Infinity/);
});

test('a heat map writes the counts, shades by the share of the row and says what was found', () => {
  const svg = heatMap({
    title: 'Map',
    description: 'Two classes.',
    names: ['one', 'two'],
    counts: [
      [9, 3],
      [0, 0],
    ],
  });
  const root = parse(svg);
  const shades = all(root, 'rect')
    .filter((rect) => 'fill-opacity' in rect.attributes)
    .map((rect) => Number(rect.attributes['fill-opacity']));
  assert.equal(shades, [0.87, 0.5, 0.03, 0.03]);
  assert.is(textOf(root, '9').attributes.class, 'on strong');
  assert.ok(textOf(root, '75.0%') && textOf(root, '–'));
});

test.run();
