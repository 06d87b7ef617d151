import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { readModel } from '../../src/train/model-file/read.ts';
import { inLongRun, thoroughly } from '../run/thorough.ts';
import {
  blankIdx,
  choose,
  download,
  giveAdaptersBack,
  loseDevice,
  openPage,
  pageSuite,
  SMALL,
  type Stage,
  textOf,
  until,
} from './page-helpers.ts';
import { stubbed } from './stub-worker.ts';

const test = pageSuite('page');

/** Saves the weights of a run that is done, takes them again, trains on, and saves the run in each form. */
async function weightsTakenAgain(stage: Stage, page: Page): Promise<void> {
  const weights = '#runs tr button[aria-label^="Weights"]';
  const first = await download(stage, page, weights, '.safetensors');
  // The file says how to use the network.
  const { classes, image, training } = readModel(first);
  assert.is(classes?.length, 10);
  assert.equal(image, { height: 28, width: 28, channels: 1 });
  assert.is((training as { readonly epochs?: number }).epochs, 3);
  const path = join(stage.folder, 'again.safetensors');
  await writeFile(path, first);
  await (await page.$('input#import'))?.uploadFile(path);
  const given = await until(page, '#status', /^These weights: test loss/);
  const [, loss, accuracy] = /loss ([\d.]+), test accuracy ([\d.]+%)\./.exec(given) ?? [];
  assert.is(await textOf(page, '#n-test'), accuracy);
  const row = await textOf(page, '#runs tbody tr');
  assert.match(row, /#2.*imported, not trained yet/);
  assert.ok(row.includes(loss) && row.includes(accuracy), row);
  assert.match(row, '0 of 3');
  // Another file takes the place of the first one, and a wrong one does not.
  await writeFile(path, first);
  await (await page.$('input#import'))?.uploadFile(path);
  await until(page, '#status', /^(?!These weights)/);
  await until(page, '#status', /^These weights: test loss/);
  const bad = join(stage.folder, 'bad.safetensors');
  await writeFile(bad, new Uint8Array(50));
  await (await page.$('input#import'))?.uploadFile(bad);
  await until(page, '#alert-text', /^bad\.safetensors: This is no safetensors file/);
  assert.match(await textOf(page, '#from-text'), 'starts from again.safetensors');
  assert.is((await page.$$('#runs tr[data-key]')).length, 2);
  const second = await download(stage, page, weights, '.safetensors');
  const tensors = (bytes: Buffer) =>
    [...parseSafetensors(bytes).tensors].map(([name, { data }]) => [name, [...data]]);
  assert.equal(tensors(second), tensors(first));
  await page.click('#start');
  await until(page, '#status', /Done/);
  assert.match(await textOf(page, '#runs tbody tr'), /#2 .*3 of 3/);
  assert.is((await page.$$('#runs tr[data-key]')).length, 2, 'the run took their place');
  const third = await download(stage, page, weights, '.safetensors');
  assert.not.equal(tensors(third), tensors(first));
  const csv = await download(stage, page, '#runs tr button[aria-label^="CSV"]', '.csv');
  assert.is(csv.toString().trim().split('\n').length, 4);
  const json = JSON.parse(
    (await download(stage, page, '#runs tr button[aria-label^="JSON"]', '.json')).toString(),
  );
  assert.is(json.history.length, 3);
  assert.match(json.query, 'batch-size=50');
  const png = await download(stage, page, '#png-loss', '.png');
  assert.is(png.subarray(1, 4).toString(), 'PNG');
}

// The others differ in numbers alone.
for (const model of thoroughly(['1', '2', '3', 'autoencoder'], (one) => one === '2')) {
  test(`preset ${model} starts, pauses, goes on and ends; its weights, taken again, are the same bits`, async (stage) => {
    const { page, said } = await openPage(stage, `?model=${model}&${SMALL}`);
    await page.click('#start');
    await until(page, '#status', /Training/);
    await page.click('#pause');
    await until(page, '#status', /Paused/);
    assert.is(await textOf(page, '#pause'), 'Resume');
    assert.is(await textOf(page, '#n-flight'), '0');
    const held = await textOf(page, '#n-epoch');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.is(await textOf(page, '#n-epoch'), held, 'it stands still while it is paused');
    await page.click('#pause');
    const done = await until(page, '#status', /Done|Failed/);
    assert.match(done, /3 epochs/);
    // Nothing is left of what was true while it ran.
    assert.is(await textOf(page, '#t-left'), 'Time');
    assert.match(await textOf(page, '#n-left'), /^\d/);
    assert.is(await textOf(page, '#n-flight'), '–');
    assert.is((await page.$$('#legend-paper:not([hidden])')).length, 0, 'not of synthetic data');
    assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 1);
    assert.is((await page.$$('[data-synthetic]:not([hidden])')).length, 2, 'every chart is marked');
    if (model === '2') await weightsTakenAgain(stage, page);
    assert.equal(said, []);
    await page.close();
  });
}

inLongRun(test)(
  'weights of another network are refused, and so is what is no such file',
  async (stage) => {
    const { page } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
    const path = join(stage.folder, 'bad.safetensors');
    await writeFile(path, new Uint8Array([1, 2, 3]));
    await (await page.$('input#import'))?.uploadFile(path);
    assert.match(
      await until(page, '#alert-text', /safetensors/),
      /^bad\.safetensors: Not a safetensors file: got 3 bytes/,
    );
    assert.is(await textOf(page, '#alert-title'), 'This file cannot be used');
    await page.close();
  },
);

inLongRun(test)(
  'files of Fashion-MNIST that are dropped are trained on; damaged ones are refused',
  async (stage) => {
    const { page } = await openPage(stage, `?model=2&layers=784,16,10&train-limit=400&epochs=1`);
    const drop = (files: Record<string, string>) =>
      page.$eval(
        '#drop-data',
        (target, given) => {
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries(given)) {
            const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }
          target.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
        },
        files,
      );
    const packed = (...sizes: number[]) =>
      gzipSync(blankIdx(...sizes), { level: 1 }).toString('base64');
    const good = {
      'train-images-idx3-ubyte.gz': packed(60_000, 28, 28),
      'train-labels-idx1-ubyte.gz': packed(60_000),
      't10k-images-idx3-ubyte.gz': packed(10_000, 28, 28),
      't10k-labels-idx1-ubyte.gz': packed(10_000),
    };
    const named = Object.fromEntries(
      Object.entries(good).map(([name, bytes]) => [
        `${name.replace('-idx', '.idx').replace('.gz', '')} (1)`,
        bytes,
      ]),
    );
    await drop({ ...good, 't10k-labels-idx1-ubyte.gz': packed(10_001) });
    await until(
      page,
      '#drop-data-text',
      /4 files; still missing: the 10,000 labels of t10k-images.*, the 10,001 images of t10k-labels/,
    );
    await drop(named);
    await until(page, '#own-data', /^own data60,000 images to train on, 10,000 to test on/);
    await page.click('#start');
    await until(page, '#status', /Done/);
    // Black images of Fashion-MNIST's sizes are not Fashion-MNIST, and not held against its figures.
    assert.is(await textOf(page, '#dataset'), 'own data');
    assert.not.match(
      await page.$eval('#chart-accuracy', (chart) => chart.textContent ?? ''),
      'Table I',
    );
    assert.is((await page.$$('[data-synthetic]:not([hidden])')).length, 0);
    await page.close();
  },
);

