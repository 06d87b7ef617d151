import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kindOfFile } from '../../src/data/file-kind.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { readZip } from '../../src/data/zip.ts';
import {
  AdapterError,
  DataError,
  DeviceLostError,
  MemoryError,
  NonFiniteError,
  OptionError,
} from '../../src/errors.ts';
import { invitationOf } from '../../src/harness/join/invitation.ts';
import { readColumns } from '../../src/harness/own/columns.ts';
import { parseTable } from '../../src/harness/own/csv.ts';
import { sortIntoClasses } from '../../src/harness/own/folders.ts';
import { problemOfHead } from '../../src/harness/own/image-size.ts';
import { imagesData } from '../../src/harness/own/images.ts';
import { prepareTable } from '../../src/harness/own/table.ts';
import { KINDS, kindOf, ofFile } from '../../src/harness/page/alert.ts';
import { nameOf, refusalText } from '../../src/harness/page/data/refused-file.ts';
import { ERROR_TEXTS } from '../../src/harness/page/error-texts.ts';
import { errorText, reasonText, saidOf } from '../../src/harness/page/error-words.ts';
import { spoken } from '../../src/harness/page/inside/attention-drawing.ts';
import { runFromJson } from '../../src/harness/page/notebook/run-file.ts';
import { problemOf } from '../../src/harness/page/settings/field-rules.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { checkSize } from '../../src/harness/tasks/own-limits.ts';
import { settingsOf } from '../../src/harness/tasks/settings.ts';
import { Inspection } from '../../src/harness/worker/inspection.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { readWeights } from '../../src/train/weights.ts';
import { checkToken } from '../../src/trial/client/address.ts';
import { thrownIn, toldIn } from './told-texts.ts';
import { modulesIn } from './words-keys.ts';

/** What is thrown. */
function thrown(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it threw nothing');
}

const table = readColumns(parseTable('a,b,c\n1,2,x\n3,,y\n4,5,x\n6,8,y\n9,7,x'));
const choice = { target: 2, learn: 'class', missing: 'leave-out', from: [0, 1] } as const;

/** A stored run of own images that is chosen while the page has a table. */
async function chosenOther(): Promise<Error> {
  const given = prepareTable('t.csv', table, { ...choice, missing: 'mean' });
  const inspection = new Inspection({
    run: () => undefined,
    given: () => ({ own: { data: 'table', table: given } }),
    engine: () => Promise.reject(new Error('not needed')),
  });
  const stored = { query: 'model=cnn&data=own', run: 0, bytes: new Uint8Array(), step: 1 };
  try {
    await inspection.choose({ ...stored, dataset: 'shapes', sha256: 'x' });
  } catch (error) {
    return error as Error;
  }
  throw new Error('it threw nothing');
}

const model = new Sequential([4], [linear(4, 3), linear(3, 2)]);
const weights = (name: string) =>
  writeSafetensors(new Map([[name, { shape: [2, 2], data: new Float32Array(4) }]]), {});

/** Errors that a visitor meets, as the engine and the worker throw them. */
const MET: readonly Error[] = [
  thrown(() => readWeights(new Uint8Array(3), model)),
  thrown(() => readWeights(new TextEncoder().encode('hello world, this is a text'), model)),
  thrown(() => readWeights(weights('other').subarray(0, 60), model)),
  thrown(() => readWeights(weights('other'), model)),
  thrown(() => readWeights(weights('0.weight'), model)),
  thrown(() => readZip(new Uint8Array(900))),
  thrown(() => runFromJson('{', 'a.json')),
  thrown(() => runFromJson('{}', 'a.json')),
  thrown(() =>
    imagesData({
      ...{ name: '', classes: ['hat', 'bag'], side: 28 },
      ...{ images: [new Uint8Array(784)], labels: [0] },
    }),
  ),
  thrown(() => sortIntoClasses(Array.from({ length: 120 }, (_, i) => `${i}/a.png`))),
  new DataError(
    'the page has the state of these networks no more; start them again with more epochs',
  ),
  new MemoryError('gemm [1] needs 5 bytes in one binding; this device allows 4'),
  new NonFiniteError('the loss of step 1200 is not finite. Use a smaller learning rate', 1200),
  new DeviceLostError('the GPU device was lost (unknown)'),
  new DeviceLostError('the GPU device was lost (unknown). There is no other device: no adapter'),
  new DeviceLostError('3 GPU devices were lost in one run: the driver crashes. Try it'),
  new AdapterError('WebGPU found no adapter. Check chrome://gpu'),
  ...['javascript:alert(1)', 'http://a:b@c', 'http://a?b', 'http://a.example'].map((worker) =>
    thrown(() =>
      invitationOf(new URL(`https://page.example/?worker=${encodeURIComponent(worker)}`)),
    ),
  ),
  ...['abc', 'a b c d e f g h'].map((token) => thrown(() => checkToken(token))),
];

