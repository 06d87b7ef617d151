import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import puppeteer, { type ElementHandle, type Page } from 'puppeteer';
import * as assert from 'uvu/assert';
import { drop, png, zip } from './own-files.ts';
import { choose, openPage, pageSuite, textOf, until } from './page-helpers.ts';

const test = pageSuite('the visitor’s own data');

const SMALL = '?model=2&layers=784,16,10&loss=cross_entropy&epochs=20&batch-size=10&lr=0.01';

/** 90 rows of three classes that two numbers tell apart, as a Spanish spreadsheet writes them. */
const FLOWERS = [
  'largo;ancho;color;flor',
  ...Array.from({ length: 90 }, (_, i) => {
    const at = i % 3;
    const numbers = [3 * at + Math.sin(i), at - Math.cos(i) / 4];
    const color = ['rojo', 'azul'][i % 2];
    return `${numbers.map((value) => value.toFixed(2).replace('.', ',')).join(';')};${i === 5 ? '' : color};${['<b>rosa</b>', 'lirio', 'tulipán'][at]}`;
  }),
].join('\r\n');

const chosen = (page: Page, name: string): Promise<string> =>
  page.$eval(`#settings [name="${name}"]`, (list) =>
    list instanceof HTMLSelectElement ? list.value : '',
  );

const fieldOf = (page: Page, name: string): Promise<string> =>
  page.$eval(`#settings [name="${name}"]`, (field) =>
    field instanceof HTMLInputElement ? field.value : '',
  );

const accept = (page: Page): Promise<void> =>
  page
    .$eval('.data-dialog .primary', (button) => button instanceof HTMLElement && button.click())
    .then(() => {});

async function train(page: Page): Promise<void> {
  await page.$eval('#start', (button) => button instanceof HTMLElement && button.click());
  await until(page, '#status', /Training|Done/);
  await until(page, '#status', /Done/);
}

test('a table is learned from by its classes, and then as a number', async (stage) => {
  const { page, said } = await openPage(stage, SMALL);
  await drop(page, { 'flores<i>.csv': FLOWERS });
  await until(page, '.data-dialog h2', /^Learn from flores<i>\.csv$/);
  assert.match(await textOf(page, '.data-dialog .body'), /90 rows, 4 columns/);
  assert.match(await textOf(page, '.data-dialog th.target'), /flor/);
  assert.match(await textOf(page, '.data-dialog thead'), /color2 values, 1 missing/);
  await accept(page);
  await until(page, '#own-data', /flores<i>\.csv \(own data\)/);
  const facts = await textOf(page, '#own-data');
  assert.match(facts, /71 rows to train on, 18 to test on/);
  assert.match(facts, /1 row left out: values are missing/);
  assert.match(facts, /<b>rosa<\/b> 30/);
  assert.match(facts, /Always saying “.*” is right for 3/);
  assert.is(await chosen(page, 'data'), 'own');
  assert.match(page.url(), /data=own/);
  await train(page);
  assert.match(await textOf(page, '#status'), /test accuracy (9\d|100)/);
  assert.match(await textOf(page, '#runs'), /4–16–3/);
  assert.match(await textOf(page, '#dataset'), /flores<i>\.csv/);
  assert.not.match(await page.$eval('.charts', (charts) => charts.textContent ?? ''), 'Table I');
  await page.click('#tab-inside');
  assert.match(await until(page, '#scores tfoot', /Mean of the classes/), /%/);
  assert.is(await textOf(page, '#alert-text'), '', 'nobody asks for images of a table');
  await page.click('#tab-train');
  // The form says which network it is, and trains several at once.
  assert.is(await fieldOf(page, 'layers'), '4,16,3');
  await choose(page, 'seed', '1,2');
  await train(page);
  assert.match(await textOf(page, '#status'), /Done: 2 networks/);
  await choose(page, 'seed', '1');
  // Other data have their own widths.
  await choose(page, 'data', 'built-in');
  assert.is(await fieldOf(page, 'layers'), '784,16,10');
  await choose(page, 'data', 'own');
  assert.is(await fieldOf(page, 'layers'), '4,16,3');
  // The same table, as a number: its loss is of standardised values, and there is no accuracy.
  await page.$eval('#own-data button', (button) => button instanceof HTMLElement && button.click());
  await page.waitForSelector('.data-dialog select');
  await page.select('.data-dialog select', '0');
  assert.is(
    await page.$eval(
      '.data-dialog select:nth-of-type(1)',
      (list) => (list as HTMLSelectElement).value,
    ),
    '0',
  );
  await accept(page);
  await until(page, '#own-data', /standardised: a loss of 1/);
  assert.is(await chosen(page, 'loss'), 'mse');
  await train(page);
  assert.match(
    await textOf(page, '#status'),
    /test loss 0\.[0-3]\d*, a root mean squared error of [01],\d+\.$/,
  );
  assert.match(await textOf(page, '#runs thead'), /Test accuracy, or error \(RMSE\)/);
  // A slip in a column of numbers is said, and what can be done.
  const slip = FLOWERS.split('\r\n')
    .map((line, i) => (i === 17 ? line.replace(/;[^;]+/, ';inf') : line))
    .join('\n');
  await drop(page, { 'slip.csv': slip });
  await until(page, '.slips', /^ancho: 89 of 90 values are numbers, but row 17 has “inf”/);
  await until(page, '.preview', /ancho\d+ values/);
  await page.$eval('.slips button', (button) => (button as HTMLElement).click());
  await until(page, '.slips', /The others \(1\), such as “inf” in row 17, count as missing/);
  assert.is(await page.evaluate(() => document.activeElement?.textContent), 'Take it as texts');
  await until(page, '.preview', /anchonumbers, 1 missing/);
  await accept(page);
  await until(page, '#own-data', /slip\.csv/);
  await page.$eval('#own-data button', (button) => button instanceof HTMLElement && button.click());
  // It is kept.
  await until(page, '.slips', /count as missing/);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('.data-dialog'));
  // A network of images does not learn from it, and says so.
  await page.select('#settings [name=model]', 'cnn');
  await page.click('#start');
  assert.match(
    await until(page, '#alert-text', /table/),
    /CNN learns from images; choose Model 1, 2 or 3/,
  );
  assert.equal(said, []);
  await page.close();
});