for (const [who, worker] of Object.entries({
  worker: class {
    postMessage() {}
    terminate() {}
  },
  GPU: class {
    onmessage: ((event: object) => void) | undefined;
    postMessage() {
      const event = { type: 'alive', gpuSilentMs: 120_000 };
      setTimeout(() => this.onmessage?.({ data: { kind: 'event', event } }));
    }
    terminate() {}
  },
})) {
  test(`a ${who} that never answers is given up, with what to do`, async (stage) => {
    const { page } = await openPage(stage, `?model=2&${SMALL}`, (blank) =>
      blank.evaluateOnNewDocument(`
        window.Worker = ${worker};
        const real = window.setInterval;
        window.setInterval = (work, ms, ...more) => real(work, ms / 200, ...more);
      `),
    );
    for (const _ of ['the first call', 'a later one']) {
      await page.click('#start');
      await until(page, '#status', /Failed/);
      const text = await textOf(page, '#alert-text');
      assert.match(text, `The ${who} has not answered for 2 minutes. Reload the page`);
      assert.is(await textOf(page, '#alert-title'), 'No worker to train with');
    }
    await page.close();
  });
}

inLongRun(test)(
  'where no other device is to be had the loss is told, and the weights can be saved',
  async (stage) => {
    const { page } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}&epochs=5000`);
    await page.click('#start');
    await until(page, '#n-epoch', /^[3-9]|^\d\d/);
    // The run is copied when it begins, and from a second later on.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await loseDevice(page, true);
    await until(page, '#status', /Failed/);
    assert.is(await textOf(page, '#alert-title'), 'The GPU was lost');
    assert.match(await textOf(page, '#alert-text'), /weights of step [\d,]+ can still be saved/);
    const bytes = await download(stage, page, '#alert-weights', '.safetensors');
    assert.is(parseSafetensors(bytes).tensors.size, 4);
    await giveAdaptersBack(page);
    // From those weights, the run goes on.
    await page.$eval('#more-count', (field) => {
      (field as HTMLInputElement).value = '1';
    });
    await page.click('#more');
    await until(page, '#status', /Done: \d+ epochs in.*starts anew/);
    await page.close();
  },
);

test('inside of a network: kernels and maps by layer, attention by cell, and writing', async (stage) => {
  const { page, said } = await openPage(stage, '?model=cnn', stubbed);
  await page.click('#start');
  await page.click('#tab-inside');
  await until(page, '#maps-title', /Test image 1: shoe/);
  assert.match(
    await textOf(page, '#weights-help'),
    'A kernel of 3×3 for each of 4 output channels',
  );
  await page.select('#weights-layer', '2.weight');
  assert.match(await textOf(page, '#weights-help'), 'a row for each of 4 input channels');
  assert.equal(await page.$$eval('#maps-captions strong', (all) => all.map((e) => e.textContent)), [
    '0: conv2d 1→4, 3×3',
  ]);
  await page.click('#maps-inner');
  assert.is((await page.$$('#maps-captions strong')).length, 2);
  await page.click('#images li:nth-child(2) button');
  await until(page, '#image-title', /Test image 2: shoe/);
  await page.click('#image-maps');
  await until(page, '#maps-title', /Test image 2: shoe/);
  const looks = await page.evaluate(
    () => (window as unknown as { asked: [string, string][] }).asked,
  );
  for (const part of ['"kernels":"2.weight"', '"all":true', '"width":']) {
    assert.ok(
      looks.some(([method, given]) => method === 'look' && given.includes(part)),
      part,
    );
  }
  await page.close();

  const text = await openPage(stage, '?model=transformer', stubbed);
  assert.match(await textOf(text.page, '#about'), 'attention');
  await text.page.type('#text', 'abcab');
  await until(text.page, '#text-facts', /^pasted text: 5 characters, 3 different/);
  await text.page.click('#text-clear');
  await until(text.page, '#text-facts', /built-in fables/);
  const file = join(stage.folder, 'roses.txt');
  await writeFile(file, 'A rose.');
  await (await text.page.$('input#text-file'))?.uploadFile(file);
  await until(text.page, '#text-facts', /^roses\.txt: 7 characters/);
  await text.page.click('#start');
  await text.page.click('#tab-inside');
  await until(
    text.page,
    '#attention-readout',
    /Layer 1, head 1: “b”, character 3, looks at space, character 2: 75/,
  );
  await text.page.click('#attention-heads li:nth-child(2) button:nth-of-type(2)');
  await text.page.focus('#canvas-attention');
  await text.page.keyboard.press('ArrowUp');
  await until(
    text.page,
    '#attention-readout',
    /Layer 2, head 2: space, character 2, looks at space.*: 100/,
  );
  await text.page.keyboard.press('ArrowLeft');
  await until(text.page, '#attention-readout', /looks at “a”, character 1: 0/);
  assert.match(await textOf(text.page, '#writing-log'), /Epoch 3.*once upon/);
  await text.page.type('#writing-prompt', 'w');
  await text.page.click('#writing-go');
  await until(text.page, '#writing-text', /^wx$/);
  await until(text.page, '#writing-text', /^wxyz$/);
  await until(text.page, '#writing-status', /3 characters/);
  const asked = await text.page.evaluate(
    () => (window as unknown as { asked: [string, string][] }).asked,
  );
  assert.is(
    asked.find(([method]) => method === 'useText')?.[1],
    '[{"name":"roses.txt","text":"A rose."}]',
  );
  assert.equal([...said, ...text.said], []);
  await text.page.close();
});

test('settings that cannot be are refused beside their fields, before a run is made', async (stage) => {
  const { page, said } = await openPage(stage, `?model=7&epochs=abc&sepochs=1&data=built-in`);
  await until(
    page,
    '#wrong-model',
    /The address asks for “7”, which is no choice\. Shown is Model 2/,
  );
  await until(page, '#wrong-epochs', /“abc” is not a whole number from 1 to 10,000/);
  await until(page, '#strangers', /does not know: sepochs/);
  await page.click('#start');
  await until(page, '#status', /A setting is wrong: preset\. Its/);
  assert.is(await page.evaluate(() => (document.activeElement as HTMLInputElement).name), 'model');
  await choose(page, 'model', '2');
  await choose(page, 'epochs', '2');
  assert.is(await page.$('#settings [aria-invalid]'), null);
  const cases = [
    ['batch-size', '0', /whole number/],
    ['seed', '1.5', /“1\.5” is no seed/],
    ['layers', 'many', /list of widths/],
    // The network's own limits are known to the worker.
    ['layers', '784,9', /to 10, the outputs/],
    ['dropout', '1', /below 1/],
  ] as const;
  for (const [name, value, expected] of cases) {
    const before = await page.$eval(`#settings [name="${name}"]`, (control) =>
      control instanceof HTMLInputElement ? control.value : '',
    );
    await choose(page, name, value);
    await until(page, `#wrong-${name}`, expected);
    await choose(page, name, before);
  }
  assert.is((await page.$$('#runs tbody tr:not(.empty)')).length, 0);
  assert.equal(said, []);
  await page.close();
});

