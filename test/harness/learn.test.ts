import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FASHION_MNIST_CLASSES } from '../../src/data/fashion-mnist.ts';
import { agentOf } from '../../src/harness/page/learn/agents.ts';
import { stepsFor } from '../../src/harness/page/learn/gpu-steps.ts';
import { labelsOf, rowsOfLayers, rowsOfWidths } from '../../src/harness/page/learn/layer-rows.ts';
import { leadText } from '../../src/harness/page/learn/lead-text.ts';
import { pulseText } from '../../src/harness/page/learn/pulse-text.ts';
import { PLACES, TERMS } from '../../src/harness/page/learn/terms.ts';
import {
  draggedBy,
  figuresOf,
  keyed,
  MOST_UNITS,
  snapped,
  stepFlop,
  stepped,
  timesOf,
  widthsIn,
  withLayer,
  withoutLayer,
} from '../../src/harness/page/learn/widths.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { factsNamed } from '../../src/harness/tasks/network-facts.ts';
import { networkNamed } from '../../src/harness/tasks/networks.ts';
import { OwnData } from '../../src/harness/worker/own-data.ts';
import { Tutor } from '../../src/harness/worker/tutor.ts';
import { watchedIn } from '../../src/harness/worker/watched-layers.ts';
import { layerTable } from '../../src/nn/layer-table.ts';
import type { Sequential } from '../../src/nn/layers.ts';
import { mlp } from '../../src/nn/mlp.ts';

const test = suite('what the page explains');

test('each term has a title and at most three sentences, in English and in Spanish', () => {
  for (const [name, { en, es }] of Object.entries(TERMS)) {
    for (const { title, text } of [en, es]) {
      assert.ok(title.length > 0, name);
      const sentences = text.split(/[.:;?] |\.$/).filter((part) => part !== '');
      assert.ok(sentences.length >= 1 && sentences.length <= 5, `${name}: ${text}`);
      assert.match(text, /\.$/, name);
      assert.ok(text.length < 400, `${name}: ${text.length}`);
    }
    if (!/^(β|ε)/.test(en.title)) assert.is.not(en.text, es.text, name);
  }
});

test('each place of a term in the form is a field that the page has', () => {
  const markup = readFileSync('harness.html', 'utf8');
  for (const [selector] of PLACES) {
    const name = /\[name=([\w-]+)\]/.exec(selector)?.[1];
    const id = /#(?!settings)([\w-]+)/.exec(selector)?.[1];
    if (name) assert.match(markup, `name="${name}"`);
    else assert.match(markup, `id="${id}"`);
  }
});

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';

test('browsers and systems are told apart', () => {
  const of = (text: string, touches = 0): string => {
    const { browser, system } = agentOf(text, touches);
    return `${browser} ${system}`;
  };
  assert.is(of(`${WINDOWS} Chrome/150.0.0.0 Safari/537.36`), 'chrome windows');
  assert.is(of(`${WINDOWS} Chrome/150.0.0.0 Safari/537.36 Edg/150.0`), 'edge windows');
  assert.is(
    of('Mozilla/5.0 (X11; Linux x86_64; rv:158.0) Gecko/20100101 Firefox/158.0'),
    'firefox linux',
  );
  assert.is(
    of('Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36'),
    'chrome android',
  );
  const mac =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15';
  assert.is(of(mac), 'safari mac');
  assert.is(of(mac, 5), 'safari ios');
  assert.is(
    of(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/150.0 Safari/604',
    ),
    'safari ios',
  );
});

test('the steps are those of the reader’s browser and system, and end with a reload', () => {
  const of = (
    browser: 'chrome' | 'edge' | 'firefox' | 'safari',
    system: 'linux' | 'mac' | 'android',
  ): string =>
    stepsFor({ browser, system })
      .map(({ text, code = '' }) => `${text} ${code}`)
      .join('\n');
  assert.match(
    of('chrome', 'linux'),
    /144[\s\S]*147[\s\S]*--enable-unsafe-webgpu[\s\S]*chrome:\/\/gpu/,
  );
  assert.match(of('edge', 'mac'), /113[\s\S]*edge:\/\/settings[\s\S]*edge:\/\/gpu/);
  assert.not.match(of('chrome', 'android'), /settings\/system/);
  assert.match(of('firefox', 'linux'), /Nightly[\s\S]*about:config[\s\S]*about:support/);
  assert.match(of('safari', 'mac'), /Safari 26[\s\S]*Feature Flags/);
  for (const system of ['linux', 'mac', 'android'] as const) {
    assert.match(of('chrome', system), /reload this page\. $/);
  }
});

