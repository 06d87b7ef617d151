import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isClass,
  likelyTarget,
  readColumns,
  readingColumns,
} from '../../src/harness/own/columns.ts';
import { parseTable, parsing, tableText } from '../../src/harness/own/csv.ts';
import { farOf } from '../../src/harness/own/far.ts';
import { numberOf } from '../../src/harness/own/fields.ts';
import { inPieces } from '../../src/harness/own/in-pieces.ts';
import { prepareTable, preparingTable, type TableChoice } from '../../src/harness/own/table.ts';
import {
  keepChoice,
  keepNumbers,
  keptChoice,
  keptNumbers,
} from '../../src/harness/page/data/kept-choices.ts';
import { leftOut } from '../../src/harness/page/data/left-out.ts';
import { farText } from '../../src/harness/page/inside/table/far-text.ts';
import { fromText } from '../../src/harness/page/inside/table/row-from.ts';
import { previewOf } from '../../src/harness/worker/own-facts.ts';
import { refused } from './refused.ts';

const test = suite('tables of one’s own');

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rows = (text: string) => parseTable(text).rows;

test('fields are read as RFC 4180 says', () => {
  assert.equal(rows('a,b\r\n1,2\r\n'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  assert.equal(rows('a,b\n"x,y","say ""hi"""\n'), [
    ['a', 'b'],
    ['x,y', 'say "hi"'],
  ]);
  assert.equal(rows('a,b\n"two\nlines",\n'), [
    ['a', 'b'],
    ['two\nlines', ''],
  ]);
  assert.equal(rows('\ufeffa,b\n1,2'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  assert.equal(rows('a,b\r1,2\r\r'), [
    ['a', 'b'],
    ['1', '2'],
  ]);
  assert.equal(rows('"",""\n,\n'), [
    ['', ''],
    ['', ''],
  ]);
  assert.equal(rows('one\n\ntwo\n'), [['one'], ['two']]);
});

test('a text among numbers, which makes a category of them, is found', () => {
  const read = (values: string, separator = ',') =>
    readColumns(
      parseTable(`x${separator}y\n${values.split(' ').join(`${separator}a\n`)}${separator}b\n`),
      true,
    ).columns[0];
  const found = (values: string, separator?: string): string | undefined => {
    const { slips } = read(values, separator);
    return slips && `${slips.numbers} + ${slips.texts}, ${slips.text} in ${slips.row}`;
  };
  assert.is(found('1 2 inf 4 1 2 4 2'), '7 + 1, inf in 3');
  assert.is(found('1 2 3 4'), undefined);
  assert.is(found('a b a b 1 1 a'), undefined);
  assert.is(found('1 ? oops 4 NA 5 5o 7'), '4 + 2, oops in 3');
  // With decimal commas, and of more texts than a category has.
  assert.is(found('1,5 2,5 inf 4', ';'), '3 + 1, inf in 3');
  const many = Array.from({ length: 150 }, (_, i) => (i === 16 ? 'inf' : `${i}.5`)).join(' ');
  assert.equal([read(many).kind, found(many)], ['texts', '149 + 1, inf in 17']);
});

test('a column of numbers with texts is taken as numbers if somebody says so, its texts as missing', () => {
  const table = parseTable('x;y;z\n1,5;a;1\ninf;b;u\n2.5;a;2\n3,5;b;3\n4;b;4\n');
  const { columns, rows: read } = readColumns(table, true, [0]);
  const [x, , z] = columns;
  // What is written in the other way counts as a text.
  assert.equal([x.kind, x.comma, x.missing, x.distinct], ['number', true, 2, 3]);
  assert.is(x.slips?.texts, 2);
  assert.equal([z.kind, z.slips?.text], ['category', 'u']);
  assert.equal(
    read.map(([text]) => text),
    ['1,5', '', '', '3,5', '4'],
  );
  assert.equal(readColumns(table, true).rows[1], ['inf', 'b', 'u']);
  // A column without numbers stays as it is.
  assert.equal(readColumns(table, true, [1]).columns[1].kind, 'category');
  keepNumbers(columns, [0]);
  assert.equal(keptNumbers(readColumns(table, true).columns), [0]);
});

test('semicolons and tabs separate where they give more fields', () => {
  assert.is(parseTable('a;b\n1,5;2\n3,5;4').separator, ';');
  assert.is(parseTable('a\tb\n1\t"x, y"\n').separator, '\t');
  assert.is(parseTable('a,b,c\n1,2,"x;y"\n').separator, ',');
  assert.is(parseTable('one\ntwo\n').separator, ',');
  // What cannot be read with commas is read with semicolons.
  assert.is(parseTable('a, b;c\n1,"q"x;2\n').separator, ';');
  // The text that is guessed from ends within a quoted field.
  const long = `a,b\n1,2\n3,"${'x'.repeat(70_000)}"\n`;
  assert.equal([parseTable(long).separator, rows(long)[2].length], [',', 2]);
  const commas = `a;b;c,d\n1;2;3,4\n5;6;"7,${'x'.repeat(70_000)}"\n`;
  assert.equal([parseTable(commas).separator, rows(commas)[2].length], [';', 3]);
});

test('a broken table is refused by its line', () => {
  refused(
    () => rows('a,b\n1,2\n1,2,3\n'),
    /line 3 has another number of fields than the first line: 3, not 2/,
  );
  refused(
    () => rows('a,b\n"1\n2",3\n4\n'),
    /line 4 has another number of fields than the first line: 1, not 2/,
  );
  refused(() => rows('a,b\n"open,2\n'), /line 2 has a quote that is never closed/);
  refused(() => rows('a,b\n1,"open\n2,3\n'), /line 2 has a quote that is never closed/);
  refused(() => rows('1,"open\n2,3\n'), /line 1 has a quote that is never closed/);
  refused(() => rows('a,b\n"x"y,2\n'), /line 2 has characters behind a closing quote/);
  refused(() => rows(`${'a,'.repeat(3000)}b\n`), /3001 fields; at most 2000/);
  refused(() => tableText(new Uint8Array()), /empty/);
  refused(() => tableText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)), /no text/);
});

test('texts are read in the encodings that spreadsheets write', () => {
  assert.is(tableText(bytes('año,1')), 'año,1');
  assert.is(tableText(Uint8Array.of(0x61, 0xf1, 0x6f)), 'año');
  const wide = new Uint8Array(
    new Uint16Array([0xfeff, ...[...'a,b'].map((c) => c.charCodeAt(0))]).buffer,
  );
  assert.equal(rows(tableText(wide)), [['a', 'b']]);
});

test('numbers may have decimal commas where no comma separates', () => {
  assert.is(numberOf('1.234,5', true), 1234.5);
  assert.is(numberOf('-0,5', true), -0.5);
  assert.is(numberOf('1.5e3', false), 1500);
  assert.ok(Number.isNaN(numberOf('1,5', false)));
  assert.ok(Number.isNaN(numberOf('0x10', true)));
  assert.ok(Number.isNaN(numberOf('', false)));
  const { columns } = readColumns(parseTable('x;y\n1,5;a\n2,25;b\n'));
  assert.equal([columns[0].kind, columns[0].comma], ['number', true]);
  const points = readColumns(parseTable('x;y\n1.5;a\n2.25;b\n')).columns[0];
  assert.equal([points.kind, points.comma], ['number', false]);
});

test('columns are known by what they hold', () => {
  const text = [
    'n,word,same,id,gap',
    ...Array.from({ length: 200 }, (_, i) => `${i},${'ab'[i % 2]},x,t${i},${i % 5 ? i : 'NA'}`),
  ].join('\n');
  const { columns, named } = readColumns(parseTable(text));
  assert.ok(named);
  assert.equal(
    columns.map(({ kind }) => kind),
    ['number', 'category', 'constant', 'texts', 'number'],
  );
  assert.is(columns[4].missing, 40);
  assert.is(likelyTarget(columns), 4);
  assert.equal(columns.map(isClass), [false, true, false, false, false]);
  const bare = readColumns(parseTable('1,2\n3,4\n'));
  assert.equal([bare.named, bare.columns[0].name, bare.rows.length], [false, 'column 1', 2]);
  assert.is(readColumns(parseTable('1,2\n3,4\n'), true).columns[1].name, '2');
  const species = readColumns(parseTable('species,width\na,1\nb,2\n')).columns;
  assert.is(likelyTarget(species), 0);
});

test('names may be given twice, or not at all, above numbers', () => {
  const names = (text: string) => readColumns(parseTable(text)).columns.map(({ name }) => name);
  assert.equal(names('a,a,a\n1,2,x\n3,4,y\n'), ['a', 'a (2)', 'a (3)']);
  assert.equal(names('a,a (2),a\n1,2,3\n3,4,5\n'), ['a', 'a (2)', 'a (3)']);
  // As pandas writes the numbers of rows.
  assert.equal(names(',width\n0,2.5\n1,3.5\n'), ['column 1', 'width']);
  // Texts alone, or a missing number: rows without names.
  assert.equal(names('yes,yes\nno,yes\n'), ['column 1', 'column 2']);
  assert.equal(names('NA,red\n1,blue\n2,red\n'), ['column 1', 'column 2']);
});

test('a large table leaves others their turns while it is read, and is the same', async () => {
  const text = ['x,y', ...Array.from({ length: 9000 }, (_, i) => `${i % 97},${'ab'[i % 2]}`)].join(
    '\n',
  );
  const given = { target: 1, learn: 'class', from: [0], missing: 'mean' } as const;
  const read = parseTable(text);
  const table = readColumns(read);
  const pieces = [parsing(text), readingColumns(read), preparingTable('t', table, given)];
  assert.equal(
    pieces.map((work) => [...work].length),
    [5, 10, 16],
  );
  let turns = 0;
  const tick = (): void => {
    turns++;
    next = setImmediate(tick);
  };
  let next = setImmediate(tick);
  try {
    assert.equal(await inPieces(parsing(text), 0), read);
    assert.ok(turns >= 5, `${turns} turns`);
  } finally {
    clearImmediate(next);
  }
  assert.equal(
    await inPieces(preparingTable('t', table, given), 0),
    prepareTable('t', table, given),
  );
});

const choice = (given: Partial<TableChoice>): TableChoice => ({
  ...{ target: 2, learn: 'class', from: [0, 1], missing: 'leave-out', ...given },
});

/** 60 rows of a number, a category and a class: 40 of one, 20 of the other. */
const TABLE = [
  'x,kind,y',
  ...Array.from(
    { length: 60 },
    (_, i) => `${i === 7 ? '' : i},${['red', 'blue'][i % 2]},${i % 3 ? 'a' : 'b'}`,
  ),
].join('\n');

test('a fifth of each class is held out, and training rows alone give mean and deviation', () => {
  const table = readColumns(parseTable(TABLE));
  const data = prepareTable('t', table, choice({ missing: 'mean' }));
  assert.equal(data.inputs, ['x', 'kind = blue', 'kind = red']);
  assert.equal(data.classes, ['a', 'b']);
  assert.equal([data.train.count, data.test.count, data.leftOut], [48, 12, 0]);
  const share = (labels: Uint32Array | undefined) => labels?.reduce((sum, label) => sum + label, 0);
  assert.equal([share(data.train.labels), share(data.test.labels)], [16, 4]);
  const x = Array.from({ length: 48 }, (_, i) => data.train.inputs[3 * i]);
  // The missing one is the mean, which is 0; the others have a mean of 0 and a deviation of 1.
  const known = x.filter((value) => value !== 0);
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + value ** 2, 0) / known.length;
  assert.ok(Math.abs(mean) < 1e-6 && Math.abs(variance - 1) < 1e-5, `${mean} ${variance}`);
  for (let i = 0; i < 48; i++)
    assert.is(data.train.inputs[3 * i + 1] + data.train.inputs[3 * i + 2], 1);
  // The same choice gives the same split.
  assert.equal(prepareTable('t', table, choice({ missing: 'mean' })).test.inputs, data.test.inputs);
  const left = prepareTable('t', table, choice({}));
  assert.equal([left.leftOut, left.train.count + left.test.count], [1, 59]);
});

test('a number is learned standardised', () => {
  const table = readColumns(parseTable(TABLE));
  const data = prepareTable('t', table, choice({ target: 0, learn: 'number', from: [1, 2] }));
  assert.is(data.classes, undefined);
  const { mean, deviation } = data.scale ?? { mean: 0, deviation: 0 };
  const targets = [...(data.train.targets ?? [])].map((value) => value * deviation + mean);
  for (const value of targets) assert.ok(Math.abs(value - Math.round(value)) < 1e-4, `${value}`);
  assert.is(data.leftOut, 1);
  // By the training rows alone: theirs have a mean of 0 and a deviation of 1.
  const own = [...(data.train.targets ?? [])];
  assert.ok(Math.abs(own.reduce((a, b) => a + b, 0)) < 1e-4);
  assert.ok(Math.abs(own.reduce((sum, value) => sum + value ** 2, 0) / own.length - 1) < 1e-5);
});

test('what cannot be learned is refused, with what to do', () => {
  const of = (text: string, given: Partial<TableChoice> = {}) =>
    prepareTable('t', readColumns(parseTable(text)), choice(given));
  refused(() => of('x,y,z\n1,2,a\n'), /too few rows can be used: 1; at least 5/);
  refused(() => of('x,y,z\n1,2,a\n2,3,a\n3,4,a\n4,5,a\n5,6,a\n'), /one class only, a/);
  refused(() => of('x,y,z\n1,1,a\n1,1,b\n1,1,a\n1,1,b\n1,1,a\n'), /no column to learn z from/);
  refused(
    () => of(TABLE, { target: 1, learn: 'number', from: [0] }),
    /kind does not hold numbers alone/,
  );
  refused(
    () => of(TABLE.replaceAll(/,(a|b)$/gm, ','), {}),
    /too few rows can be used: 0;.*Left out for missing values: 60\./,
  );
  const many = ['x,y', ...Array.from({ length: 300 }, (_, i) => `${i},${i % 150}`)].join('\n');
  refused(() => of(many, { target: 1, from: [0] }), /150 different values; at most 100 classes/);
  refused(() => of(many, { target: 1, from: [0] }), /Learn it as a number, or choose another/);
  // Advice that leads on: neither way of learning is advised if the other one is refused, too.
  for (const learn of ['class', 'number'] as const) {
    const texts = many.replaceAll(/,(\d)/g, ',t$1');
    const wish = { target: 1, learn, from: [0] };
    refused(() => of(texts, wish), /150 different values; at most 100.*learned\. Choose another/);
  }
  const [same, five] = ['x,y\n1,a\n2,a\n3,\n4,a\n5,a\n6,a\n', 'x,y\n1,5\n2,5\n3,5\n4,5\n5,5\n'];
  const number = { target: 1, learn: 'number', from: [0] } as const;
  refused(() => of(same, number), /y is the same in all rows, a\. Choose a column with different/);
  refused(() => of(five, number), /y is the same in all rows, 5\. Choose/);
  const long = `x,y\n1,${'<b>'.repeat(9000)}\n2,b\n3,b\n4,b\n5,b\n`;
  refused(() => of(long, { target: 1, from: [0] }), /y has <b>.*… of 27000 characters/);
});

test('the dialog knows how many rows each choice leaves out', () => {
  const { gaps } = previewOf(readColumns(parseTable('a,b,c\n1,2,x\n,3,y\n4,,x\n,,y\n5,6,\n7,8,y')));
  assert.is(leftOut(gaps, 2, new Set([0, 1])), 4);
  assert.is(leftOut(gaps, 2, new Set([0])), 3);
  assert.is(leftOut(gaps, 2), 1);
  assert.is(leftOut(gaps, 1, new Set([0])), 3);
});

test('a row that somebody changed is no longer said to be the held-out one', () => {
  assert.match(fromText(154, 0, false), 'The values are those of row 154,');
  for (const more of [0, 3]) {
    assert.match(fromText(154, more, true), /^Changed from row 154,/);
    assert.is(fromText(154, more, true).includes('3 columns'), more > 0);
  }
});

test('a table that is given again begins with what was learned from it', () => {
  const columnsOf = (text: string) => previewOf(readColumns(parseTable(text))).columns;
  const choice = { target: 1, learn: 'number', missing: 'mean', from: [0] } as const;
  keepChoice(columnsOf('a,b,c\n1,2,3\n3,4,5'), choice);
  assert.equal(keptChoice(columnsOf('a,b,c\n7,2,3\n3,4,6')), choice);
  assert.is(keptChoice(columnsOf('a,b,d\n1,2,3\n3,4,5')), undefined);
});

test('values far outside of those that were learned from are named, and no others', async () => {
  const text = Array.from({ length: 40 }, (_, i) => `${140 + i},${i % 3},${'pq'[i % 2]}`).join(
    '\n',
  );
  const choice: TableChoice = { target: 2, learn: 'class', from: [0, 1], missing: 'mean' };
  const { columns } = prepareTable('t', readColumns(parseTable(`height,b,c\n${text}`)), choice);
  const [height] = columns;
  assert.ok('range' in height && height.range);
  const [least, most] = height.range;
  assert.ok(least >= 140 && most <= 179 && most - least > 20, String(height.range));
  const room = (most - least) / 2;
  const isFar = (value: number): boolean => farOf(columns, [value, 1]).length > 0;
  assert.equal(
    [least - room, least - room - 1, most + room, most + room + 1, Number.NaN].map(isFar),
    [false, true, false, true, false],
  );
  // Of texts, and of older files, nothing is known.
  assert.equal(
    farOf(
      [
        { name: 'a', values: ['x'] },
        { name: 'b', mean: 1, deviation: 1 },
      ],
      [9, 9],
    ),
    [],
  );
  const far = farOf(columns, [900, -5.5]);
  assert.is(
    farText(far),
    `height 900 is far outside of ${least} to ${most}, which the network learned from. b −5.5 is far outside of 0 to 2, which the network learned from.`,
  );
  assert.match(farText([...far, ...far]), /\. So are 1 column more\.$/);
  assert.is(farText([]), '');
});

test.run();
