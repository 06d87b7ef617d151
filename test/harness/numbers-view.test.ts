import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { NumbersView } from '../../src/harness/page/train/numbers-view.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';

/** As much of an element as the tiles need. */
class Tile {
  textContent = '';
  value = 0;
  readonly isConnected = true;
  readonly dataset: Record<string, string> = {};
  readonly attributes = new Set<string>();
  setAttribute(name: string): void {
    this.attributes.add(name);
  }
}

/** A page of such elements, by their names. */
function page(): Map<string, Tile> {
  const tiles = new Map<string, Tile>();
  const getElementById = (id: string): Tile => {
    const tile = tiles.get(id) ?? new Tile();
    tiles.set(id, tile);
    return tile;
  };
  const querySelectorAll = (selector: string): Tile[] =>
    [...tiles.values()].filter(({ attributes }) => attributes.has(selector.slice(1, -1)));
  const document = { getElementById, querySelectorAll, title: '' };
  Object.assign(globalThis, { document, HTMLElement: Tile, HTMLProgressElement: Tile });
  return tiles;
}

/** Other files run in this process: they have no page, and speak English. */
test.after(async () => {
  await speak('en', {});
  for (const name of ['document', 'HTMLElement', 'HTMLProgressElement']) {
    Reflect.deleteProperty(globalThis, name);
  }
});

test('the numbers of a run are said again in another language', async () => {
  const tiles = page();
  const numbers = new NumbersView();
  const metrics = { loss: 0.5, accuracy: 0.825 };
  const record = { epoch: 3, seconds: 1, train: metrics, test: metrics };
  numbers.clear();
  numbers.epoch({ type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, false);
  numbers.ended(2.5);
  const shown = (): string[] =>
    ['epoch', 'loss', 'accuracy', 'test', 'left', 'speed'].map(
      (name) => tiles.get(`n-${name}`)?.textContent ?? '',
    );
  assert.equal(shown(), ['3 of 5', '0.5000', '82.5%', '82.5%', '2.5 s', '–']);
  await speak('es', spanish);
  assert.equal(shown(), ['3 de 5', '0,5000', '82,5\u00a0%', '82,5\u00a0%', '2,5 s', '–']);
  await speak('en', {});
  assert.equal(shown(), ['3 of 5', '0.5000', '82.5%', '82.5%', '2.5 s', '–']);
});

test('a run that learns a number has errors in the tiles, and one of classes after it accuracies', () => {
  const tiles = page();
  const numbers = new NumbersView();
  const shown = (): string[] =>
    ['accuracy', 'test'].map((name) => tiles.get(`n-${name}`)?.textContent ?? '');
  const epoch = (accuracy: number | null): void => {
    const metrics = { loss: 0.04, accuracy };
    const record = { epoch: 1, seconds: 1, train: metrics, test: metrics };
    numbers.epoch({ type: 'epoch', title: '', loss: 'mse', epochs: 5, record }, false);
  };
  numbers.learns({ name: 'height (cm)', mean: 170, deviation: 10 });
  epoch(null);
  assert.equal(shown(), ['2.0\u00a0cm', '2.0\u00a0cm']);
  assert.is(tiles.get('numbers')?.dataset.learns, 'number');
  numbers.learns(undefined);
  epoch(0.5);
  assert.equal(shown(), ['50.0%', '50.0%']);
  assert.is(tiles.get('numbers')?.dataset.learns, 'class');
});

test.run();
