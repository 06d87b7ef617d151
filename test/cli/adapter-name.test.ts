import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adapterName } from '../../src/cli/adapter.ts';

const test = suite('cli/adapter name');

test('a card is named where the description is that of its driver alone', () => {
  const facts = { vendor: 'nvidia', architecture: '', device: 'nvidia-h200' };
  const driver = 'NVIDIA: 580.159.04 580.159.4.0';
  assert.is(adapterName({ ...facts, description: driver }), `nvidia-h200, ${driver}`);
  assert.is(adapterName({ ...facts, description: 'NVIDIA H200' }), 'NVIDIA H200');
});

test.run();
