import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FASHION_MNIST_CLASSES } from '../../src/data/fashion-mnist.ts';
import { descriptionOf } from '../../src/harness/page/charts/plots.ts';
import { className, classNames } from '../../src/harness/page/class-names.ts';
import { layerLabel, layerText } from '../../src/harness/page/inside/layer-words.ts';
import { presentText } from '../../src/harness/page/inside/network-choice.ts';
import { rowsOfLayers } from '../../src/harness/page/learn/layer-rows.ts';
import { fileName, runJson } from '../../src/harness/page/notebook/run-export.ts';
import { labelOf } from '../../src/harness/page/notebook/run-store.ts';
import {
  fullSettingsText,
  settingLines,
  settingsText,
} from '../../src/harness/page/notebook/run-words.ts';
import { titleText } from '../../src/harness/page/notebook/setting-words.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { aRun, sceneOf } from './charts-runs.ts';

/** What is said in each language. */
function inBoth<T>(said: () => T): { readonly en: T; readonly es: T } {
  void speak('en', {});
  const en = said();
  void speak('es', spanish);
  try {
    return { en, es: said() };
  } finally {
    void speak('en', {});
  }
}

const run = (query = 'model=2') => aRun(3, { losses: [0.5], query });

test('a title that the page made is in the reader’s language, and one that was typed as it was', () => {
  assert.equal(
    inBoth(() => labelOf(run())),
    { en: 'Model 2 #3', es: 'Modelo 2 #3' },
  );
  const named = { ...run(), name: 'Model 2' };
  assert.equal(
    inBoth(() => labelOf(named)),
    { en: 'Model 2 #3', es: 'Model 2 #3' },
  );
  assert.equal(
    inBoth(() => titleText('Model 1, lr 0.01, dropout 0.2')),
    { en: 'Model 1, rate 0.01, dropout 0.2', es: 'Modelo 1, tasa 0,01, dropout 0,2' },
  );
  // Of own widths there is nothing to say in another language, nor of a title that a file brought.
  for (const title of ['784–16–10', 'constructor x', 'Model 2 again, twice']) {
    assert.equal(
      inBoth(() => titleText(title)),
      { en: title, es: title },
    );
  }
  assert.match(inBoth(() => descriptionOf(sceneOf('loss', [run()]))).es, /Modelo 2 #3: 0,500/);
});

test('colours of images are said once', () => {
  const { en, es } = inBoth(() => settingsText(run('model=2&data=own&colour=rgb')));
  assert.match(en, /\bcolour RGB\b/);
  assert.match(es, /\bcolor RGB\b/);
});

test('numbers of layers are written as the language writes them', () => {
  const facts = { kind: 'dropout 0.1', shape: [10], parameters: 0, flop: 0 };
  for (const said of [
    () => layerText('1', 'dropout 0.1').slice(3),
    () => rowsOfLayers([{ name: '1', ...facts }])[0].label.slice(3),
  ]) {
    assert.equal(inBoth(said), { en: 'dropout 0.1', es: 'dropout 0,1' });
  }
});

test('the network of the run is called by the run’s name', () => {
  const { en, es } = inBoth(() => presentText(run()));
  assert.match(en, /^Model 2 #\d+, trained now or last$/);
  assert.match(es, /^Modelo 2 #\d+, en curso o el último$/);
  assert.is(inBoth(() => presentText(undefined)).en, 'The one trained now or last');
});

test('layers are said in the reader’s words', () => {
  assert.equal(
    inBoth(() => layerText('7', 'linear 784→10')),
    { en: '7: linear 784→10', es: '7: lineal 784→10' },
  );
  const { es } = inBoth(() => layerLabel('3', 'conv2d 1→4, 3×3, stride 2, padding 1, no bias'));
  assert.is(es, '3: conv2d 1→4, 3×3, salto 2, relleno 1, sin sesgo');
});

test('what is stored and exported of a run is the same in both languages', () => {
  const { en, es } = inBoth(() => [runJson(run()), fileName(run(), '.json'), run().title]);
  assert.equal(es, en);
  assert.is(en[2], 'Model 2');
});

test('settings are said as the form has them, with numbers as the language writes them', () => {
  const query =
    'model=2&lr=0.01&batch-size=50&betas=0.9,0.99&keep=best&data=built-in&own=1&loss=cross_entropy';
  assert.equal(
    inBoth(() => settingsText({ query })),
    {
      en: 'learning rate 0.01, batch size 50, β₁, β₂ 0.9, 0.99, weights kept the best epoch’s, own 1, loss cross-entropy',
      es: 'tasa de aprendizaje 0,01, tamaño de lote 50, β₁, β₂ 0,9; 0,99, pesos que quedan los de la mejor época, own 1, pérdida entropía cruzada',
    },
  );
  assert.equal(
    inBoth(() => settingsText({ query: 'model=2&data=own' })),
    { en: 'as the preset', es: 'los del modelo' },
  );
  // Names and values that all objects have, as an address may give them.
  const odd = 'model=2&toString=1&constructor=&valueOf=x&augment=toString&data=hasOwnProperty';
  assert.is(
    settingsText({ query: odd }),
    'toString 1, constructor the default, valueOf x, augmentation toString',
  );
  const full = inBoth(() => fullSettingsText({ query: 'model=1' }, [1, 2]));
  assert.match(full.es, /optimizador SGD.*semillas 1 2$/);
  assert.match(full.en, /optimizer SGD.*seeds 1 2$/);
});

test('all settings of a run are in the form’s words, and none is a name of the address', () => {
  for (const model of ['2', 'autoencoder', 'transformer']) {
    const query = `model=${model}&prompt=all`;
    const { es } = inBoth(() => settingLines({ query }));
    const lines = es.map((line) => line.join(' ')).join('\n');
    assert.not.match(lines, /cross_entropy|batch|size|fused|full|auto$|best|last|yes/, lines);
    // What a visitor typed is nobody's to translate.
    assert.match(lines, /Principio del texto «all»/);
  }
});

test('classes of Fashion-MNIST are said in the reader’s language; one’s own stay, whatever they are called', () => {
  assert.equal(
    inBoth(() => className(FASHION_MNIST_CLASSES, 0)),
    { en: 'T-shirt/top', es: 'Camiseta' },
  );
  const own = ['Bag', 'Shirt'];
  assert.equal(inBoth(() => classNames(own)).es, own);
  assert.is(className(own, 2), '2');
  const { en, es } = inBoth(() => classNames(FASHION_MNIST_CLASSES));
  assert.is(new Set(es).size, en.length);
  assert.is(
    en.some((name) => es.includes(name)),
    false,
  );
});

test.run();
