import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kindOfFile } from '../../src/data/file-kind.ts';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import { readZip } from '../../src/data/zip.ts';
import {
  AdapterError,
  DeviceLostError,
  MemoryError,
  NonFiniteError,
  OptionError,
} from '../../src/errors.ts';
import { problemOfHead } from '../../src/harness/own/image-size.ts';
import { ERROR_TEXTS, errorText, reasonText, saidOf } from '../../src/harness/page/error-words.ts';
import { runFromJson } from '../../src/harness/page/notebook/run-file.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { linear, Sequential } from '../../src/nn/layers.ts';
import { readWeights } from '../../src/train/weights.ts';

/** What is thrown. */
function thrown(work: () => unknown): Error {
  try {
    work();
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
  new MemoryError('gemm [1] needs 5 bytes in one binding; this device allows 4'),
  new NonFiniteError('the loss of step 1200 is not finite. Use a smaller learning rate', 1200),
  new DeviceLostError('the GPU device was lost (unknown)'),
  new DeviceLostError('3 GPU devices were lost in one run: the driver crashes. Try it'),
  new AdapterError('WebGPU found no adapter. Check chrome://gpu'),
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
    inSpanish(() => errorText(MET[9])),
    'En el paso 1200 la pérdida',
  );
});

test('a message keeps what it tells, and the name of the file before it', () => {
  const error = {
    name: 'DataError',
    message:
      'a.csv: line 3 has 3 fields, and the first line has 2. Each line needs as many; put a field with a separator in it between quotes',
  };
  assert.is(saidOf(error)?.(), error.message);
  assert.match(
    inSpanish(() => saidOf(error)?.() ?? ''),
    /^a\.csv: la línea 3 tiene 3 campos y la primera tiene 2\./,
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

test('what the page has no words for stays as the engine has it', () => {
  const error = new OptionError('dropout=2 was given; it must be below 1');
  assert.is(saidOf(error), undefined);
  assert.is(
    inSpanish(() => errorText(error)),
    error.message,
  );
});

test('each message that the page knows is one that is still thrown', () => {
  const sources = ['src/data', 'src/train', 'src/harness'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/words/.test(name))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  // Texts in several lines are one.
  const code = sources.join('\n').replace(/['`] \+\s*['`]/g, '');
  for (const text of ERROR_TEXTS) {
    const parts = text.replaceAll('’', "'").split(/\{\w+\}|[;.] /);
    for (const part of parts.filter(({ length }) => length > 8)) {
      // What is told may begin with a colon.
      assert.ok(code.includes(part.replace(/^[\s:;.,]+|[\s:;.,]+$/g, '')), `${text}: ${part}`);
    }
  }
});

test.run();