test('own data that are gone are missed, and said', async (stage) => {
  const { page } = await openPage(stage, `${SMALL}&data=own`);
  await until(page, '#own-data', /none here: they are kept in memory only/);
  await page.click('#start');
  assert.match(
    await until(page, '#alert-text', /own/),
    /data of your own, which are not here.*Give them again/,
  );
  await page.close();
});

test('a table that cannot be read is refused by its name and line', async (stage) => {
  const { page } = await openPage(stage, SMALL);
  for (const [name, text, why] of [
    [
      'a.csv',
      'x,y\n1,2\n1,2,3\n',
      /^a\.csv: line 3 has another number of fields than the first line: 3, not 2\./,
    ],
    ['b.csv', '', /b\.csv: the file is empty/i],
    ['c.csv', 'x,y\n"1,2\n', /c\.csv: line 2 has a quote that is never closed/i],
    ['d.tsv', 'x\ty\n', /d\.tsv: there are no rows below the first line/i],
  ] as const) {
    await drop(page, { [name]: text });
    await until(page, '#alert-text', why);
  }
  await drop(page, { 'one.csv': 'x,y\n1,a\n' });
  await page.waitForSelector('.data-dialog');
  await accept(page);
  assert.match(await until(page, '.data-dialog .wrong', /./), /rows can be used: 1; at least 5/);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('.data-dialog'));
  await page.close();
});

/** Images of two classes: light above, light to the left. */
const picture = (kind: number, i: number): Uint8Array =>
  png(40, 32, (x, y) => ((kind === 0 ? y < 12 + (i % 4) : x < 16 + (i % 4)) ? 220 : 20 + i));

