import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors } from '../../src/data/safetensors.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { OPTIONS_NAME } from '../../src/harness/tasks/keeping.ts';
import type { TrainOutcome } from '../../src/harness/tasks/run-trainer.ts';
import { train } from '../../src/harness/tasks/train.ts';
import { rejects, sharesCreated } from '../gpu/helpers.ts';

sharesCreated(test);

const QUERY =
  'layers=784,8,10&dropout=0.2&batch-size=20&train-limit=300&epochs=3&family=portable&warm-steps=0&plan=plain';

/** Runs the task beside a command that keeps what it is sent, and serves `begin`. */
async function run(more: string, begin?: Uint8Array, stopAt = Infinity) {
  const kept: { what: string; bytes: Uint8Array }[] = [];
  const fetched = globalThis.fetch;
  globalThis.gradweaveHost = async (request) => {
    if (request.kind !== 'store') return null;
    const bytes = Uint8Array.from(atob(request.base64), (text) => text.charCodeAt(0));
    kept.push({ what: request.what, bytes });
    return null;
  };
  globalThis.fetch = async (path) => {
    assert.is(path, 'data/begin.safetensors');
    return new Response(begin as Uint8Array<ArrayBuffer>);
  };
  try {
    const outcome = (await train(new URLSearchParams(`${QUERY}${more}`), (event) => {
      if (event.type === 'epoch' && event.record.epoch === stopAt) globalThis.gradweaveStop?.();
    })) as TrainOutcome;
    return { outcome, kept };
  } finally {
    globalThis.fetch = fetched;
    globalThis.gradweaveHost = undefined;
  }
}

/** The tensors as bits, without the times that a checkpoint has, too. */
const bitsOf = (bytes: Uint8Array | undefined): Record<string, number[]> =>
  Object.fromEntries(
    [...parseSafetensors(bytes ?? new Uint8Array()).tensors].map(([name, { data }]) => [
      name,
      [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
    ]),
  );

test('a run that is stopped goes on from its checkpoint to the same bits', async () => {
  const whole = await run('&keep-every=2');
  assert.equal(
    whole.kept.map(({ what }) => what),
    ['checkpoint', 'checkpoint'],
    'after epoch 2, and at the end',
  );
  assert.is(whole.outcome.stopped, undefined);

  const first = await run('&keep-every=5', undefined, 1);
  const { stopped } = first.outcome;
  assert.is(stopped?.steps, 15);
  assert.is(stopped?.epoch, 1);
  const [{ bytes }] = first.kept;
  const { metadata } = parseSafetensors(bytes);
  assert.is(JSON.parse(metadata[OPTIONS_NAME])['batch-size'], '20');
  assert.not.ok('keep-every' in JSON.parse(metadata[OPTIONS_NAME]));

  const rest = await run('&keep-every=5&begin=resume', bytes);
  assert.is(rest.outcome.history.length, 3);
  assert.equal(bitsOf(rest.kept[0].bytes), bitsOf(whole.kept[1].bytes));
  assert.is(rest.outcome.test.loss, whole.outcome.test.loss);
  assert.is(globalThis.gradweaveStop, undefined, 'nothing is left that can stop');

  const late = await run('&keep-every=5', undefined, 3);
  assert.is(late.outcome.stopped, undefined, 'there is nothing to continue');
  assert.equal(bitsOf(late.kept[0].bytes), bitsOf(whole.kept[1].bytes));

  await rejects(run('&begin=resume&lr=0.5', bytes), OptionError, 'optimizer');
  await rejects(run('&begin=resume', new Uint8Array(9)), DataError);
  await rejects(run('&begin=elsewhere'), OptionError, 'begin=elsewhere was given');

  // The weights alone are another run: its first epoch begins with them.
  const from = await run('&begin=from&epochs=1&keep-every=1&lr=1e-9', whole.kept[1].bytes);
  assert.ok(Math.abs(from.outcome.test.loss - whole.outcome.test.loss) < 1e-4);
});

test.run();