test('parameters and FLOP of the picture are those of the network that is trained', () => {
  const widths = [784, 128, 64, 10];
  const figures = figuresOf(widths);
  // By hand: 784·128 + 128, 128·64 + 64, 64·10 + 10.
  assert.equal(
    figures.map(({ parameters }) => parameters),
    [100_480, 8_256, 650],
  );
  assert.equal(
    figures.map(({ flop }) => flop),
    [200_704, 16_384, 1_280],
  );
  const layers = layerTable(mlp([28, 28], widths, { dropout: 0.2 })).filter(
    ({ parameters }) => parameters > 0,
  );
  assert.equal(
    layers.map(({ parameters, flop }) => ({ parameters, flop })),
    figures.map(({ parameters, flop }) => ({ parameters, flop })),
  );
  assert.is(stepFlop(200_704), 602_112);
});

test('widths are read from the field, and only if they are widths', () => {
  assert.equal(widthsIn('784, 128,10'), [784, 128, 10]);
  for (const odd of ['', '784', '784,0,10', '784,12.5,10', '784,x,10', '784,70000,10']) {
    assert.is(widthsIn(odd), undefined, odd);
  }
});

test('a handle stops at widths whose distance grows with them, up and down alike', () => {
  assert.is(stepped(8, true), 9);
  assert.is(stepped(128, true), 144);
  assert.is(stepped(144, false), 128);
  assert.is(stepped(1, false), 1);
  assert.is(stepped(MOST_UNITS, true), MOST_UNITS);
  // A width of one's own goes to the next stop.
  assert.is(stepped(130, true), 144);
  assert.is(stepped(130, false), 128);
  for (let width = 1; width < MOST_UNITS; width = stepped(width, true)) {
    assert.is(stepped(stepped(width, true), false), width);
  }
});

test('keys of a slider change a width as ARIA describes', () => {
  assert.is(keyed(128, 'ArrowUp'), 144);
  assert.is(keyed(128, 'ArrowLeft'), 120);
  assert.is(keyed(128, 'PageUp'), 256);
  assert.is(keyed(3000, 'PageUp'), MOST_UNITS);
  assert.is(keyed(1, 'PageDown'), 1);
  assert.is(keyed(128, 'Home'), 1);
  assert.is(keyed(128, 'End'), MOST_UNITS);
  assert.is(keyed(128, 'Tab'), undefined);
});

test('a layer that is wider than the picture makes them does not shrink when it is to grow', () => {
  for (const key of ['ArrowUp', 'ArrowRight', 'PageUp', 'End']) {
    assert.is(keyed(65_536, key), 65_536, key);
    assert.is(keyed(5000, key), 5000, key);
  }
  assert.is(draggedBy(65_536, 100), 65_536);
  assert.is(draggedBy(5000, 100), 5000);
  // And it shrinks by steps.
  assert.is(keyed(65_536, 'ArrowDown'), 61_440);
  assert.is(keyed(65_536, 'PageDown'), 32_768);
  assert.is(draggedBy(65_536, -40), 32_768);
  // A new layer beside it is not as wide.
  assert.equal(withLayer([65_536, 65_536], 1), [65_536, MOST_UNITS, 65_536]);
});

test('a handle is dragged 40 pixels for twice the units, and 200 from 128 to 4,096', () => {
  assert.is(draggedBy(128, 40), 256);
  assert.is(draggedBy(128, -40), 64);
  assert.is(draggedBy(128, 200), MOST_UNITS);
  assert.is(draggedBy(128, 1000), MOST_UNITS);
  assert.is(draggedBy(128, -1000), 1);
  // A pixel is never more than a stop.
  assert.is(draggedBy(128, 1), 128);
  assert.is(draggedBy(130, 0), 130);
  let before = 128;
  for (let pixels = 1; pixels <= 200; pixels++) {
    const width = draggedBy(128, pixels);
    assert.ok(width === before || width === stepped(before, true), `${before} → ${width}`);
    before = width;
  }
});

