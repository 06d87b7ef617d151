import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../src/harness/gate.ts';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Work of five chunks that a signal ends between two; what was done stays done. */
function chunks(): { done: number; work: (signal: AbortSignal) => Promise<void> } {
  const state = {
    done: 0,
    work: async (signal: AbortSignal) => {
      while (state.done < 5) {
        signal.throwIfAborted();
        await turn();
        state.done++;
      }
    },
  };
  return state;
}

const nobody = (): void => {};

test('work goes through an open gate once', async () => {
  const state = chunks();
  assert.is(await new Gate().through(state.work, nobody), true);
  assert.is(state.done, 5);
});

test('a pause holds work up until the gate opens, and nothing is done twice', async () => {
  const state = chunks();
  const gate = new Gate();
  let pauses = 0;
  const through = gate.through(state.work, () => pauses++);
  await turn();
  gate.pause();
  await turn();
  await turn();
  const held = state.done;
  for (let i = 0; i < 5; i++) await turn();
  assert.is(state.done, held);
  assert.is(pauses, 1);
  assert.ok(held < 5);
  gate.resume();
  assert.is(await through, true);
  assert.is(state.done, 5);
});

test('a gate that is paused before work begins holds it up', async () => {
  const state = chunks();
  const gate = new Gate();
  gate.pause();
  const through = gate.through(state.work, nobody);
  await turn();
  assert.is(state.done, 0);
  gate.resume();
  assert.is(await through, true);
});

test('a stop ends work that is held up, and work that is not', async () => {
  for (const paused of [true, false]) {
    const state = chunks();
    const gate = new Gate();
    const through = gate.through(state.work, nobody);
    await turn();
    if (paused) gate.pause();
    await turn();
    gate.stop();
    assert.is(await through, false);
    assert.ok(state.done < 5);
  }
});

test('a stopped gate opens no more', async () => {
  const gate = new Gate();
  gate.stop();
  gate.resume();
  gate.pause();
  assert.is(gate.state, 'stopped');
});

test('an error of the work is not swallowed', async () => {
  const gate = new Gate();
  const work = async (): Promise<void> => {
    throw new Error('mine');
  };
  let message = '';
  await gate.through(work, nobody).catch((error: Error) => {
    message = error.message;
  });
  assert.is(message, 'mine');
});

test.run();
