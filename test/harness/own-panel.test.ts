import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Remote } from '../../src/harness/page/remote.ts';

/** As much of an element as the panel of own data touches. */
class Stub extends EventTarget {
  name = '';
  value = '';
  hidden = false;
  dataset = {};
  textContent = '';
  elements = new Map<string, Stub>();
  setAttribute(): void {}
  toggleAttribute(): void {}
  append(): void {}
  replaceChildren(): void {}
}
class Choice extends Stub {}
class Field extends Stub {}
class Form extends Stub {}

const form = new Form();
const fields = { model: '2', data: 'built-in', side: '', colour: 'auto', loss: 'cross_entropy' };
for (const [name, value] of Object.entries(fields)) {
  form.elements.set(name, Object.assign(new Choice(), { name, value }));
}
for (const [name, value] of Object.entries({ layers: '784,16,10', 'batch-size': '100' })) {
  form.elements.set(name, Object.assign(new Field(), { name, value }));
}
Object.assign(form.elements, { namedItem: (name: string) => form.elements.get(name) });
for (const choice of form.elements.values()) {
  choice.addEventListener('change', () => form.dispatchEvent(new Event('change')));
}

const PAGE = {
  ...{ HTMLElement: Stub, HTMLFormElement: Form, HTMLSelectElement: Choice },
  HTMLInputElement: Field,
  document: {
    getElementById: (id: string) => (id === 'settings' ? form : new Stub()),
    createElement: () => new Stub(),
  },
};
// Other tests have no page.
test.before(() => void Object.assign(globalThis, PAGE));
test.after(() => {
  for (const name of Object.keys(PAGE)) Reflect.deleteProperty(globalThis, name);
});

const set = (values: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(values)) {
    Object.assign(form.elements.get(name) ?? {}, { value });
  }
  form.dispatchEvent(new Event('change'));
};
const read = (): string[] =>
  ['data', 'layers', 'side', 'batch-size'].map((name) => form.elements.get(name)?.value ?? '');

const settle = () => new Promise((go) => setTimeout(go, 5));

/** A worker that makes 40 images of two classes. */
const makings: unknown[] = [];
let reading = Promise.resolve();
const remote = {
  call: async (_own: string, [method, , making]: [string, string, { side: number }]) => {
    if (method === 'readImages') makings.push(making);
    if (method === 'readMore') await reading;
    if (method !== 'useImages') return 40;
    const { side } = makings.at(-1) as { side: number };
    return {
      ...{ of: 'images', name: 'pictures', size: [side, side, 1], train: 32, test: 8 },
      classes: ['a', 'b'].map((name) => ({ name, count: 20 })),
      ...{ examples: [], unbalanced: false, largest: 0.5, refused: [] },
    };
  },
} as unknown as Remote;

test('images of one’s own are made again only if the form learns from them', async () => {
  const { OwnPanel } = await import('../../src/harness/page/data/own-panel.ts');
  const fail = (error: Error): never => {
    throw error;
  };
  const panel = new OwnPanel({
    ...{ remote, fail, taken: () => {}, busy: () => false, start: () => {} },
  });
  form.addEventListener('change', () => {
    panel.chosen(form.elements.get('data')?.value === 'own');
  });
  await panel.take([{ name: 'pictures.zip', file: new File([], 'pictures.zip') }]);
  assert.equal(read(), ['own', '784,16,2', '', '8']);
  set({ side: '64' });
  await settle();
  assert.equal([makings.length, read()], [2, ['own', '4096,16,2', '64', '8']]);

  // The settings of a run on other data.
  const other = { data: 'built-in', side: '', layers: '784,16,10', 'batch-size': '100' };
  const loaded = ['built-in', '784,16,10', '', '100'];
  set(other);
  await settle();
  assert.equal([makings.length, read()], [2, loaded]);

  // They come while the images are made again.
  let go = (): void => {};
  reading = new Promise((resolve) => {
    go = resolve;
  });
  set({ data: 'own', side: '32' });
  await settle();
  assert.is(makings.length, 3);
  set(other);
  go();
  await settle();
  assert.equal(read(), loaded);
});

test.run();
