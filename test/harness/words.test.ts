import { readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FASHION_MNIST_CLASSES } from '../../src/data/fashion-mnist.ts';
import { builtInGarments } from '../../src/data/garments.ts';
import { KINDS } from '../../src/harness/page/alert.ts';
import {
  CELL_TEXTS,
  NOTES,
  PART_TEXTS,
  TABLE_TITLES,
} from '../../src/harness/page/checks/check-words.ts';
import { ERROR_TEXTS } from '../../src/harness/page/error-texts.ts';
import {
  ALL_NAMES,
  ALL_VALUES,
  OWN_NAMES,
  TITLES,
} from '../../src/harness/page/notebook/setting-words.ts';
import {
  counted,
  KIND_WORDS,
  loss,
  percent,
  spreadText,
  whole,
} from '../../src/harness/page/numbers.ts';
import { AUGMENTED, KEPT } from '../../src/harness/page/settings/form-lists.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { languageOf } from '../../src/harness/page/words/language.ts';
import { say, speak, type Table } from '../../src/harness/page/words/words.ts';
import { BUILT_IN_TEXT } from '../../src/harness/tasks/built-in-text.ts';
import { LOSSES, OPTIMIZERS } from '../../src/harness/tasks/choice-facts.ts';
import { OWN_DATA } from '../../src/harness/tasks/image-files.ts';
import { RENEWED } from '../../src/harness/tasks/lasting-engine.ts';
import { FACTS } from '../../src/harness/tasks/network-facts.ts';
import {
  NOTHING,
  paperDifferences,
  SETTING_NAMES,
  TABLE_RECIPE,
  USUAL,
  valueText,
} from '../../src/harness/tasks/paper-differences.ts';
import { SCHEDULE_FACTS } from '../../src/harness/tasks/schedule-facts.ts';
import { verifyCells } from '../../src/harness/tasks/verify.ts';
import { ANEW } from '../../src/harness/worker/more-notes.ts';
import { networksIn } from '../../src/harness/worker/networks-in.ts';
import type { OpReport } from '../../src/verify/verify.ts';
import { headsIn, type Key, markupKeys, modulesIn, saidIn, unsaidIn } from './words-keys.ts';

const PAGE = 'src/harness/page';

/** What a setting of which the worker must say that it cannot be must be. */
const NEEDS = [
  ...['seeds=5..1', 'lr=1,1', 'dropout=0,0.2', 'seeds=1,2&precision=mixed', 'layers=7,10'],
  ...['seeds=1..4096&lr=1,2', 'model=cnn&layers=784,10', 'lr=0.1,abc'],
].map((query) => {
  const found = networksIn(query);
  return 'need' in found ? found.need : '';
});

/** Of own images that have other colours than the settings ask for. */
const COLOUR_NEEDS = ([['rgb', 1] as const, ['grey', 3] as const] as const).map(
  ([colour, channels]) => {
    const found = networksIn(`data=own&colour=${colour}`, { samples: 1000, channels });
    return 'need' in found ? found.need : '';
  },
);

/** What values of settings are called where they are compared with the paper's. */
const VALUES = paperDifferences({
  model: '1',
  ...{ ...TABLE_RECIPE, nesterov: 'true', keep: 'best', data: 'built-in' },
}).flatMap(({ now, paper }) => [now, paper]);

/** Heads of the tables of `verify` and `bench`; the command writes them in English. */
const HEADS = [
  ...Object.keys(
    verifyCells({
      ...{ op: '', plan: 'plain', cases: 1, share: 0, first: 'one', failures: 1 },
      nearest: { error: 0, bound: 1, what: '' },
    } as unknown as OpReport),
  ),
  ...modulesIn('src/bench').flatMap(headsIn),
  ...['verdict', 'test accuracy', 'test loss'],
];

/** Texts that `sayOf` looks up: tables of the page, and what the worker sends. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  alert: Object.values(KINDS).flat(),
  data: [OWN_DATA, BUILT_IN_TEXT.name, builtInGarments({ train: 1, test: 1 }).name],
  networks: Object.values(FACTS).flatMap(({ label, about }) => [label, about]),
  optimizers: Object.values(OPTIMIZERS).map(({ label }) => label),
  losses: Object.values(LOSSES).map(({ label }) => label),
  schedules: Object.values(SCHEDULE_FACTS).map(({ label }) => label),
  lists: [...Object.values(KEPT), ...Object.values(AUGMENTED)],
  paper: [USUAL, ...Object.values(SETTING_NAMES), ...Object.values(NOTHING), ...VALUES],
  titles: [...TITLES, ...Object.values(OWN_NAMES)],
  settings: [...Object.values(ALL_NAMES), ...Object.values(ALL_VALUES).flatMap(Object.values)],
  classes: FASHION_MNIST_CLASSES,
  kinds: KIND_WORDS,
  errors: ERROR_TEXTS,
  needs: [...NEEDS, ...COLOUR_NEEDS],
  notes: [RENEWED, ANEW],
  heads: HEADS,
  checks: [...TABLE_TITLES, ...CELL_TEXTS, ...NOTES, ...Object.values(PART_TEXTS)],
};

/** The Spanish of each English text in each file that has it. */
const TRANSLATED = new Map<string, Set<string>>();
for (const file of readdirSync(`${PAGE}/words/es`)) {
  if (file === 'index.ts') continue;
  const tables: Readonly<Record<string, Table>> = await import(`../../${PAGE}/words/es/${file}`);
  for (const [english, text] of Object.values(tables).flatMap(Object.entries<string>)) {
    TRANSLATED.set(english, (TRANSLATED.get(english) ?? new Set()).add(text));
  }
}

