import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TuningStorage, Tunings } from '../../src/gpu/tunings.ts';

function storage(contents: Record<string, string> = {}): TuningStorage {
  return {
    getItem: (name) => contents[name] ?? null,
    setItem: (name, value) => {
      contents[name] = value;
    },
  };
}

test('tunings are read at the next visit, on the same adapter only', () => {
  const shelf = storage();
  new Tunings(['vendor', 'model'], shelf).add([['product', 'gemm 2×2']]);
  assert.is(new Tunings(['vendor', 'model'], shelf).get('product'), 'gemm 2×2');
  assert.not(new Tunings(['vendor', 'other'], shelf).has('product'));
});

test('a storage with other contents, or that throws, is ignored', () => {
  for (const text of ['{', '{}', '[1]', '[["a"]]', '[["a", 2]]', 'null']) {
    const name = 'gradweave tuning: a';
    assert.equal([...new Tunings(['a'], storage({ [name]: text }))], []);
  }
  const forbidden: TuningStorage = {
    getItem: () => {
      throw new Error('forbidden');
    },
    setItem: () => {
      throw new Error('full');
    },
  };
  const tunings = new Tunings(['a'], forbidden);
  tunings.add([['product', 'gemm 1×1']]);
  assert.is(tunings.get('product'), 'gemm 1×1');
});

test.run();
