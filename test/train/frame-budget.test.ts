import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameBudget, type Portion } from '../../src/train/frame-budget.ts';

const budgets = suite('frame budget');

/** A device that does one thing after the other, an app, and training beside it. Times in milliseconds. */
interface Situation {
  readonly frames: number;
  /** From one frame to the next. */
  readonly every?: number;
  /** Of the app's work in each frame. */
  readonly app: number;
  readonly step: number;
  readonly budget?: number;
}

interface Outcome {
  /** Steps of each frame. */
  readonly steps: readonly number[];
  /** Training that was on its way behind each frame, at most. */
  readonly waiting: number;
}

function simulate({ frames, every = 16, app, step, budget = 4 }: Situation): Outcome {
  const given = new FrameBudget();
  const flying: { readonly portion: Portion; readonly ends: number }[] = [];
  const steps: number[] = [];
  let free = 0;
  let waiting = 0;
  for (let at = 0; at < frames * every; at += every) {
    while (flying.length > 0 && flying[0].ends <= at) {
      const { portion } = flying.splice(0, 1)[0];
      given.done(portion, portion.steps * step);
    }
    free = Math.max(free, at) + app;
    const portion = given.take(budget, Infinity, at);
    steps.push(portion?.steps ?? 0);
    if (portion) {
      free += portion.steps * step;
      flying.push({ portion, ends: free });
    }
    const own = flying.reduce((sum, one) => sum + one.portion.steps * step, 0);
    waiting = Math.max(waiting, own);
  }
  return { steps, waiting };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

budgets(
  'a frame gets the steps that fit its budget, at first one, then twice as many at most',
  () => {
    const { steps } = simulate({ frames: 8, app: 0, step: 0.5 });
    assert.equal(steps, [1, 2, 4, 8, 8, 8, 8, 8]);
    assert.equal(simulate({ frames: 3, app: 0, step: 0.5, budget: 1.2 }).steps, [1, 2, 2]);
  },
);

budgets('an app that keeps the device busy has training in its frames as an idle one has', () => {
  for (const step of [0.5, 3]) {
    const alone = simulate({ frames: 60, app: 0, step }).steps;
    for (const app of [10, 35]) {
      const { steps } = simulate({ frames: 60, app, step });
      const none = steps.filter((count) => count === 0).length;
      // Until the first step's time is known, and at the end, where the app is a second behind.
      assert.ok(none <= 12, `${steps} beside ${app} ms`);
      assert.ok(sum(steps) >= 0.4 * sum(alone), `${steps} beside ${app} ms, ${alone} alone`);
    }
    // Frames that wait for the app's work.
    const waited = simulate({ frames: 60, every: 50, app: 35, step }).steps;
    assert.equal(waited, alone);
  }
});

budgets('steps that take longer than a frame go one by one, whatever the app does', () => {
  for (const app of [0, 35]) {
    const { steps, waiting } = simulate({ frames: 40, app, step: 40 });
    assert.is(Math.max(...steps), 1);
    // What is behind by its own work gets nothing: 40 ms are at least three frames.
    const taken = steps.flatMap((count, i) => (count > 0 ? [i] : []));
    taken.slice(1).forEach((frame, i) => {
      assert.ok(frame - taken[i] >= 3, `${taken}`);
    });
    assert.ok(waiting <= 140, `${waiting}`);
  }
});

budgets('a device that answers no more gets 100 ms of work and a frame’s', () => {
  const given = new FrameBudget();
  const first = given.take(4, Infinity, 0);
  if (!first) throw new Error('the first frame gets nothing');
  assert.is(given.take(4, Infinity, 1e6), undefined, 'how long a step takes is not known');
  given.done(first, 2);
  let frames = 0;
  for (let at = 1; at < 1000; at++) if (given.take(4, Infinity, 16 * at)) frames++;
  assert.is(frames, 26);
});

budgets('a second call within a budget’s time gets nothing, however fast the steps are', () => {
  const given = new FrameBudget();
  const first = given.take(4, Infinity, 0);
  if (first) given.done(first, 0);
  assert.ok(given.take(4, Infinity, 16));
  assert.is(given.take(4, Infinity, 16), undefined);
  assert.is(given.take(4, Infinity, 19.9), undefined);
  assert.ok(given.take(4, Infinity, 20));
});

budgets('budgets that were not used up are no debt', () => {
  const given = new FrameBudget();
  // Each is done at once, and was taken to need more than a frame.
  for (let at = 0; at < 1600; at += 16) {
    const portion = given.take(20, Infinity, at);
    if (!portion) throw new Error(`nothing at ${at}`);
    given.done(portion, portion.steps * 0.1);
  }
  assert.ok(given.take(20, Infinity, 1600));
  assert.is(given.take(20, Infinity, 1616), undefined);
  assert.ok(given.take(20, Infinity, 1632), 'behind the last frame alone');
});

budgets('no more is taken than can be submitted at once', () => {
  const given = new FrameBudget();
  const next = (most: number, at: number, each: number): number => {
    const portion = given.take(8, most, at);
    if (!portion) return 0;
    given.done(portion, portion.steps * each);
    return portion.steps;
  };
  const taken = [9, 9, 9, 3, 9, 9].map((most, i) => next(most, 16 * i, 1));
  assert.equal(taken, [1, 2, 4, 3, 6, 8]);
});

budgets(
  'a step that has become slower is seen to at once, one that has become faster by and by',
  () => {
    const given = new FrameBudget();
    let at = 0;
    const next = (each: number): number => {
      at += 16;
      const portion = given.take(8, Infinity, at);
      if (!portion) return 0;
      given.done(portion, portion.steps * each);
      return portion.steps;
    };
    assert.equal([1, 1, 1, 1, 4, 4].map(next), [1, 2, 4, 8, 8, 2]);
    const faster = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1].map(next);
    assert.equal(faster.slice(0, 3), [2, 2, 2]);
    assert.ok(faster[9] >= 4 && faster[9] < 8, `${faster}`);
  },
);

budgets('a portion that failed, or whose time nobody knows, holds nothing up', () => {
  const given = new FrameBudget();
  for (const at of [0, 0, 0]) {
    const portion = given.take(4, Infinity, at);
    if (!portion) throw new Error('it is held up');
    assert.is(portion.steps, 1);
    given.done(portion);
  }
});

budgets.run();