/** The same in both languages: names and signs. */
const SAME: ReadonlySet<string> = new Set([
  ...['gradweave', 'PNG', 'SVG', 'CSV', 'JSON', 'ONNX', 'PyTorch', 'Nesterov', 'GPU'],
  ...['SGD', 'Adam', 'AdamW', 'NAdam', 'RMSprop', 'Adagrad', 'Lion', 'CNN', 'ResNet'],
  ...['error', 'GPU, MB', 'ms', 'µs', 'n', 'W', 'm×k×n', 'GFLOP/s'],
  ...['β₁, β₂', 'ε', 'GEMM', 'Fashion-MNIST', '–'],
]);

/** What says texts: the page, lending its GPU, and the news of a worker, which the command says in English. */
const MODULES = [
  ...modulesIn(PAGE),
  ...modulesIn('src/harness/join'),
  'src/harness/tasks/worker/news-text.ts',
];

const said = MODULES.map(saidIn);

function allKeys(): Key[] {
  const tables = Object.entries(TABLES).flatMap(([file, texts]) =>
    texts.map((text) => ({ text, file })),
  );
  const all = [...said.flatMap(({ keys }) => keys), ...markupKeys('harness.html'), ...tables];
  return all.filter(({ text }) => text !== '' && !SAME.has(text));
}

const placesIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].flat().sort();

const test = suite('the page in two languages');

test('each text of the page is one literal, and has its Spanish', () => {
  assert.equal(
    said.flatMap(({ odd }) => odd),
    [],
  );
  const missing = allKeys().filter(({ text }) => !Object.hasOwn(spanish, text));
  assert.equal(
    missing.map(({ text, file }) => `${file}: ${text}`),
    [],
  );
});

test('no module of the page shows words without saying them', () => {
  assert.equal(MODULES.flatMap(unsaidIn), []);
});

test('no Spanish text is left of an English one that the page no longer says', () => {
  const keys = new Set(allKeys().map(({ text }) => text));
  assert.equal(
    Object.keys(spanish).filter((text) => !keys.has(text)),
    [],
  );
});

test('a text has the same places in both languages, and is not empty', () => {
  for (const [english, text] of Object.entries<string>(spanish)) {
    assert.equal(placesIn(text), placesIn(english), english);
    assert.ok(text.trim().length > 0, english);
    if (/[.…:?!]$/.test(english)) assert.is(text.at(-1), english.at(-1), english);
  }
});

test('no English text means two things: one that has two Spanish texts hides one of them', () => {
  const twice = [...TRANSLATED].filter(([, texts]) => texts.size > 1);
  assert.equal(twice, []);
});

test('each table of texts is part of the Spanish page', () => {
  const files = readdirSync(`${PAGE}/words/es`).filter((name) => name !== 'index.ts');
  const index = readFileSync(`${PAGE}/words/es/index.ts`, 'utf8');
  for (const name of files) assert.match(index, `./${name}`);
});

test('“parada temprana” is feminine, as is the word for none of it', () => {
  assert.equal([...(TRANSLATED.get(valueText('patience', '')) ?? [])], ['ninguna']);
});

test("a run of the list is “entrenamiento” everywhere, as in the list's title", () => {
  assert.is(spanish.Runs, 'Entrenamientos');
  for (const text of Object.values<string>(spanish)) assert.not.match(text, /ejecuci[oó]n/i);
});

test('numbers follow the language', () => {
  try {
    void speak('es', { epoch: 'época', epochs: 'épocas', 'Hello {name}': 'Hola {name}' });
    assert.is(percent(0.8842), '88,4\u00a0%');
    assert.is(loss(0.51234), '0,5123');
    assert.is(whole(60_000), '60.000');
    assert.is(counted(1, 'epoch'), '1 época');
    assert.is(counted(2.5, 'epoch'), '2,5 épocas');
    const spread = { count: 3, mean: 0.884, deviation: 0.002, least: 0.88, most: 0.89 };
    assert.is(spreadText(spread, percent), '88,4\u00a0±\u00a00,2\u00a0%');
    assert.is(say('Hello {name}', { name: 'Ada' }), 'Hola Ada');
    assert.is(say('unknown {name}', { name: '$&' }), 'unknown $&');
  } finally {
    void speak('en', {});
  }
  assert.is(percent(0.8842), '88.4%');
});

test('the language is that of the address, else the browser’s first one that the page has', () => {
  const of = (search: string, ...tags: string[]): string =>
    languageOf(new URLSearchParams(search), tags);
  assert.is(of('', 'es-MX', 'en'), 'es');
  assert.is(of('', 'fr', 'es'), 'es');
  assert.is(of('', 'de'), 'en');
  assert.is(of('lang=en', 'es'), 'en');
  assert.is(of('lang=xx', 'es'), 'es');
});

test.run();
