import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeSafetensors } from '../../src/data/safetensors-write.ts';
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
  const check = async (bytes: Uint8Array): Promise<void> => lab.needWeights(bytes);
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
});

test.run();
