import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  CELL_TEXTS,
  cellText,
  NOTES,
  noteText,
  numbersText,
  TABLE_TITLES,
  tableTitle,
} from '../../src/harness/page/checks/check-words.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { toldIn } from './told-texts.ts';
import { modulesIn } from './words-keys.ts';

const test = suite('what verify and bench tell, in the reader’s language');

test.before.each(() => void speak('es', spanish));
test.after.each(() => void speak('en', {}));

const BENCH = [...modulesIn('src/bench'), 'src/harness/tasks/bench.ts'];

/** Of other libraries, which the page has not. */
const OF_PEERS = /^(Starting|Uploading the data to) |PyTorch|does not start|^7 (fails|is left out)/;

test('titles above tables, and notes between rows, have their Spanish', () => {
  const titles = BENCH.flatMap((file) => toldIn(file, 'row', 'table'));
  assert.ok(titles.length > 7);
  assert.equal(
    titles.filter((title) => tableTitle(title).toLowerCase() === title.toLowerCase()),
    ['GEMM n³'],
  );
  const notes = BENCH.flatMap((file) => [...toldIn(file, 'note'), ...toldIn(file, 'lacks')]);
  assert.ok(notes.length > 3);
  assert.equal(
    notes.filter((note) => noteText(note) === note && !OF_PEERS.test(note)),
    [],
  );
});

test('each of these texts is one that is still told', () => {
  const code = [...BENCH, ...modulesIn('src/harness/tasks')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  for (const text of [...TABLE_TITLES, ...CELL_TEXTS, ...NOTES]) {
    for (const part of text.split(/\{\w+\}|(?<=\.) /)) assert.ok(code.includes(part.trim()), text);
  }
});

test('cells say words and numbers as the language does, and leave names as they are', () => {
  assert.is(cellText('fused'), 'fusionado');
  assert.is(cellText('gradweave plain portable'), 'gradweave simple portable');
  assert.is(cellText('88.4% after 40 steps'), '88,4\u00a0% tras 40 pasos');
  assert.is(cellText('9.12 (8.97–9.40)'), '9,12 (8,97–9,40)');
  assert.is(cellText('12,345'), '12.345');
  assert.is(cellText('1.2e-7'), '1,2e-7');
  assert.is(cellText('0, 0, 0'), '0, 0, 0');
  assert.is(cellText('a1b2.c3'), 'a1b2.c3');
  assert.is(
    tableTitle('dispatches of a step, gradweave fused quad'),
    'Llamadas de un paso, gradweave fusionado quad',
  );
  assert.match(
    noteText('Measuring 784–10, adam, cross_entropy: gradweave fused quad, gradweave plain quad'),
    'gradweave fusionado quad, gradweave simple quad',
  );
  void speak('en', {});
  assert.is(numbersText('9.12 (8.97–9.40)'), '9.12 (8.97–9.40)');
  assert.is(tableTitle('verify'), 'Verify');
});

test.run();
