import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { unitIn } from '../../src/harness/own/named-unit.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import {
  errorsOf,
  errorsOfSaying,
  largestOf,
  rangesOf,
} from '../../src/harness/page/inside/table/errors.ts';
import {
  columnNumber,
  fieldValue,
  hasThousandsPoint,
  saidAgain,
  typedNumber,
} from '../../src/harness/page/inside/table/row-values.ts';
import { valueText } from '../../src/harness/page/inside/table/rows-table.ts';
import {
  densityOf,
  nearest,
  neighbour,
  scaleFor,
  xOf,
  yOf,
} from '../../src/harness/page/inside/table/scatter-scale.ts';
import { targetText } from '../../src/harness/page/inside/table/target-text.ts';
import { rmseText } from '../../src/harness/page/number-error.ts';
import { speak } from '../../src/harness/page/words/words.ts';

const test = suite('the errors of a network of numbers');

/** Rounding of a number in float64. */
const UNIT = 2 ** -53;

/** Sums of integers are exact as long as they are below 2⁵³. */
const sumOf = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

test('errors are those of exact sums, within what float64 rounds', () => {
  for (const count of [1, 2, 10, 1000]) {
    const truth = Array.from({ length: count }, (_, i) => (i * 7919) % 1009);
    const predicted = truth.map((value, i) => value + ((i * 31) % 17) - 8);
    const errors = predicted.map((value, i) => BigInt(value - truth[i]));
    const absolute = Number(sumOf(errors.map((e) => (e < 0n ? -e : e))));
    const squares = Number(sumOf(errors.map((e) => e * e)));
    const total = sumOf(truth.map(BigInt));
    // Σ(y − ȳ)² = (n Σy² − (Σy)²) / n, exactly.
    const n = BigInt(count);
    const spread = n * sumOf(truth.map((y) => BigInt(y * y))) - total * total;
    const { mae, rmse, r2 } = errorsOf(predicted, truth);
    // Sums of integers are exact: a division is left, and a root.
    assert.ok(Math.abs(mae - absolute / count) <= UNIT * mae);
    assert.ok(Math.abs(rmse - Math.sqrt(squares / count)) <= 2 * UNIT * rmse);
    if (count === 1) {
      assert.is(r2, null);
      continue;
    }
    const wanted = 1 - (squares * count) / Number(spread);
    // The mean is rounded once, each square three times, their sum up to n times (Higham 2002, 4.2).
    const bound = (count + 6) * UNIT * Math.abs(1 - wanted) + 2 * UNIT * Math.abs(wanted);
    assert.ok(Math.abs((r2 ?? 0) - wanted) <= bound, `${count}: ${r2}, not ${wanted}`);
  }
});

test('always saying the mean has an R² of 0, and the truth one of 1', () => {
  const truth = [1, 2, 3, 6];
  assert.equal(errorsOfSaying(3, truth), { mae: 1.5, rmse: Math.sqrt(14 / 4), r2: 0 });
  assert.equal(errorsOf(truth, truth), { mae: 0, rmse: 0, r2: 1 });
  // Worse than the mean.
  assert.ok((errorsOfSaying(10, truth).r2 ?? 0) < 0);
  // Nothing to explain.
  assert.is(errorsOf([5, 6], [4, 4]).r2, null);
});

test('errors are counted in ranges with round ends, of which 0 is one', () => {
  const values = Array.from({ length: 100 }, (_, i) => (i - 30) / 10);
  const ranges = rangesOf(values);
  assert.equal(ranges, { from: -3, width: 1, counts: [10, 10, 10, 10, 10, 10, 10, 10, 10, 10] });
  assert.is(rangesOf([Number.NaN, Infinity]), undefined);
  // All the same, and nothing that is no number.
  assert.equal(rangesOf([0, 0, Number.NaN])?.counts, [2]);
  for (const own of [[5], [-5, 3e9], [1e-12, -3e-12], [0, 1e300]]) {
    const { from, width, counts } = rangesOf(own) ?? { from: 0, width: 0, counts: [] };
    assert.is(
      counts.reduce((a, b) => a + b),
      own.length,
    );
    assert.ok(counts.length <= 42);
    assert.ok(from <= Math.min(0, ...own) && from + width * counts.length >= Math.max(...own));
  }
});

test('the largest errors come first, whatever their sign', () => {
  const values = [1, -5, Number.NaN, 5, 0, -7];
  assert.equal(largestOf(values, 4), [2, 5, 1, 3]);
  assert.equal(largestOf(values, 9), [2, 5, 1, 3, 0, 4]);
  const many = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 503) - 250);
  const sorted = many
    .map((_, i) => i)
    .sort((a, b) => Math.abs(many[b]) - Math.abs(many[a]) || a - b);
  assert.equal(largestOf(many, 200), sorted.slice(0, 200));
});