test('the operations of a network are compared with its preset on the same inputs', () => {
  const preset = [784, 128, 64, 10];
  assert.is(timesOf(preset, preset), 1);
  // 2·(784·4096 + 4096·64 + 64·10) over 2·(784·128 + 128·64 + 64·10).
  assert.is(timesOf([784, 4096, 64, 10], preset), 3_474_048 / 109_184);
  assert.is(timesOf([2, 128, 64, 2], preset), 1);
});

test('a new layer is as wide as the geometric mean of its neighbours, and can be removed', () => {
  assert.is(snapped(Math.sqrt(64 * 10)), 26);
  assert.equal(withLayer([784, 64, 10], 2), [784, 64, 26, 10]);
  assert.equal(withoutLayer([784, 64, 26, 10], 2), [784, 64, 10]);
});

test('live values are measured while a run is prepared, trains, and after it; only before the first there is nothing', () => {
  const none = { reading: undefined, none: false };
  assert.match(pulseText({ state: 'ended', ran: false, ...none }), /nothing to see before a run/);
  for (const state of ['preparing', 'running', 'paused', 'ended'] as const) {
    assert.is(pulseText({ state, ran: true, ...none }), 'Measuring…', state);
  }
  const waits = { wait: 12_000, ask: 400, kernels: { done: 3, all: 10 } };
  assert.match(
    pulseText({ state: 'running', ran: true, ...none, waits }),
    /in about 12 s, or .* in 2\.4% of its time: 3 of 10 programs/,
  );
  assert.is(pulseText({ state: 'paused', ran: true, ...none, waits }), 'Measuring…');
  const reading = { epochs: 2.5, step: 250, rate: 0.001, samples: 256 };
  assert.match(
    pulseText({ state: 'ended', ran: true, reading, none: false }),
    /^After step 250 \(epoch 2\.50\)/,
  );
  const first = { ...reading, epochs: 0, step: 0 };
  assert.match(
    pulseText({ state: 'running', ran: true, reading: first, none: false }),
    /^Before the first step\. Learning rate 0\.001\./,
  );
  assert.match(pulseText({ state: 'running', ran: true, ...none, none: true }), /several networks/);
  assert.match(pulseText({ state: 'ended', ran: true, ...none, none: true }), /left nothing/);
});

test('live values call layers as the table of layers above them does', () => {
  const layers = (model: Sequential) => watchedIn(model).map(({ name, kind }) => ({ name, kind }));
  const widths = [784, 480, 160, 10];
  assert.equal(
    labelsOf(layers(mlp([28, 28], widths, { dropout: 0.2 }))),
    rowsOfWidths(widths).map(({ label, shape }) => ({ label, shape })),
  );
  assert.is(rowsOfWidths(widths)[1].label, 'Hidden layer 2');
  for (const name of ['cnn', 'resnet'] as const) {
    const network = networkNamed(name);
    if (network.data !== 'images') throw new Error(`${name} learns from images`);
    const model = network.model([28, 28], { widths: [], dropout: 0.1 }) as Sequential;
    const rows = rowsOfLayers(layerTable(model)).map(({ label }) => label);
    const labels = labelsOf(layers(model)).map(({ label }) => label);
    assert.ok(labels.length > 3);
    assert.equal(
      labels.filter((label) => rows.filter((row) => row === label).length !== 1),
      [],
    );
  }
});

