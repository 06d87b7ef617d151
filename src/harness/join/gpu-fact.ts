/** What the page's head says of the GPU while no adapter is known: nobody looks for one before the reader starts. */
import { byId } from '../page/dom.ts';
import { put, say } from '../page/words/words.ts';

/** @param state `missing`, if the page has no WebGPU */
export function showGpu(state: 'unused' | 'looking' | 'missing'): void {
  put(byId('adapter'), () => {
    if (state === 'looking') return say('Looking for a GPU…');
    return state === 'missing' ? say('No WebGPU') : say('No GPU in use');
  });
}