test('a unit is what stands in brackets at the end of a name', () => {
  assert.equal(unitIn('Height (cm)'), { name: 'Height', unit: 'cm' });
  assert.equal(unitIn('speed [m/s]'), { name: 'speed', unit: 'm/s' });
  assert.equal(unitIn('price'), { name: 'price', unit: '' });
  // A second column of the name, a long remark, brackets alone.
  for (const name of [
    'price (2)',
    'sales (2019)',
    'a (as of last year’s report)',
    '(cm)',
    'x ()',
  ]) {
    assert.equal(unitIn(name), { name, unit: '' });
  }
});

test('numbers have their unit, and as many digits as their spread asks for', () => {
  const text = targetText('price (€)', { deviation: 40 });
  assert.is(text.exact(-1234.5), '−1234.5\u00a0€');
  assert.is(text.near(1234.5678), '1234.6\u00a0€');
  assert.is(text.near(-0.01), '0.0\u00a0€');
  assert.is(text.signed(2), '+2.0\u00a0€');
  assert.is(text.signed(-2), '−2.0\u00a0€');
  assert.is(text.spread(2, 0.25), '+2.0 ± 0.3\u00a0€');
  assert.is(text.near(Number.NaN), '–\u00a0€');
  assert.is(targetText('n', { deviation: 12_345 }).near(98_765.4), '98765');
  assert.is(targetText('n', { deviation: 3e-20 }).near(1.234e-20), '1.23e−20');
  try {
    speak('es', {});
    assert.is(text.near(1234.5678), '1234,6\u00a0€');
  } finally {
    speak('en', {});
  }
});