test('the greeting says what the network is for, with the data that it will learn from', () => {
  const lead = (model: string, samples?: Parameters<typeof leadText>[1]): string =>
    leadText(factsNamed(model), samples).replace(/^.* network (to .*), on your own .*$/, '$1');
  assert.is(lead('2'), 'to tell garments apart');
  assert.is(lead('2', { classes: FASHION_MNIST_CLASSES }), 'to tell garments apart');
  assert.is(lead('cnn', { classes: ['cat', 'dog'] }), 'to tell images of 2 classes apart');
  assert.is(lead('2', { classes: [] }), 'to tell images apart');
  const table = { classes: [], rows: true, column: 'price' } as const;
  assert.is(lead('2', table), 'to tell price from the rest of a row');
  assert.is(lead('autoencoder'), 'to squeeze images through a few numbers and draw them again');
  // Whatever the images are: it learns from a text.
  assert.is(lead('transformer', { classes: FASHION_MNIST_CLASSES }), 'to write like a text');
  void speak('es', spanish);
  try {
    assert.match(leadText(factsNamed('2'), table), /una red para deducir price del resto/);
    assert.match(leadText(factsNamed('2'), undefined), /prendas de ropa/);
  } finally {
    void speak('en', {});
  }
});

test('what the greeting shows are the data of the settings: a text has no garments', async () => {
  const text = 'The fox and the well. '.repeat(50);
  const tutor = new Tutor({
    run: () => undefined,
    busy: () => false,
    open: () => Promise.reject(new Error('no GPU')),
    given: () => ({ text: { name: 'fox.txt', text } }),
  });
  const { name, images, training, ...others } = await tutor.samples('model=transformer&length=16');
  assert.equal([name, images.length, others.text, others.classes], ['fox.txt', 0, true, []]);
  assert.ok((training ?? 0) > 10 && (training ?? 0) < text.length, `${training}`);
});

test('the greeting shows built-in images if the settings ask for them, whatever lies beside the page', async () => {
  const tutor = new Tutor({
    run: () => undefined,
    busy: () => false,
    open: () => Promise.reject(new Error('no GPU')),
    given: () => ({}),
  });
  const fetched: string[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = async (address) => {
    fetched.push(String(address));
    throw new Error('there is no network');
  };
  try {
    assert.is((await tutor.samples('model=2&data=built-in')).synthetic, true);
    assert.equal(fetched, []);
    await tutor.samples('model=2');
    assert.ok(fetched.length > 0);
  } finally {
    globalThis.fetch = fetch;
  }
});

test('layers and widths are those that a network has on the data of the visitor', async () => {
  const own = new OwnData();
  const tutor = new Tutor({
    run: () => undefined,
    busy: () => false,
    open: () => Promise.reject(new Error('no GPU')),
    given: () => own.given,
  });
  const query = 'data=own&model=2&layers=784,32,10';
  const error = await tutor.widths(query).catch((caught: unknown) => caught);
  assert.match(String(error), /data of your own, which are not here/);
  await own.useFrames('camera', { side: 32, colour: '' }, [
    { name: 'a', frames: Array.from({ length: 9 }, () => new Uint8Array(32 * 32 * 3)) },
    { name: 'b', frames: Array.from({ length: 9 }, () => new Uint8Array(32 * 32 * 3).fill(9)) },
  ]);
  assert.equal(await tutor.widths(query), [1024, 32, 2]);
  assert.equal((await tutor.widths('data=own&model=autoencoder'))?.slice(-1), [1024]);
  await own.useFrames('camera', { side: 32, colour: 'rgb' }, [
    { name: 'a', frames: Array.from({ length: 9 }, () => new Uint8Array(32 * 32 * 3)) },
    { name: 'b', frames: Array.from({ length: 9 }, () => new Uint8Array(32 * 32 * 3).fill(9)) },
  ]);
  assert.equal(await tutor.widths(query), [3072, 32, 2]);
  assert.equal((await tutor.widths('data=own&model=autoencoder'))?.slice(-1), [3072]);
  const [first] = await tutor.layers('data=own&model=cnn');
  assert.match(first.kind, 'conv2d 3→32');
  assert.is(await tutor.widths('model=2&layers=784,32,10'), undefined);
  // The last layer of a CNN has an output for each class.
  const last = async (search: string) => (await tutor.layers(search)).at(-1)?.shape;
  assert.equal(await last('model=cnn'), [10]);
  assert.equal(await last('data=own&model=cnn'), [2]);
});

test.run();
