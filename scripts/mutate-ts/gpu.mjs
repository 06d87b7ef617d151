/** A GPU for tests in Node. */
import { paceGpu } from '../../src/runtime/pace.ts';

const { create, globals } = await import(process.env.MUTATE_WEBGPU);
Object.assign(globalThis, globals);
const value = { gpu: create([]), userAgent: `node ${process.version}` };
Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
paceGpu();
