import { linear, OptionError } from 'gradweave';
import { expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import { learn } from './learn.mjs';

test('throws errors of the classes that it exports', () => {
  expect(() => linear(0, 1)).toThrow(OptionError);
});

test('shares its classes with require', async () => {
  const { createRequire } = await import('node:module');
  expect(createRequire(import.meta.url)('gradweave').OptionError).toBe(OptionError);
});

test('trains', async () => {
  Object.assign(globalThis, globals);
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  expect(await learn()).toBeLessThan(0.6);
}, 60_000);
