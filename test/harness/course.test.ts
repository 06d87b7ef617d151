import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Shown } from '../../src/harness/page/alert.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { goesOn } from '../../src/harness/page/train/after-run.ts';
import { Course } from '../../src/harness/page/train/course.ts';
import { wrongText } from '../../src/harness/page/train/course-text.ts';
import { spanish } from '../../src/harness/page/words/es/index.ts';
import { speak } from '../../src/harness/page/words/words.ts';
import { RENEWED } from '../../src/harness/tasks/lasting-engine.ts';
import type { LabState } from '../../src/harness/worker/lab-event.ts';
import type { LabOutcome } from '../../src/harness/worker/lab-outcome.ts';
import { withGlobals } from './part-page.ts';

/** The page's status. */
const status = { textContent: '', isConnected: true, setAttribute() {} };

withGlobals(test, {
  document: {
    getElementById: () => status,
    querySelectorAll: () => [],
  },
  HTMLElement: Object,
});

/** A course, and the alert that it shows. */
function coursed() {
  const shown: Shown[] = [];
  const alert = {
    show: (error: Shown) => shown.splice(0, 1, error),
    hide: (only?: Shown) => {
      if (!only || shown[0] === only) shown.length = 0;
    },
  };
  const calls: string[] = [];
  const remote = { call: (method: string) => calls.push(method) };
  /** How often the list and the charts were drawn. */
  const drawn = { times: 0 };
  const redraw = (): void => void drawn.times++;
  const parts = { remote, alert, list: {}, numbers: { paused() {} }, redraw };
  const course = new Course({
    ...parts,
    onState() {},
  } as unknown as ConstructorParameters<typeof Course>[0]);
  const turn = (state: LabState): void => course.event({ type: 'state', state });
  const lose = (): void =>
    course.event({ type: 'error', name: 'DeviceLostError', message: 'the GPU device was lost' });
  return { shown, alert, turn, lose, course, calls, drawn };
}

test('a GPU that is lost during a pause is said with what to do, until the run goes on', () => {
  const { shown, turn, lose } = coursed();
  turn('running');
  lose();
  assert.is(shown.length, 0, 'a run that is trained says it itself');
  turn('paused');
  lose();
  assert.match(shown[0].advice?.() ?? '', /^Resume: /);
  assert.is(shown[0].name, 'DeviceLostError');
  turn('running');
  assert.is(shown.length, 0);
});

test('what is shown since a loss stays, and a loss after the end is no reason to start again', () => {
  const { shown, alert, turn, lose } = coursed();
  lose();
  assert.match(shown[0].advice?.() ?? '', /not lost/);
  const other = { name: 'DataError', message: 'this is no file' };
  alert.show(other);
  turn('preparing');
  assert.equal(shown, [other]);
});

test('a run whose GPU is lost while it pauses or stops is still said to do so', () => {
  const { course, turn, calls } = coursed();
  const renew = (): void => course.event({ type: 'note', text: RENEWED });
  turn('running');
  renew();
  assert.is(status.textContent, RENEWED);
  turn('pausing');
  renew();
  assert.is(status.textContent, `${RENEWED} Pausing…`);
  turn('paused');
  assert.is(status.textContent, 'Paused.');
  turn('running');
  course.stop();
  assert.equal(calls, ['stop']);
  assert.is(status.textContent, 'Stopping…');
  renew();
  assert.is(status.textContent, `${RENEWED} Stopping…`);
});

test('the list is drawn at once when a run pauses, and when it goes on', () => {
  const { turn, drawn } = coursed();
  turn('running');
  assert.is(drawn.times, 1);
  turn('pausing');
  turn('paused');
  assert.is(drawn.times, 2);
  turn('running');
  assert.is(drawn.times, 3);
});

test('networks that were trained together go on after the panel was reset', async () => {
  const networks = [{ run: 0, seed: 1, history: [] }];
  const own = {
    networks,
    history: [],
    live: [],
    spreads: [],
    query: 'seeds=1,2',
    title: 'Model 2',
    seconds: 0,
  };
  const runs = ['a', 'b'].map((key) => ({ ...own, key, epochs: 0 })) as unknown as RunRecord[];
  const quiet = { clear() {}, drops() {}, learns() {}, results() {}, ended() {}, paused() {} };
  const asked: unknown[] = [];
  const outcome = { history: [], test: { loss: 1, accuracy: 1 }, seconds: 0, best: 0 };
  const ends = { early: new Set(), kept: new Map(), going: new Set([0]) };
  const course = new Course({
    remote: {
      call: async (method: string, given: unknown[]) => {
        if (method === 'more') asked.push(...given);
        return { ...outcome, ends };
      },
    },
    alert: { show: assert.unreachable },
    list: { runs, claim: async () => true, add() {}, ended() {}, keepWeights() {} },
    numbers: quiet,
    redraw() {},
    onState() {},
  } as unknown as ConstructorParameters<typeof Course>[0]);
  await course.train(runs, 0, async () => ({ ...outcome, ends }) as unknown as LabOutcome);
  course.forget();
  assert.equal([course.runs.length, course.several], [0, false]);
  assert.ok(goesOn(runs[1], course.latest, runs));
  await course.more(runs[1], 3, async () => {});
  assert.is(asked.length, 1);
  assert.is((asked[0] as { key: string }).key, 'a', 'the worker knows them by the first run');
  assert.is(course.runs, runs);
});

test('a setting that is wrong is named where Start says it', async () => {
  assert.is(wrongText('model'), 'A setting is wrong: preset. Its field says why.');
  await speak('es', spanish);
  assert.match(wrongText('batch-size'), /^Un ajuste no es válido: tamaño de(l)? lote\. /);
  await speak('en', {});
});

test.run();
