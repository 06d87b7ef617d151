import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Controls } from '../../src/harness/page/train/controls.ts';
import type { LabState } from '../../src/harness/worker/lab-event.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of a button as the controls need: as in a browser, one that is disabled has the focus no more. */
class Part {
  textContent = '';
  #isDisabled = false;

  get disabled(): boolean {
    return this.#isDisabled;
  }

  set disabled(is: boolean) {
    this.#isDisabled = is;
    if (is && page.activeElement === this) page.activeElement = page.body;
  }

  focus(): void {
    if (!this.#isDisabled) page.activeElement = this;
  }

  matches(selector: string): boolean {
    if (selector === ':disabled') return this.#isDisabled;
    return selector.startsWith('#more') && parts.get('more') === this;
  }

  setAttribute(): void {}
  addEventListener(): void {}
}

const parts = new Parts(() => new Part());
const body = new Part();
const page = { getElementById: parts.getElementById, body, activeElement: body };
withGlobals(test, { document: page, HTMLElement: Part, HTMLButtonElement: Part });

const focused = (): string =>
  [...parts].find(([, part]) => part === page.activeElement)?.[0] ?? 'body';

/** Where the focus is after each of these. */
function through(controls: Controls, states: readonly LabState[]): string[] {
  return states.map((state) => {
    controls.show(state);
    return focused();
  });
}

test('the focus is never lost from Start to the end: while no button can be pressed, the status has it', () => {
  const controls = new Controls({} as ConstructorParameters<typeof Controls>[0]);
  controls.show('ended');
  parts.get('start')?.focus();
  const states = ['preparing', 'running', 'pausing', 'paused', 'running', 'ended'] as const;
  assert.equal(through(controls, states), ['status', 'pause', 'status', 'pause', 'pause', 'start']);
});

test('so it is when a run is given more epochs', () => {
  const controls = new Controls({} as ConstructorParameters<typeof Controls>[0]);
  controls.show('ended');
  parts.getElementById('more').focus();
  assert.equal(through(controls, ['preparing', 'running', 'ended']), ['status', 'pause', 'start']);
});

test('who has gone elsewhere meanwhile is left there', () => {
  const controls = new Controls({} as ConstructorParameters<typeof Controls>[0]);
  controls.show('ended');
  parts.get('start')?.focus();
  controls.show('preparing');
  parts.getElementById('lr').focus();
  assert.equal(through(controls, ['running', 'ended']), ['lr', 'lr']);
  page.activeElement = body;
  assert.equal(through(controls, ['preparing', 'running']), ['body', 'body']);
});

test.run();