inLongRun(test)(
  'several seeds and rates are trained at once, and checked while they are typed',
  async (stage) => {
    const { page, said } = await openPage(stage, `?model=2&layers=784,16,10&${SMALL}`);
    const type = async (name: string, value: string) => {
      const selector = `#settings [name="${name}"]`;
      await page.click(selector, { count: 3 });
      await page.type(selector, value);
    };
    await type('seed', '3..1');
    await until(page, '#wrong-seed', /“3\.\.1” is no seed: .* a range such as 1\.\.5/);
    assert.ok(await page.$('#settings [name="seed"][aria-invalid="true"]'));
    await type('seed', '1..3');
    await type('lr', '0.001,0.01');
    await until(page, '#networks', /^Trains 6 networks at once: 3 seeds × 2 learning rates\.$/);
    assert.is(await page.$('#settings [aria-invalid]'), null);
    await page.click('#start');
    await until(page, '#status', /Done: 6 networks.*Look inside shows the best one: rate 0\.0/);
    assert.match(await page.evaluate(() => location.search), 'seeds=1..3');
    const rows = await page.$$eval('#runs tbody tr', (all) => all.map((row) => row.textContent));
    assert.is(rows.length, 2);
    assert.match(rows[1] ?? '', /784–16–10, rate 0\.001 #1/);
    assert.match(rows[1] ?? '', /3 networks.*\s±\s.*%/s);
    await page.click('#runs button.small[aria-expanded]');
    const networks = await page.$$eval('#runs tr.network', (all) =>
      all.map((row) => row.textContent),
    );
    assert.is(networks.length, 3);
    assert.match(networks[2] ?? '', /^Seed 3/);
    assert.is(
      (await page.$$('#runs button[aria-label^="Weights of seed"]:not(:disabled)')).length,
      1,
    );
    await page.click('#tab-inside');
    await until(page, '#page-text', /1–24 of/);
    assert.equal(said, []);
    await page.close();
  },
);

test('a link makes the form that made it', async (stage) => {
  const query = 'model=2&layers=784%2C32%2C10&loss=cross_entropy&lr=0.01&seed=7&data=built-in';
  const { page } = await openPage(stage, `?${query}`);
  const link = await page.$eval('#share', (a) => (a instanceof HTMLAnchorElement ? a.search : ''));
  const sorted = (search: string) => [...new URLSearchParams(search)].sort().join('&');
  assert.is(sorted(link), sorted(query));
  await choose(page, 'seed', '8');
  assert.match(await page.evaluate(() => location.search), 'seed=8');
  await page.close();
});

test('an address leaves a result that a machine can read', async (stage) => {
  const { page } = await openPage(stage, '?run=verify&filter=add+to+itself&report=json');
  await page.waitForSelector('#report', { timeout: 60_000 });
  const { type, value } = JSON.parse(await textOf(page, '#report'));
  assert.is(type, 'result');
  assert.ok(value.length >= 2 && value.every((op: { share: number }) => op.share <= 1));
  await page.close();
});

test('a browser without WebGPU is told so, and what to do', async (stage) => {
  const { page, said } = await openPage(stage, '', (blank) =>
    blank.evaluateOnNewDocument(() => Reflect.deleteProperty(Navigator.prototype, 'gpu')),
  );
  assert.match(await until(page, '#alert-text', /WebGPU/), 'Chrome');
  assert.is(await page.$eval('#start', (b) => b instanceof HTMLButtonElement && b.disabled), true);
  assert.is((await page.$$('main input[type=file]:enabled')).length, 0, 'no file can be given');
  // A file that is dropped does not take the page's place.
  const stays = await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x,y'], 'table.csv'));
    const given = { dataTransfer, bubbles: true, cancelable: true };
    return ['dragover', 'drop'].map(
      (kind) => !document.body.dispatchEvent(new DragEvent(kind, given)),
    );
  });
  assert.equal(stays, [true, true]);
  assert.equal(said, []);
  await page.close();
});

test.run();