function inSpanish<T>(work: () => T): T {
  void speak('es', spanish);
  try {
    return work();
  } finally {
    void speak('en', {});
  }
}

test('errors that a visitor meets are said in the reader’s language, and follow it', () => {
  for (const error of MET) {
    const said = saidOf(error);
    assert.ok(said, `${error.name}: ${error.message}`);
    const [english, other] = [said(), inSpanish(said)];
    assert.is.not(other, english, error.message);
    assert.not.match(english + other, /\{\w+\}|readWeights\(|fit\(|undefined/);
    assert.not.match(other, /\b(the|is|not|of|than)\b/);
  }
  assert.match(
    inSpanish(() => errorText(MET.find(({ name }) => name === 'NonFiniteError'))),
    'En el paso 1200 la pérdida',
  );
});

test('a message keeps what it tells, and the name of the file before it', () => {
  const error = {
    name: 'DataError',
    message:
      'a.csv: line 3 has another number of fields than the first line: 3, not 2. Each line needs as many; put a field with a separator in it between quotes',
  };
  assert.is(saidOf(error)?.(), error.message);
  assert.match(
    inSpanish(() => saidOf(error)?.() ?? ''),
    /^a\.csv: la línea 3 no tiene tantos campos como la primera: 3, no 2\./,
  );
  const no = kindOfFile(new Uint8Array([1, 2, 3]));
  assert.is(
    inSpanish(() => reasonText(no)),
    'no es un archivo IDX de bytes',
  );
  assert.match(
    inSpanish(() => reasonText(problemOfHead(undefined) ?? '')),
    /^no es PNG/,
  );
});

test('a table with too few rows is refused in the reader’s language', () => {
  const { message } = thrown(() => prepareTable('t.csv', table, choice));
  assert.match(message, 'can be used: 4; at least 5');
  assert.match(message, 'missing values: 1.');
  const said = inSpanish(() => errorText(new DataError(message)));
  assert.match(said, /filas: 4; hacen falta al menos 5.*ausentes: 1\./);
});

test('a file that is no data is told by its name what it is, and what to do with it', () => {
  const zip = kindOfFile(new Uint8Array([0x50, 0x4b, 3, 4]));
  const other = kindOfFile(new Uint8Array([1, 2, 3, 4]));
  for (const [name, why, text] of [
    ['book.xlsx', zip, 'save it as CSV'],
    ['book.XLS', other, 'save it as CSV'],
    ['a/book.ods', zip, 'save it as CSV'],
    ['letter.docx', zip, /^a document, and no data\. .*\.txt.*Transformer/],
    ['letter.pdf', other, /^a document/],
    ['text.txt', other, /^a text\. .*Transformer.*the field Text/],
    ['photo.jpg', other, /^an image of no class\. .*folder above.*Look inside/],
    ['photo.png', 'lies in no folder of a class', /^an image of no class/],
    ['net.pt', zip, 'as safetensors'],
    ['images', zip, /^a zip archive of another kind\. .*\.zip/],
    ['images', other, 'not an IDX file'],
    // What is known of its bytes is said of any name.
    ['photo.png', 'damaged: this browser cannot decode it', /^damaged/],
  ] as const) {
    const said = refusalText(name, why);
    assert.match(said, text);
    assert.not.match(said, 'unpack');
    assert.is.not(
      inSpanish(() => refusalText(name, why)),
      said,
      name,
    );
  }
});

test('files are called by one of them, or by their folder', () => {
  assert.is(nameOf(['a.png']), 'a.png');
  assert.is(nameOf(['pictures/a/1.png', 'pictures/b/2.png']), 'pictures');
  assert.is(nameOf(['a/1.png', 'b/2.png', 'c/3.png']), 'a/1.png and 2 more');
});

test('the error of a file has its name, once, and no other error has', () => {
  const error = (message: string, name = 'DataError') =>
    Object.assign(new Error(message), { name });
  const zip = error('zip archive is cut off. Get the file again');
  assert.is(
    ofFile('bad.zip', zip).message,
    'bad.zip: This zip archive is damaged. Get the file again',
  );
  for (const one of [error('a.csv: the file is empty'), error('it is full', 'MemoryError')]) {
    assert.is(ofFile('a.csv', one), one);
  }
});

test('a stored network of other data asks for these, under a heading that blames no file', async () => {
  const error = await chosenOther();
  assert.match(error.message, /^this run was trained on other data .*: shapes; give its files/);
  assert.is(kindOf(error), 'MissingData');
  assert.match(
    inSpanish(() => errorText(error)),
    'vuelve a elegirlo',
  );
  assert.is(kindOf(new DataError('the file is empty')), 'DataError');
});

test('a network for which images are too small says what the page has, not the options of the command', () => {
  const settings = settingsOf(new URLSearchParams('model=cnn'));
  assert.is(settings.data, 'images');
  if (settings.data !== 'images') return;
  const small = thrown(() => checkSize(settings, { height: 2, width: 2 }));
  assert.match(small.message, '--model 2');
  assert.match(errorText(small), /^CNN .* choose Model 2$/);
  assert.match(
    inSpanish(() => errorText(small)),
    'elige el modelo 2',
  );
  const shifting = settingsOf(new URLSearchParams('model=resnet'));
  if (shifting.data !== 'images') return;
  const shifted = thrown(() => checkSize(shifting, { height: 2, width: 2 }));
  assert.match(errorText(shifted), 'Choose no augmentation');
  assert.match(
    inSpanish(() => errorText(shifted)),
    'aumento de datos',
  );
});

test('what is quoted has the quotes of the language', () => {
  assert.is(spoken('o'), '“o”');
  assert.is(
    inSpanish(() => spoken('o')),
    '«o»',
  );
  assert.match(
    inSpanish(() => problemOf('lr', 'abc') ?? ''),
    '«abc»',
  );
});

test('what the page has no words for stays as the engine has it', () => {
  const error = new OptionError('dropout 2 was given, which is not below 1');
  assert.is(saidOf(error), undefined);
  assert.is(
    inSpanish(() => errorText(error)),
    error.message,
  );
});

/** Modules that read what a visitor gives, or do what one asks for; some of own data are the command’s alone. */
const VISITED = [
  ...modulesIn('src/harness/own').filter((file) => !/chosen-table|onnx-table|photos/.test(file)),
  ...[...modulesIn('src/harness/worker'), ...modulesIn('src/harness/page')].filter(
    (file) => !/page\/use\//.test(file),
  ),
  ...['image-files', 'data', 'query', 'verify'].map((name) => `src/harness/tasks/${name}.ts`),
  ...['zip', 'gzip', 'safetensors', 'safetensors-entry'].map((name) => `src/data/${name}.ts`),
  ...['address', 'client', 'exchange'].map((name) => `src/trial/client/${name}.ts`),
  ...['src/bench/context.ts', 'src/harness/join/invitation.ts'],
];

/** What no visitor of the page meets: it is the command's, or a mistake of the page. */
const NOT_MET = [
  /^a data set of images needs four files/,
  // What the page asks for is there.
  /^(harness\.html has no|this network has no|the network learns (no|from)|nobody looks any more)/,
  /^(7 values were given|category 7 of 7 was given|unit 71 was given|7 7\. Give a run)/,
  /^this browser (has|provides) no 2D canvas/,
  /^(column 7|no images were given yet|data=7|maxBytes must|this browser has no 2D canvas)/,
  // What is named comes before, with the word safetensors.
  /^7 (has|is|leaves|overlaps|of dtype) /,
  // Of which other tests try all forms.
  /^this run was trained on other data than the page has now(: 7)?; give its files .* again7$/,
  /^(too few rows can be used|7 '7' was given|7 and 7: 7$)/,
];

test('each error of the modules that read what a visitor gives has its Spanish', () => {
  const met = VISITED.flatMap((file) => thrownIn(file).map((text) => [file, text] as const));
  const file = 'src/harness/page/notebook/run-file.ts';
  const wrong = toldIn(file, 'wrong').map(
    (why) => `a.json ${why}. Give a run that this page saved as JSON`,
  );
  assert.ok(wrong.length >= 8);
  met.push(...wrong.map((text) => [file, text] as const));
  assert.ok(met.length > 60);
  const left = met.filter(
    ([, message]) =>
      !NOT_MET.some((pattern) => pattern.test(message)) &&
      inSpanish(() => errorText(new DataError(message))) === message,
  );
  assert.equal(left, []);
});

test('each message that the page knows is one that is still thrown', () => {
  const sources = ['src/bench', 'src/data', 'src/train', 'src/trial', 'src/harness'].flatMap(
    (folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !/words/.test(name))
        .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  // Texts in several lines are one.
  const code = sources
    .join('\n')
    .replace(/['`] \+\s*['`]/g, '')
    .replaceAll('’', "'");
  // What a file is, is put together of its parts; see below.
  for (const text of ERROR_TEXTS.filter((one) => !/^\{count\} (images|labels|items) ?/.test(one))) {
    const parts = text.replaceAll('’', "'").split(/\{\w+\}|[;.] /);
    for (const part of parts.filter(({ length }) => length > 8)) {
      // What is told may begin with a colon.
      assert.ok(code.includes(part.replace(/^[\s:;.,]+|[\s:;.,]+$/g, '')), `${text}: ${part}`);
    }
  }
});

test('what a file is instead is said in the reader’s language', () => {
  const idx = (...dims: number[]): Uint8Array =>
    Uint8Array.of(0, 0, 8, dims.length, ...dims.flatMap((size) => [0, 0, 0, size]));
  const kinds = [
    kindOfFile(new Uint8Array()),
    kindOfFile(idx(5), 9),
    kindOfFile(idx(5, 4, 4), 9),
    kindOfFile(idx(5, 4), 9),
    kindOfFile(idx(5, 4), 32),
  ];
  for (const kind of kinds) {
    assert.not.match(
      inSpanish(() => reasonText(kind)),
      /images|labels|items|instead|empty/,
    );
  }
});

test('of a GPU in whose place there is no other one, nobody is told to start again', () => {
  const message = 'the GPU device was lost (unknown)';
  const lost = (text: string) => ({ name: 'DeviceLostError', message: text });
  assert.is(kindOf(lost(message)), 'DeviceLostError');
  assert.match(KINDS.DeviceLostError[1], /Start again/);
  const forGood = lost(`${message}. There is no other device: no adapter`);
  assert.is(kindOf(forGood), 'NoOtherDevice');
  assert.match(saidOf(forGood)?.() ?? '', /gives it no other now$/);
  assert.not.match(KINDS.NoOtherDevice[1], /Start again/);
  assert.match(KINDS.NoOtherDevice[1], /restart it/);
});

test('of a GPU in whose place there is one of another kind, a trial says so, and not that there is none', () => {
  const file = 'src/harness/tasks/run-trial.ts';
  const two = thrownIn(file).find((text) => /came back/.test(text)) ?? '';
  const lost = `the GPU device was lost (unknown). There is no other device: ${two}`;
  for (const error of [new AdapterError(two), new DeviceLostError(lost)]) {
    assert.match(saidOf(error)?.() ?? '', /took the GPU away .* gave it one of another kind/);
    assert.is(kindOf(error), 'OtherDevice');
  }
  assert.is(KINDS.OtherDevice[0], 'The GPU was lost');
});

test.run();
