/** What the store must hold, on PGlite, or on the PostgreSQL of `SWEEP_DATABASE`. Runs in a new Node; see queue.test.ts. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStore } from '../../../sweep/src/store/index.ts';
import { epochOf, idleResult, idleTrial } from '../load/trials.ts';
import { errorOf, Scene, workerOf } from './scene.ts';

const scene = new Scene({ mostBarrenLosses: 2 });
await scene.open();

const [alice, bob] = [workerOf('alice'), workerOf('bob')];
const claim = async (worker = alice, most = 1) => {
  const [given] = await scene.store.claim(worker, most);
  if (given === undefined) throw new Error('nothing was given');
  return given;
};
const stateOf = (id: string) => scene.store.get(id)?.state;

test('a trial goes from the queue to its result, and its events are told once, in order', async () => {
  const [trial] = await scene.queue(1);
  await scene.store.add([trial]);
  const { id, lease, attempt } = await claim();
  assert.is(id, trial.id);
  assert.is(attempt, 0);
  assert.equal(await scene.store.claim(bob), []);
  assert.equal(await scene.store.report(id, lease, epochOf(1)), { go: 'on' });
  // An answer that was lost: the worker says it again.
  assert.equal(await scene.store.report(id, lease, epochOf(1)), { go: 'on' });
  const result = idleResult(trial);
  assert.equal(await scene.store.complete(id, lease, result), { taken: 'first', agrees: null });
  assert.equal(await scene.store.complete(id, lease, result), { taken: 'first', agrees: null });
  const words = scene.events.map((one) =>
    one.type === 'epoch' ? `${one.epoch.epoch}` : one.trial.state,
  );
  assert.equal(words, ['1', '2', 'done']);
  assert.equal(scene.store.get(id)?.result, result);
});

test('a worker that is silent loses its trial, and completes nothing afterwards', async () => {
  const [trial] = await scene.queue(1);
  const lost = await claim(alice);
  assert.is(await scene.store.take(trial.id), true);
  assert.is(stateOf(trial.id), 'waiting');
  assert.is(scene.store.get(trial.id)?.lost, 1);
  const late = scene.store.complete(trial.id, lost.lease, idleResult(trial, 'a'.repeat(64)));
  assert.is(await errorOf(late), 'LeaseError');
  assert.is(stateOf(trial.id), 'waiting');
  const found = await claim(bob);
  assert.is(found.id, trial.id);
  assert.is(found.attempt, 1);
  const again = scene.store.complete(trial.id, lost.lease, idleResult(trial, 'a'.repeat(64)));
  assert.is(await errorOf(again), 'LeaseError');
  assert.is(await errorOf(scene.store.report(trial.id, lost.lease, epochOf(1))), 'LeaseError');
  assert.is(stateOf(trial.id), 'running');
  // What the first came to was noted, and is compared now.
  const before = scene.store.alarms.length;
  const answer = await scene.store.complete(
    trial.id,
    found.lease,
    idleResult(trial, 'b'.repeat(64)),
  );
  assert.equal(answer, { taken: 'first', agrees: false });
  assert.is(scene.store.alarms.length, before + 1);
  const alarm = scene.store.alarms[before];
  assert.equal(alarm?.digests, ['a'.repeat(64), 'b'.repeat(64)]);
  assert.equal(alarm?.workers, ['alice', 'bob']);
  assert.ok(scene.lines.some((line) => line.startsWith('ALARM')));
  // The loser once more: known already.
  const last = await scene.store.complete(trial.id, lost.lease, idleResult(trial, 'a'.repeat(64)));
  assert.equal(last, { taken: 'again', agrees: false });
  assert.is(scene.store.alarms.length, before + 1);
  assert.is(scene.store.get(trial.id)?.result?.digest, 'b'.repeat(64));
});

test('a lease and all that was stored outlive a restart', async () => {
  const [first, second] = await scene.queue(2);
  const running = await claim(alice);
  await scene.store.report(running.id, running.lease, epochOf(1));
  const history = await scene.store.history();
  const { revision } = scene.store;
  const told = scene.events.length;
  await scene.reopen();
  assert.equal(
    (await scene.store.history()).map((one) =>
      one.type === 'epoch' ? [one.id, one.epoch] : one.trial.id,
    ),
    history.map((one) => (one.type === 'epoch' ? [one.id, one.epoch] : one.trial.id)),
  );
  assert.is(scene.events.length, told, 'the past is history, and is not told again');
  assert.ok(scene.store.revision >= revision);
  assert.ok(scene.store.trialsSince(revision).length > 0);
  assert.equal(scene.store.heartbeat(running.id, running.lease), { go: 'on' });
  const done = await scene.store.complete(running.id, running.lease, idleResult(first));
  assert.is(done.taken, 'first');
  const next = await claim(bob);
  assert.is(next.id, second.id);
  await scene.store.complete(next.id, next.lease, idleResult(second));
});

test('a trial that is given back waits again, without blame', async () => {
  const [trial] = await scene.queue(1);
  for (let k = 0; k < 5; k++) {
    const { id, lease, attempt } = await claim();
    assert.is(attempt, k);
    await scene.store.release(id, lease, 'stopped');
    assert.is(await errorOf(scene.store.release(id, lease, 'stopped')), 'LeaseError');
  }
  assert.is(stateOf(trial.id), 'waiting');
  const { id, lease } = await claim();
  await scene.store.complete(id, lease, idleResult(trial));
});

test('a trial fails if several workers say so, and one that fails all is given none for a while', async () => {
  const [trial] = await scene.queue(1);
  for (const name of ['carol', 'dave', 'erin']) {
    const { id, lease } = await claim(workerOf(name));
    await scene.store.release(id, lease, 'failed', `${name} has no memory`);
  }
  assert.is(stateOf(trial.id), 'failed');
  assert.match(
    scene.store.get(trial.id)?.failure ?? '',
    /3 times on 3 workers.*erin has no memory/,
  );
  const [spared] = await scene.queue(1);
  for (let k = 0; k < 2; k++) {
    const { id, lease } = await claim(workerOf('mallory'));
    await scene.store.release(id, lease, 'failed');
  }
  assert.equal(await scene.store.claim(workerOf('mallory')), []);
  assert.is(stateOf(spared.id), 'waiting');
  const { id, lease } = await claim(bob);
  await scene.store.complete(id, lease, idleResult(spared));
});

test('a trial that its workers do not survive fails; one that goes on does not', async () => {
  const [deadly] = await scene.queue(1, 9);
  for (let k = 0; k < 2; k++) {
    const { id, lease } = await claim();
    if (k === 0) await scene.store.report(id, lease, epochOf(1));
    await scene.store.take(id);
  }
  assert.is(stateOf(deadly.id), 'waiting', 'the first attempt went on');
  await claim();
  await scene.store.take(deadly.id);
  assert.is(stateOf(deadly.id), 'failed');
});

test('waiting trials are pruned at once, running ones by their worker', async () => {
  const [runs, waits] = await scene.queue(2);
  const { id, lease } = await claim();
  assert.is(id, runs.id);
  const short = { ...idleResult(runs), history: [epochOf(1)] };
  const early = scene.store.complete(id, lease, short, 'pruned');
  assert.is(await errorOf(early), 'ReportError', 'nobody has asked for it');
  await scene.store.prune([runs.id, waits.id]);
  assert.is(stateOf(waits.id), 'pruned');
  assert.equal(await scene.store.claim(bob), []);
  assert.equal(await scene.store.report(id, lease, epochOf(1)), { go: 'stop' });
  await scene.store.complete(id, lease, short, 'pruned');
  assert.is(stateOf(id), 'pruned');
});

test('epochs out of order, too many, and results that cannot be are refused', async () => {
  const [trial] = await scene.queue(1, 3);
  const { id, lease } = await claim();
  assert.is(await errorOf(scene.store.report(id, lease, epochOf(4))), 'ReportError');
  await scene.store.report(id, lease, epochOf(1));
  assert.is(await errorOf(scene.store.report(id, lease, epochOf(3))), 'ReportError');
  const result = idleResult(trial);
  const wrong = [
    { ...result, id: 'f'.repeat(64) },
    { ...result, history: result.history.slice(1) },
    { ...result, history: [...result.history].reverse() },
  ];
  for (const one of wrong) {
    assert.is(await errorOf(scene.store.complete(id, lease, one)), 'ReportError');
  }
  assert.is((await scene.store.complete(id, lease, result)).taken, 'first');
});

test('an epoch that comes out differently on the same adapter is an alarm', async () => {
  const [trial] = await scene.queue(1);
  const one = await claim();
  await scene.store.report(one.id, one.lease, epochOf(1));
  await scene.store.release(one.id, one.lease, 'stopped');
  const two = await claim(bob);
  const before = scene.store.alarms.length;
  const other = { ...epochOf(1), train: { loss: 0.25, accuracy: 0.75 } };
  await scene.store.report(two.id, two.lease, other);
  assert.is(scene.store.alarms.length, before + 1);
  assert.is(scene.store.get(trial.id)?.epochs[0]?.train.loss, 0.5, 'the first stays');
  await scene.store.complete(two.id, two.lease, idleResult(trial));
});

test('trials of one shape are given together, others not', async () => {
  const trials = await Promise.all([900, 901, 902].map((seed) => idleTrial(seed)));
  await scene.store.add(trials.map((trial, k) => ({ ...trial, shape: k === 1 ? 'other' : 'one' })));
  const given = await scene.store.claim(alice, 8);
  assert.equal(
    given.map(({ id }) => id),
    [trials[0].id, trials[2].id],
  );
  for (const { id, lease } of [...given, await claim()]) {
    const trial = trials.find((one) => one.id === id);
    await scene.store.complete(id, lease, idleResult(trial ?? trials[0]));
  }
});

test('many at once get each trial once', async () => {
  const trials = await scene.queue(100);
  const given = await Promise.all(trials.map((_, k) => scene.store.claim(workerOf(`w${k % 7}`))));
  const ids = given.flat().map(({ id }) => id);
  assert.is(new Set(ids).size, 100);
  const answers = await Promise.all(
    given
      .flat()
      .map(({ id, spec, lease }) => scene.store.complete(id, lease, idleResult({ id, spec }))),
  );
  assert.ok(answers.every(({ taken }) => taken === 'first'));
});

test('what spoils a transaction spoils no other request', async () => {
  const trials = await scene.queue(3);
  const given = [await claim(), await claim(bob), await claim(alice)];
  const answers = await Promise.all(
    given.map(({ id, lease, spec }, k) => {
      const result = idleResult({ id, spec });
      // PostgreSQL's jsonb takes no NUL; the server's checks do not let it come here.
      const poisoned = { ...result, place: { ...result.place, family: 'a\0b' } };
      return errorOf(scene.store.complete(id, lease, k === 1 ? poisoned : result));
    }),
  );
  assert.equal(answers, [null, 'StoreError', null]);
  assert.equal(
    trials.map(({ id }) => stateOf(id)),
    ['done', 'running', 'done'],
  );
  const [, second] = given;
  await scene.store.complete(second.id, second.lease, idleResult(trials[1]));
});

test('a second process, another sweep and wrong ids are refused', async () => {
  const other = { folder: scene.folder, name: 'scene' };
  if (process.env.SWEEP_DATABASE === undefined) {
    assert.is(await errorOf(openStore(other)), 'LockError');
  }
  const trial = await idleTrial(1000);
  const wrong = { ...trial, id: 'e'.repeat(64) };
  assert.is(await errorOf(scene.store.add([trial, wrong])), 'OptionError');
  assert.is(scene.store.has(trial.id), false);
  await scene.store.close();
  const database = process.env.SWEEP_DATABASE;
  const place = { ...other, ...(database === undefined ? {} : { database }) };
  assert.is(await errorOf(openStore({ ...place, name: 'another' })), 'StoreError');
  await scene.open();
});

test.after(() => scene.end());
test.run();
