import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openJoin } from '../../src/harness/join/main.ts';
import { WorkView } from '../../src/harness/join/work-view.ts';

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

const KINDS = ['HTMLElement', 'HTMLButtonElement', 'HTMLProgressElement'];
const parts = new Map<string, Part>();

test.before.each(() => {
  parts.clear();
  const getElementById = (id: string): Part => {
    const part = parts.get(id) ?? new Part();
    parts.set(id, part);
    return part;
  };
  const document = {
    getElementById,
    querySelector: () => undefined,
    querySelectorAll: () => [],
    createElement: () => new Part(),
    createElementNS: () => new Part(),
  };
  Object.assign(globalThis, { document }, Object.fromEntries(KINDS.map((name) => [name, Part])));
  // What harness.html says at first.
  getElementById('adapter').textContent = 'Looking for a GPU…';
});

/** Other files run in this process: they have no page. */
test.after(() => {
  for (const name of ['document', ...KINDS]) Reflect.deleteProperty(globalThis, name);
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
