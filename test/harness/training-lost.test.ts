import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { studyOf } from './stub-networks.ts';
import { type Plan, QUERY, StubTraining, turn } from './stub-run.ts';

type Ask = 'pause' | 'stop';

/** The moments of a loss at which something is asked of the run, each as what happens then. */
const MOMENTS: Readonly<Record<string, (ask: (made: StubTraining) => void) => Plan>> = {
  'before the device is lost': (ask) => ({
    step: (made, { step }) => {
      if (step !== 6 || made.engines.length > 1) return;
      ask(made);
      made.lose();
    },
  }),
  'before the loss is known': (ask) => ({
    step: (made, { step }) => {
      if (step !== 6 || made.engines.length > 1) return;
      made.lose();
      ask(made);
    },
  }),
  'at the end of an epoch that is lost': (ask) => ({
    step: (made, { step }) => {
      if (step !== 8 || made.engines.length > 1) return;
      made.lose();
      ask(made);
    },
  }),
  'when the page is told that another one is asked for': (ask) => ({
    step: (made, { step }) => {
      if (step === 6 && made.engines.length === 1) made.lose();
    },
    told: (made, event) => {
      if (event.type === 'note') ask(made);
    },
  }),
  'while another one is asked for': (ask) => ({
    step: (made, { step }) => {
      if (step === 6 && made.engines.length === 1) made.lose();
    },
    asked: async (made) => {
      await turn();
      ask(made);
      await turn();
    },
  }),
  'when there is another one': (ask) => ({
    step: (made, { step }) => {
      if (step === 6 && made.engines.length === 1) made.lose();
    },
    renewed: ask,
  }),
  'before the first step, which begins again': (ask) => ({
    told: (made, event) => {
      if (event.type !== 'state' || event.state !== 'running' || made.engines.length > 1) return;
      made.lose();
      ask(made);
    },
  }),
};

const ends = (made: StubTraining, query = QUERY) =>
  made.training.train(query, undefined, 'a').catch((error: Error) => error);

/** Asks once, whatever happens later. */
const once = (ask: Ask): ((made: StubTraining) => void) => {
  let isAsked = false;
  return (made) => {
    if (isAsked) return;
    isAsked = true;
    made.training.turn[ask]();
  };
};

/** Waits until a run has paused. */
async function paused(made: StubTraining): Promise<void> {
  for (let turns = 0; turns < 500 && made.states.at(-1) !== 'paused'; turns++) await turn();
}

for (const [moment, planOf] of Object.entries(MOMENTS)) {
  test(`a run that is asked to pause ${moment} pauses, and goes on from there`, async () => {
    const made = new StubTraining(planOf(once('pause')));
    const ended = ends(made);
    await paused(made);
    const { states } = made;
    assert.equal(states.slice(states.indexOf('pausing')), ['pausing', 'paused']);
    for (let turns = 0; turns < 9; turns++) await turn();
    assert.is(made.states.length, states.length, 'it rests');
    assert.is(made.training.turn.isBusy, true);
    made.training.turn.resume();
    const outcome = await ended;
    assert.not.instance(outcome, Error);
    assert.is('history' in outcome && outcome.history.length, 3);
    assert.is((await made.training.weights()).step, 12);
    assert.is(made.states.at(-1), 'ended');
    assert.is(made.engines.length, 2);
  });

  test(`a run that is asked to stop ${moment} is stopped, with the weights of its last copy`, async () => {
    const made = new StubTraining(planOf(once('stop')));
    const outcome = await ends(made);
    assert.not.instance(outcome, Error);
    const isBegun = !moment.startsWith('before the first');
    const isThird = moment.startsWith('at the end');
    const epochs = 'history' in outcome && outcome.history.length;
    assert.is(epochs, isBegun ? 1 : 0);
    assert.is((await made.training.weights()).step, isBegun ? (isThird ? 7 : 5) : 0);
    assert.is(made.training.turn.isBusy, false);
    assert.is(made.states.at(-1), 'ended');
    assert.not(made.states.includes('pausing'));
  });
}

/** Several networks to which this happens. */
function several(plan: Plan): StubTraining {
  const study = studyOf((step) => plan.step?.(made, { step }));
  const made: StubTraining = new StubTraining({ ...plan, study });
  return made;
}

for (const [moment, planOf] of Object.entries(MOMENTS)) {
  test(`several networks that are asked to pause or stop ${moment} do so`, async () => {
    const made = several(planOf(once('pause')));
    const ended = ends(made, `${QUERY}&seeds=1..2`);
    await paused(made);
    const { states } = made;
    assert.equal(states.slice(states.indexOf('pausing')), ['pausing', 'paused']);
    made.training.turn.resume();
    const outcome = await ended;
    assert.is('history' in outcome && outcome.history.length, 3);
    assert.is((await made.training.weights()).step, 12);

    const stopped = await ends(several(planOf(once('stop'))), `${QUERY}&seeds=1..2`);
    assert.ok('history' in stopped && stopped.history.length < 3);
  });
}

test('until a run that was stopped has ended, no other begins', async () => {
  const made = new StubTraining({ step: (it) => it.training.turn.stop() });
  const first = ends(made);
  while (made.training.turn.isRunning) await turn();
  assert.match(((await ends(made)) as Error).message, /a run is in progress/);
  assert.not.instance(await first, Error);
  assert.not.instance(await ends(made), Error);
});

test.run();