test('images in folders are learned from, given one by one or as a zip', async (stage) => {
  const { page, said } = await openPage(stage, SMALL);
  const folder = await mkdtemp(join(tmpdir(), 'gradweave-own-'));
  try {
    const [one, other]: [Record<string, Uint8Array>, Record<string, Uint8Array>] = [{}, {}];
    for (let i = 0; i < 30; i++) one[`arriba/${i}.png`] = picture(0, i);
    for (let i = 0; i < 6; i++) other[`izquierda <b>/${i}.png`] = picture(1, i);
    other['izquierda <b>/nota.png'] = new TextEncoder().encode('no image');
    other['izquierda <b>/nada.png'] = png(1, 1, () => 0, [0, 9]);
    other['izquierda <b>/ancha.png'] = png(1, 1, () => 0, [20_000, 20_000]);
    for (const [path, bytes] of Object.entries({ ...one, ...other })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    // A folder that is chosen, class by class: one is not enough.
    const input = (await page.$('#data-folder')) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(join(folder, 'arriba'));
    await until(page, '#drop-data-text', /30 images of the class arriba\. Give another class/);
    await input.uploadFile(join(folder, 'izquierda <b>'));
    await until(page, '#own-data', /29 images to train on, 7 to test on/);
    const facts = await textOf(page, '#own-data');
    assert.match(facts, /izquierda <b> 6/);
    assert.match(facts, /unbalanced: 30 of “arriba”, 6 of “izquierda <b>”/);
    assert.match(facts, /3 files could not be used/);
    assert.match(facts, /nota\.png: no PNG, JPEG, GIF, WebP or BMP/);
    assert.match(facts, /nada\.png: a PNG of 0 × 9 pixels/);
    assert.match(facts, /ancha\.png: 20000 × 20000 pixels, more than the 64 million/);
    await train(page);
    assert.match(await textOf(page, '#status'), /test accuracy 100/);
    assert.match(await textOf(page, '#runs'), /784–16–2/);
    // As a zip, with folders that say what is tested.
    const parted = Object.fromEntries(
      [0, 1].flatMap((kind) =>
        Array.from({ length: 12 }, (_, i) => [
          `set/${i < 8 ? 'train' : 'test'}/${'ab'[kind]}/${i}.png`,
          picture(kind, i),
        ]),
      ),
    );
    await page.select('#own-side', '32');
    await drop(page, { 'set.zip': zip(parted) });
    await until(page, '#own-data', /set\.zip \(own data\)16 images to train on, 8 to test on/);
    assert.match(await textOf(page, '#own-data'), /folders said which ones are tested/);
    assert.match(await textOf(page, '#own-data'), /Made 32 × 32 and grey/);
    await choose(page, 'model', 'cnn');
    // An epoch has four batches or more, whatever the preset says.
    assert.is(await fieldOf(page, 'batch-size'), '4');
    await choose(page, 'epochs', '1');
    await train(page);
    assert.match(await textOf(page, '#runs'), /CNN/);
    await page.click('#tab-inside');
    await until(page, '#maps-title', /Test image 1: [ab]/);
    assert.is((await page.$$('#images li')).length, 8);
    await page.click('#tab-train');
    // Two at once are read one after the other.
    const shorter = Object.fromEntries(Object.entries(parted).filter(([path]) => !/7/.test(path)));
    await Promise.all([
      drop(page, { 'one.zip': zip(parted) }),
      drop(page, { 'two.zip': zip(shorter) }),
    ]);
    await until(page, '#own-data', /two\.zip \(own data\)14 images to train on, 8 to test on/);
    assert.is(await textOf(page, '#alert-text'), '');
    await choose(page, 'batch-size', '15');
    await until(page, '#networks', /it must be at most 14/);
    await drop(page, { 'set.zip': zip(parted) });
    await until(page, '#own-data', /set\.zip/);
    await drop(page, { 'broken.zip': zip(parted).subarray(0, 900) });
    await until(page, '#alert-text', /not a zip archive: its 900 bytes/i);
    await drop(page, { 'photo.png': picture(0, 1) });
    await until(page, '#alert-text', /: an image of no class/);
    // What was used before stays.
    assert.match(await textOf(page, '#own-data'), /set\.zip/);
    assert.equal(said, []);
  } finally {
    await rm(folder, { recursive: true });
  }
  await page.close();
});

test('frames of a camera are learned from, and what it sees is said', async (stage) => {
  const { chrome, server } = stage;
  const child = chrome.browser.process();
  const open = async (...flags: readonly string[]) => {
    const browser = await puppeteer.launch({
      executablePath: child?.spawnfile ?? '',
      args: [
        ...['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
        ...flags,
      ],
    });
    const page = await browser.newPage();
    await page.goto(`${server.origin}/harness.html${SMALL}`);
    // Two clicks open one camera.
    await page.evaluate(() => {
      const scope = globalThis as unknown as { tracks: MediaStreamTrack[] };
      scope.tracks = [];
      const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await open(wish);
        scope.tracks.push(...stream.getTracks());
        return stream;
      };
      for (let i = 0; i < 2; i++) document.getElementById('data-camera')?.click();
    });
    return { browser, page };
  };
  const without = await open('--use-fake-ui-for-media-stream');
  try {
    assert.match(
      await until(without.page, '#alert-text', /camera/i),
      /No camera was found\. Connect one/,
    );
    assert.is(await textOf(without.page, '#alert-title'), 'The camera cannot be used');
  } finally {
    await without.browser.close();
  }
  const { browser, page } = await open(
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  );
  try {
    await page.waitForSelector('#camera video');
    await until(page, '#camera .camera-body', /Each class needs 5 frames or more/);
    const tracks = (): Promise<string[]> =>
      page.evaluate(() =>
        (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.map((t) => t.readyState),
      );
    assert.equal(await tracks(), ['live']);
    // By keyboard: the space bar takes frames while it is held.
    for (const i of [0, 1]) {
      await page.$$eval('#camera .record', (all, at) => (all[at] as HTMLElement).focus(), i);
      await page.keyboard.down('Space');
      await page.waitForFunction(
        (at) => document.querySelectorAll('#camera .frames')[at].children.length >= 8,
        {},
        i,
      );
      await page.keyboard.up('Space');
    }
    const count = () => page.$$eval('#camera .frames', ([first]) => first.children.length);
    const before = await count();
    await page.$eval('#camera .frames button', (button) => (button as HTMLElement).click());
    assert.is(await count(), before - 1);
    await page.$eval('#camera .camera-class input', (input) => {
      (input as HTMLInputElement).value = '<i>mano</i>';
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await page.$eval('#camera .primary', (button) => (button as HTMLElement).click());
    await until(page, '#own-data', /camera \(own data\).*2,352 numbers/);
    await until(page, '#status', /Done/);
    await until(page, '#camera .bars', /<i>mano<\/i>\d+\.\d%Class 2\d/);
    // Frames that were taken are shown, and learned from, in the colours that are chosen.
    const green = (): Promise<number> =>
      page.$eval('#camera .frames canvas', (canvas) => {
        const context = (canvas as HTMLCanvasElement).getContext('2d');
        const [r = 0, g = 0] = context?.getImageData(14, 14, 1, 1).data ?? [];
        return g - r;
      });
    assert.ok((await green()) > 40);
    await choose(page, 'colour', 'grey');
    assert.is(await green(), 0);
    await page.waitForFunction(
      () => !/numbers/.test(document.querySelector('#own-data')?.textContent ?? ''),
    );
    await choose(page, 'colour', '');
    await until(page, '#own-data', /2,352 numbers/);
    assert.ok((await green()) > 40);
    // During a run, and after one that learned from other data.
    const learn = (): Promise<void> =>
      page.$eval('#camera .primary', (button) => (button as HTMLElement).click());
    await choose(page, 'epochs', '3000');
    await page.click('#start');
    await until(page, '#status', /Training/);
    await learn();
    await until(page, '#camera .help[role=status]:not(span)', /A run goes on\. Stop it/);
    await page.click('#stop');
    await until(page, '#status', /Stopped/);
    await choose(page, 'epochs', '1');
    await drop(page, { 'flowers.csv': FLOWERS });
    await page.waitForSelector('.data-dialog .primary');
    await accept(page);
    await until(page, '#own-data', /flowers\.csv/);
    await train(page);
    await page.waitForFunction(() => !document.querySelector('#camera .bars')?.children.length);
    // Taken away: nothing is added any more.
    const frames = await count();
    await page.evaluate(() => {
      const [track] = (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    });
    await until(page, '#camera .camera-body', /The camera was taken away/);
    await page.$eval('#camera .record', (button) => (button as HTMLElement).focus());
    await page.keyboard.press('Space');
    assert.is(await count(), frames);
    await page.$eval('#data-camera', (button) => (button as HTMLElement).click());
    await page.waitForFunction(() => !/taken away/.test(document.body.textContent ?? ''));
    assert.equal(await tracks(), ['ended', 'live']);
    await page.$$eval('#camera .actions button', (all) => (all.at(-1) as HTMLElement).click());
    assert.is(await page.$('#camera'), null);
    assert.equal(await tracks(), ['ended', 'ended']);
  } finally {
    await browser.close();
  }
});

test.run();
