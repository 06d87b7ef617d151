import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { placeAgain } from '../../src/harness/page/notebook/row-focus.ts';

test('the focus in a row of the list goes to what is called the same, and in another language to what stands there', () => {
  const labels = ['Show Model 2 #1', 'Details of Model 2 #1', null, 'CSV of Model 2 #1'];
  const spanish = ['Mostrar Modelo 2 #1', 'Detalles de Modelo 2 #1', null, 'CSV de Modelo 2 #1'];
  for (const at of labels.keys()) {
    assert.is(placeAgain({ labels, at }, spanish), at);
    assert.is(placeAgain({ labels, at }, labels), at);
  }
  const more = [labels[0], 'Show only', ...labels.slice(1)];
  assert.is(placeAgain({ labels, at: 1 }, more), 2, 'where another one came before it');
  assert.is(placeAgain({ labels, at: 2 }, more), -1, 'never on one of which that is not known');
  assert.is(placeAgain({ labels, at: 1 }, []), -1);
});

test.run();
