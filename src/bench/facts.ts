import type { Engine } from '../gpu/engine.ts';

/** The driver, as the adapter names it. Chrome needs --enable-webgpu-developer-features for that. */
export function driverOf({ device }: Engine): string {
  const info: unknown = device.adapterInfo;
  for (const name of ['driver', 'description']) {
    const text: unknown = typeof info === 'object' && info !== null && Reflect.get(info, name);
    if (typeof text === 'string' && text !== '') return text;
  }
  return 'unknown';
}

/** Size of the JavaScript heap, if the runtime reports it: Chrome (rounded) and Node. */
export function heapBytes(): number | null {
  if (typeof process !== 'undefined' && typeof process.memoryUsage === 'function') {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }
  // An extension of Chrome's, which no type library has.
  const memory: unknown = Reflect.get(performance, 'memory');
  const used: unknown =
    typeof memory === 'object' && memory !== null && Reflect.get(memory, 'usedJSHeapSize');
  return typeof used === 'number' ? used : null;
}
