import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownGiven } from '../../src/harness/page/data/own-round.ts';
import type { Learner } from '../../src/harness/page/learn/learner.ts';
import { Welcome } from '../../src/harness/page/learn/welcome.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of an element as the greeting needs; it has no size, so that nothing is drawn. */
class Part {
  textContent = '';
  readonly dataset: Record<string, string> = {};
  setAttribute(): void {}
  addEventListener(): void {}
  replaceChildren(): void {}
  append(): void {}
}

const parts = new Parts(() => new Part());
const { getElementById } = parts;
const documentElement = new Part();
documentElement.dataset.visit = 'first';
withGlobals(test, {
  document: { documentElement, getElementById, querySelectorAll: () => [] },
  HTMLElement: Part,
  SVGSVGElement: Part,
  ResizeObserver: class {
    observe(): void {}
  },
});

let wrong: string[] = [];

/** Speaks a language, and draws nothing anew: views of other tests' pages listen in the same process. */
function inLanguage(...language: Parameters<typeof speak>): void {
  const { document } = globalThis;
  Reflect.deleteProperty(globalThis, 'document');
  void speak(...language);
  Object.assign(globalThis, { document });
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('the greeting asks again for images if own data follow others, and for times if the settings change', async () => {
  const asked: string[] = [];
  let [query, rows] = ['model=2&data=own', 0];
  const call = async (_: string, [name]: readonly string[]): Promise<unknown> => {
    asked.push(name);
    if (name === 'estimate') return undefined;
    const data = { images: new Uint8Array(), labels: [], classes: [], size: [1, 1] };
    return { ...data, name: 'own', rows: true, training: rows };
  };
  const remote = { call } as unknown as Learner['remote'];
  const welcome = new Welcome(
    { remote, query: () => query, wrong: () => wrong, fail: () => {} },
    () => {},
    0,
  );
  const after = async (change: () => void): Promise<string> => {
    change();
    welcome.settings();
    for (let i = 0; i < 3; i++) await turn();
    return `${asked.splice(0).join(' ')}: ${parts.get('welcome-data')?.textContent}`;
  };
  const given = (count: number) => () => {
    rows = count;
    ownGiven();
  };
  assert.is(await after(given(120)), 'samples samples estimate: own: 120 rows to train on.');
  assert.is(await after(given(80)), 'samples estimate: own: 80 rows to train on.');
  // Other settings have the same data.
  assert.match(await after(() => (query = 'model=1&data=own')), /^samples estimate: /);
  // The same ones take as long.
  assert.match(await after(() => {}), /^: /);
  assert.match(await after(() => (query = 'model=1')), /^samples estimate: /);
  assert.match(await after(() => (query = 'model=1&data=built-in')), /^samples estimate: /);
  assert.match(await after(() => (query = 'model=1')), /^samples estimate: /);
  // Of images, the limit is not the worker's to count.
  assert.match(await after(() => (query = 'model=1&train-limit=50')), /: own: 50 rows/);
  assert.match(await after(() => (query = 'model=1&train-limit=5000')), /: own: 80 rows/);
  // Data that are not in use are not asked for.
  assert.match(await after(given(60)), /^: /);
});

test('data of the reader’s own are called so in the reader’s language', async () => {
  const data = { images: new Uint8Array(), labels: [], classes: [], size: [1, 1] };
  const call = (_: string, [name]: readonly string[]): Promise<unknown> =>
    Promise.resolve(
      name === 'samples'
        ? { ...data, name: 'casas.csv (own data)', rows: true, column: 'precio', training: 480 }
        : undefined,
    );
  const remote = { call } as unknown as Learner['remote'];
  inLanguage('es', spanish);
  try {
    new Welcome(
      { remote, query: () => 'model=2&data=own', wrong: () => wrong, fail: () => {} },
      () => {},
      0,
    );
    for (let i = 0; i < 3; i++) await turn();
    const shown = (id: string): string => parts.get(id)?.textContent ?? '';
    assert.is(shown('welcome-data'), 'casas.csv (datos propios): 480 filas para entrenar.');
    assert.match(shown('welcome-lead'), /^Esta página entrena una red para deducir precio del/);
  } finally {
    inLanguage('en', {});
  }
});

test('a greeting of images is not shown for a text', async () => {
  let query = 'model=2';
  const asked: string[] = [];
  const data = { images: new Uint8Array(), labels: [], classes: [], size: [1, 1], training: 9 };
  const call = async (_: string, [name]: readonly string[]): Promise<unknown> => {
    asked.push(name);
    if (name !== 'samples') return undefined;
    return query.includes('transformer')
      ? { ...data, name: 'fables', text: true }
      : { ...data, name: 'garments' };
  };
  const remote = { call } as unknown as Learner['remote'];
  const welcome = new Welcome(
    { remote, query: () => query, wrong: () => wrong, fail: () => {} },
    () => {},
    0,
  );
  for (let i = 0; i < 3; i++) await turn();
  query = 'model=transformer';
  welcome.settings();
  for (let i = 0; i < 4; i++) await turn();
  assert.is(parts.get('welcome-data')?.textContent, 'fables: 9 pieces of text to train on.');
  assert.match(parts.get('welcome-lead')?.textContent ?? '', /to write like a text/);
});

test('a time that was measured for other settings is not shown', async () => {
  let query = 'model=2&epochs=5';
  const answers: ((seconds: number) => void)[] = [];
  const call = (_: string, [name]: readonly string[]): Promise<unknown> =>
    name === 'estimate'
      ? new Promise((resolve) => {
          answers.push((seconds) => resolve({ seconds, timed: 9, timedSeconds: 1 }));
        })
      : Promise.resolve({
          images: new Uint8Array(),
          labels: [],
          classes: [],
          size: [1, 1],
          name: 'x',
        });
  const remote = { call } as unknown as Learner['remote'];
  const welcome = new Welcome(
    { remote, query: () => query, wrong: () => wrong, fail: () => {} },
    () => {},
    0,
  );
  const shown = async (): Promise<string> => {
    for (let i = 0; i < 4; i++) await turn();
    return parts.get('welcome-time')?.textContent ?? '';
  };
  await shown();
  answers[0](40);
  assert.match(await shown(), /^About 40 s:/);
  for (const epochs of [10, 20]) {
    query = `model=2&epochs=${epochs}`;
    welcome.settings();
  }
  assert.match(await shown(), /^Timing/);
  // Of two changes at once, the last one is timed.
  assert.is(answers.length, 2);
  query = 'model=2&epochs=30';
  welcome.settings();
  await shown();
  assert.is(answers.length, 2, 'one after the other');
  answers[1](80);
  assert.match(await shown(), /^Timing/, 'the answer was to other settings');
  answers[2](120);
  assert.match(await shown(), /^About 2 min 0 s:/);
});

test('of settings that are wrong, the greeting says which, counts nothing, and times nothing until they are right', async () => {
  const asked: string[] = [];
  const call = async (_: string, [name]: readonly string[]): Promise<unknown> => {
    asked.push(name);
    return name === 'estimate' ? { seconds: 40, timed: 9, timedSeconds: 1 } : undefined;
  };
  const remote = { call } as unknown as Learner['remote'];
  let query = 'model=2&epochs=abc&batch-size=1e9&layers=784%2C99999999%2C10&train-limit=-5';
  wrong = ['epochs', 'batch-size', 'layers', 'train-limit'];
  const welcome = new Welcome(
    { remote, query: () => query, wrong: () => wrong, fail: () => {} },
    () => {},
    0,
  );
  const shown = async (): Promise<string[]> => {
    for (let i = 0; i < 4; i++) await turn();
    return ['what', 'time'].map((id) => parts.get(`welcome-${id}`)?.textContent ?? '');
  };
  assert.equal(await shown(), [
    'Settings are wrong: epochs, batch size, layers, training images. Their fields say why.',
    'It is timed as soon as the settings are right.',
  ]);
  assert.equal(asked, ['samples']);
  // What the worker finds wrong comes later, with the same settings.
  [query, wrong] = ['model=2&epochs=3', []];
  welcome.settings();
  const [what, time] = await shown();
  assert.match(what, /^It sees all training images 3 times, \d+ at a time.* 109,386 weights/);
  assert.match(time, /^About 40 s/);
  wrong = ['seed'];
  welcome.settings();
  assert.match((await shown())[0], /^Settings are wrong: seed\./);
  wrong = [];
});

test('of an autoencoder the greeting says what it does, and of a network that is no perceptron it draws none', async () => {
  let query = 'model=autoencoder';
  const call = async (): Promise<undefined> => undefined;
  const remote = { call } as unknown as Learner['remote'];
  const learner = { remote, query: () => query, fail: () => {}, wrong: () => [] };
  const welcome = new Welcome(learner as unknown as Learner, () => {}, 0);
  const shown = async (settings: string): Promise<string> => {
    query = settings;
    welcome.settings();
    for (let i = 0; i < 4; i++) await turn();
    const { picture } = parts.getElementById('welcome').dataset;
    return `${picture}: ${parts.get('welcome-what')?.textContent}`;
  };
  assert.match(
    await shown('model=autoencoder'),
    /^input: .* 30 times, 100 at a time: .* squeezes .* 128 numbers, and draws it again\. .* 201,616 weights/,
  );
  assert.match(await shown('model=autoencoder&layers=784,32,16,784'), / of 16 numbers/);
  // Wider than the images, it squeezes nothing.
  assert.not.match(await shown('model=autoencoder&layers=784,1000,784'), /squeezes/);
  assert.not.match(await shown('model=autoencoder&layers=784,784'), /squeezes|Infinity/);
  assert.match(await shown('model=2'), /^classes: /);
  assert.match(await shown('model=cnn'), /^images: /);
  assert.match(parts.get('welcome-about')?.textContent ?? '', /^Two convolutions/);
  assert.match(await shown('model=transformer'), /^text: /);
  assert.match(parts.get('welcome-about')?.textContent ?? '', /^Learns to write/);
});

test.run();
