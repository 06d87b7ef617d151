import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJoin } from '../../src/harness/join/main.ts';
import { WorkView } from '../../src/harness/join/work-view.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of an element as the view needs. */
class Part {
  textContent = '';
  hidden = false;
  disabled = false;
  value = 0;
  setAttribute(): void {}
  addEventListener(): void {}
  append(): void {}
  replaceChildren(): void {}
  focus(): void {}
  querySelector(): undefined {}
}

const parts = new Parts(() => new Part());
const { getElementById } = parts;
withGlobals(test, {
  document: {
    getElementById,
    querySelector: () => undefined,
    querySelectorAll: () => [],
    createElement: () => new Part(),
    createElementNS: () => new Part(),
  },
  HTMLElement: Part,
  HTMLButtonElement: Part,
  HTMLProgressElement: Part,
});

test.before.each(() => {
  parts.clear();
  // What harness.html says at first.
  getElementById('adapter').textContent = 'Looking for a GPU…';
});

const head = (): string => parts.get('adapter')?.textContent ?? '';

test('a page whose address has a wrong token does not look for a GPU', () => {
  openJoin(new URL('http://127.0.0.1:8791/harness.html?worker#token=short'));
  assert.is(parts.get('alert')?.hidden, false);
  assert.is(head(), 'No GPU in use');
});

test('work that ends before a GPU is found does not look for one any more', () => {
  const view = new WorkView();
  view.begin();
  assert.is(head(), 'Looking for a GPU…');
  view.end(false);
  assert.is(head(), 'No GPU in use');
  const other = new WorkView();
  other.begin();
  const names = { vendor: 'amd', architecture: 'rdna-3', device: '', description: '' };
  other.event({ type: 'adapter', adapter: { ...names, software: false } });
  other.end(true);
  assert.is(head(), 'amd rdna-3');
});

test.run();
