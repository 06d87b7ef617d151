import { create, globals } from 'webgpu';
import { learn } from './learn.mjs';

test('trains', async () => {
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  expect(await learn()).toBeLessThan(0.6);
}, 60_000);
