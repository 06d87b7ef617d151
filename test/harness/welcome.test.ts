import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownGiven } from '../../src/harness/page/data/own-round.ts';
import type { Learner } from '../../src/harness/page/learn/learner.ts';
import { Welcome } from '../../src/harness/page/learn/welcome.ts';

/** As much of an element as the greeting needs; it has no size, so that nothing is drawn. */
class Part {
  textContent = '';
  readonly dataset: Record<string, string> = {};
  setAttribute(): void {}
  addEventListener(): void {}
  replaceChildren(): void {}
  append(): void {}
}

const NAMES = ['document', 'HTMLElement', 'SVGSVGElement', 'ResizeObserver'];
const parts = new Map<string, Part>();

test.before(() => {
  const getElementById = (id: string): Part => {
    const part = parts.get(id) ?? new Part();
    parts.set(id, part);
    return part;
  };
  const documentElement = new Part();
  documentElement.dataset.visit = 'first';
  Object.assign(globalThis, {
    document: { documentElement, getElementById, querySelectorAll: () => [] },
    HTMLElement: Part,
    SVGSVGElement: Part,
    ResizeObserver: class {
      observe(): void {}
    },
  });
});

/** Other files run in this process: they have no page. */
test.after(() => {
  for (const name of NAMES) Reflect.deleteProperty(globalThis, name);
});

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('the greeting asks again for images and times if own data follow others, and only then', async () => {
  const asked: string[] = [];
  let [query, rows] = ['model=2&data=own', 0];
  const call = async (_: string, [name]: readonly string[]): Promise<unknown> => {
    asked.push(name);
    if (name === 'estimate') return undefined;
    const data = { images: new Uint8Array(), labels: [], classes: [], size: [1, 1] };
    return { ...data, name: 'own', rows: true, training: rows };
  };
  const remote = { call } as unknown as Learner['remote'];
  const welcome = new Welcome({ remote, query: () => query, fail: () => {} }, () => {});
  const after = async (change: () => void): Promise<string> => {
    change();
    welcome.settings();
    await turn();
    return `${asked.splice(0).join(' ')}: ${parts.get('welcome-data')?.textContent}`;
  };
  const given = (count: number) => () => {
    rows = count;
    ownGiven();
  };
  assert.is(await after(given(120)), 'samples samples estimate: own: 120 rows to train on.');
  assert.is(await after(given(80)), 'samples estimate: own: 80 rows to train on.');
  // Other settings have the same data.
  assert.match(await after(() => (query = 'model=1&data=own')), /^: /);
  assert.match(await after(() => (query = 'model=1')), /^samples estimate: /);
  // Data that are not in use are not asked for.
  assert.match(await after(given(60)), /^: /);
});

test.run();