test('what is predicted is written as the table writes numbers, as is what is typed', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i},5;${3 * i + (i % 5)},25`);
  const made = prepareTable('t.csv', readColumns(parseTable(['x;y (m)', ...rows].join('\n'))), {
    ...{ target: 1, learn: 'number', missing: 'leave-out', from: [0] },
  });
  const { scale, target } = made;
  assert.ok(scale);
  for (const language of ['en', 'es'] as const) {
    try {
      void speak(language, {});
      const text = targetText(target, scale);
      assert.is(text.near(7.25), '7,3\u00a0m');
      assert.is(text.exact(-7.5), '−7,5\u00a0m');
      assert.is(text.within(7.25, 0.5), '7,3 ± 0,5\u00a0m');
      assert.is(text.round(2.5), '2,5');
      assert.is(columnNumber(7.25, scale.comma), '7,25');
      assert.is(rmseText(0.01, { name: target, ...scale, deviation: 5 }), '0,50\u00a0m');
    } finally {
      void speak('en', {});
    }
  }
});

test('a typed number has a decimal point or a comma, and nothing is a missing value', () => {
  for (const [given, value] of [
    ['5.1', 5.1],
    [' 5,1 ', 5.1],
    ['-0,5', -0.5],
    ['−3', -3],
    ['1.234,5', 1234.5],
    ['1,234,567.5', 1_234_567.5],
    ['2e-3', 0.002],
    ['.5', 0.5],
    ['1,234', 1.234],
  ] as const) {
    assert.is(typedNumber(given), value, given);
  }
  assert.ok(Number.isNaN(typedNumber('  ')));
  for (const given of ['abc', '1 000', '1,2,3', '1.234.567', '0x10', '1e999', 'NaN', '5 €']) {
    assert.is(typedNumber(given), undefined, given);
  }
});

test('a typed number is read as its table writes numbers, and what is shown of a row is read as the same number', () => {
  for (const [given, points, commas] of [
    ['1.234', 1.234, 1234],
    ['−1.234', -1.234, -1234],
    ['1.234.567', undefined, 1_234_567],
    ['1,234', 1.234, 1.234],
    ['1.2345', 1.2345, 1.2345],
    ['0.5', 0.5, 0.5],
    ['1.234,5', 1234.5, 1234.5],
    ['1,234.5', 1234.5, 1234.5],
    ['1,5e-7', 1.5e-7, 1.5e-7],
  ] as const) {
    assert.is(typedNumber(given), points, given);
    assert.is(typedNumber(given, true), commas, given);
  }
  assert.equal(
    ['1.234', '-1.234', '12.5', '1234', '1,234'].map((text) => hasThousandsPoint(text, true)),
    [true, true, false, false, false],
  );
  assert.not(hasThousandsPoint('1.234'));
  for (const tongue of ['en', 'es'] as const) {
    try {
      speak(tongue, {});
      for (const comma of [false, true]) {
        for (const value of [1.234, -1.234, 1234, 12.5, 1234.5, 1e-7, 1.5e-7, 1e21, 2.5e30]) {
          const column = { name: 'x', mean: 0, deviation: 1, ...(comma ? { comma } : {}) };
          assert.is(typedNumber(columnNumber(value, comma), comma), value);
          assert.is(typedNumber(valueText(column, value), comma), value);
        }
      }
    } finally {
      speak('en', {});
    }
  }
});

test('a scatter has one scale for both axes, and finds its points', () => {
  const points = { truth: [0, 5, 10, 3], predicted: [1, 4, 12, Number.NaN] };
  const edges = { left: 50, top: 10, right: 10, bottom: 40 };
  const scale = scaleFor(points, { width: 460, height: 450 }, edges);
  if (!scale) throw new Error('it has a scale');
  assert.ok(scale.least < 0 && scale.largest > 12);
  assert.equal([xOf(scale, scale.least), xOf(scale, scale.largest)], [50, 450]);
  assert.equal([yOf(scale, scale.least), yOf(scale, scale.largest)], [410, 10]);
  for (const i of [0, 1, 2]) {
    const place = { x: xOf(scale, points.truth[i]) + 3, y: yOf(scale, points.predicted[i]) - 3 };
    assert.is(nearest(points, scale, place, 10), i);
  }
  assert.is(nearest(points, scale, { x: 60, y: 20 }, 10), -1);
  const { counts, most } = densityOf(points, scale);
  assert.is(
    counts.reduce((a, b) => a + b),
    3,
  );
  assert.is(most, 1);
  assert.is(
    scaleFor({ truth: [1], predicted: [Infinity] }, { width: 9, height: 9 }, edges),
    undefined,
  );
  // A single point, or points that are all the same.
  assert.ok(scaleFor({ truth: [7], predicted: [7] }, { width: 400, height: 400 }, edges));
});

test('arrow keys go through all points in the order of a value', () => {
  const values = [3, 1, 3, 2, 1];
  const seen = [1];
  for (;;) {
    const last = seen[seen.length - 1];
    const next = neighbour(5, (i) => values[i], last, 1);
    if (next === last) break;
    seen.push(next);
  }
  assert.equal(seen, [1, 4, 3, 0, 2]);
  assert.is(
    neighbour(5, (i) => values[i], 0, -1),
    3,
  );
  assert.is(
    neighbour(5, (i) => values[i], 1, -1),
    1,
  );
});

test('rows that are held out are kept as the table has them', () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const colour = i % 5 === 3 ? '' : ['red', 'blue'][i % 2];
    return `${i % 5 === 2 ? '' : i / 7};${colour};${i === 8 ? '' : 100.1 + i}`;
  });
  const text = ['x;colour;y (kg)', ...rows].join('\n').replaceAll('.', ',');
  const table = readColumns(parseTable(text));
  const choice = { target: 2, learn: 'number', from: [0, 1] } as const;
  for (const missing of ['mean', 'leave-out'] as const) {
    const { heldOut, test: part, columns } = prepareTable('t', table, { ...choice, missing });
    assert.is(heldOut.numbers.length, part.count);
    assert.is(heldOut.values.some(Number.isNaN), missing === 'mean');
    heldOut.numbers.forEach((number, i) => {
      const [x, colour, y] = rows[number - 1].split(';');
      assert.is(heldOut.targets?.[i], Number(y));
      const [own, place] = heldOut.values.subarray(2 * i, 2 * i + 2);
      assert.ok(Object.is(own, x === '' ? Number.NaN : Number(x)), `row ${number}: ${own}`);
      const values = 'values' in columns[1] ? columns[1].values : [];
      assert.is(values[place] ?? '', colour);
    });
  }
  const classes = prepareTable('t', table, {
    ...{ target: 1, learn: 'class', from: [0], missing: 'leave-out' },
  });
  assert.is(classes.heldOut.targets, undefined);
});

test('a value that somebody typed stays in another language, with its decimals', async () => {
  const own = fieldValue(1.6182);
  assert.is(own.text, '1.6182');
  await speak('es', {});
  try {
    assert.equal(saidAgain('500', own), { text: '500', value: 500 });
    assert.equal(saidAgain('2.25', own), { text: '2,25', value: 2.25 });
    // What the page wrote keeps its number, whatever the text looks like.
    assert.equal(saidAgain('1.6182', own), { text: '1,6182', value: 1.6182 });
    assert.equal(saidAgain('', own), { text: '', value: Number.NaN });
    assert.is(saidAgain('five', own), undefined);
  } finally {
    await speak('en', {});
  }
});

test.run();
