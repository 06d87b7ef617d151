import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { DataError } from '../../src/errors.ts';
import { Lab } from '../../src/harness/worker/lab.ts';
import type { LabEvent } from '../../src/harness/worker/lab-event.ts';
import { rejects, sharesCreated } from '../gpu/helpers.ts';

sharesCreated(test);

const QUERY =
  'model=2&layers=784,6,10&batch-size=20&train-limit=120&data=built-in&family=portable&plan=plain&epochs=1';

const bitsOf = (bytes: Uint8Array) =>
  [...parseSafetensors(bytes).tensors].map(([name, { data }]) => [name, [...data]]);

test('weights that are taken are tested as they are, are no run in progress, and stay if others are refused', async () => {
  const events: LabEvent[] = [];
  const lab = new Lab((event) => events.push(event));
  const { history } = await lab.train(QUERY, undefined, 'a');
  const { bytes } = await lab.weights();
  const count = events.length;
  // Of several networks, they are the first one's.
  const taken = await lab.takeWeights(`${QUERY}&seeds=4..6`, bytes, 'b');
  assert.equal(taken.test, history[0].test);
  assert.equal(bitsOf(taken.weights.bytes), bitsOf(bytes));
  assert.equal([taken.weights.step, taken.weights.key, taken.fitted], [0, 'b', undefined]);
  assert.is(taken.dataset.train, 120);
  assert.match(taken.dataset.sha256 ?? '', /^[\da-f]{64}$/);
  const told = events.slice(count);
  assert.equal(
    told.flatMap((event) => (event.type === 'state' ? [event.state] : [])),
    ['preparing', 'ended'],
  );
  assert.not.ok(
    told.some(({ type }) => type === 'dataset' || type === 'hash'),
    'the run before is told of nothing that is not its own',
  );
  const other = QUERY.replace('784,6,10', '784,5,10');
  await rejects(lab.takeWeights(other, bytes, 'c'), DataError, 'the model');
  await rejects(lab.takeWeights(QUERY, new Uint8Array(50), 'd'), DataError);
  assert.is((await lab.weights()).key, 'b');
  // A start from them, as from any weights.
  const again = await lab.train(QUERY, bytes, 'b');
  assert.is(again.history.length, 1);
  assert.ok(again.test.loss < (history[0].test?.loss ?? 0), 'it went on from there');
  lab.engine?.destroy();
});

test.run();
