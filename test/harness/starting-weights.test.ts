import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
import type { RunRecord } from '../../src/harness/page/notebook/run-store.ts';
import { StartingWeights } from '../../src/harness/page/train/starting-weights.ts';
import { Lab } from '../../src/harness/worker/lab.ts';
import { Parts, withGlobals } from './part-page.ts';

/** As much of an element as the choice of weights needs. */
class Part {
  textContent = '';
  hidden = true;
  setAttribute(): void {}
  addEventListener(): void {}
}

const parts = new Parts(() => new Part());
const { getElementById } = parts;
withGlobals(test, {
  document: { getElementById, querySelectorAll: () => [] },
  HTMLElement: Part,
  HTMLInputElement: Part,
});

test('what is no file of weights is refused when it is given, and what was chosen before stays', async () => {
  const lab = new Lab(() => {});
  const from = new StartingWeights(() => {});
  /** Weights that are in the list, and not trained yet. */
  const run = { given: { name: 'a', test: {} }, history: [] } as unknown as RunRecord;
  const check = async (bytes: Uint8Array): Promise<RunRecord> => {
    lab.needWeights(bytes);
    return run;
  };
  const refused = async (name: string, text: string): Promise<void> => {
    const why = await from.take(new File([text], name), check).catch((error: Error) => error.name);
    assert.is(why, 'DataError', name);
  };
  await refused('iris.csv', '5.1,3.5,1.4,0.2,setosa\n4.9,3.0,1.4,0.2,setosa\n');
  assert.is(from.bytes, undefined);
  assert.is(parts.get('from')?.hidden ?? true, true);
  const weights = writeSafetensors(
    new Map([['0.weight', { shape: [2, 2], data: new Float32Array(4) }]]),
    {},
  );
  await from.take(new File([new Uint8Array(weights)], 'a.safetensors'), check);
  await refused('empty.safetensors', '');
  assert.equal(from.bytes, new Uint8Array(weights));
  assert.is(parts.get('from-text')?.textContent, 'The next run starts from a.safetensors.');
  assert.is(parts.get('from')?.hidden, false);
  // What starts from them takes their place, once.
  assert.is(from.placeIn([run]), run);
  assert.is(from.placeIn([]), undefined, 'it was deleted');
  run.history.push({ epoch: 1, seconds: 1, train: { loss: 1, accuracy: null } });
  assert.is(from.placeIn([run]), undefined, 'it is trained by now');
});

test('a start from weights that do not fit names them, and blames nothing else on them', async () => {
  const from = new StartingWeights(() => {});
  const other =
    'the file has 0.weight [2, 2]; the model that the weights are of needs 0.weight [3]';
  const error = (message: string, name = 'DataError') =>
    Object.assign(new Error(message), { name });
  assert.is(from.named(error(other)) instanceof Error, true);
  from.choose({ name: 'a.safetensors', bytes: new Uint8Array(1) });
  assert.match(
    (from.named(error(other)) as Error).message,
    /^a\.safetensors: These weights are those of another network\./,
  );
  for (const one of [error('the file is empty'), error(other, 'MemoryError')]) {
    assert.is(from.named(one), one);
  }
});

test.run();
