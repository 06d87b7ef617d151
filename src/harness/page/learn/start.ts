/** What the page explains, as far as it is needed at the start; the rest is loaded when the page is idle. */

import type { LabState } from '../../worker/lab-event.ts';
import { byId, find } from '../dom.ts';
import { showFacts } from '../facts.ts';
import { put, say } from '../words/words.ts';
import type { Learner, Told } from './learner.ts';
import { lesson } from './lessons.ts';

/** Milliseconds after which what is not urgent is loaded even if the page is busy. */
const LATEST_MS = 2000;

/** Calls back when the page has nothing else to do. Safari has no such callback. */
function whenIdle(then: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(then, { timeout: LATEST_MS });
  else setTimeout(then, 200);
}

/** Offers the steps to a GPU, in the words of the reader's browser. */
function offerSteps(found: 'none' | 'software' | 'no WebGPU', fail: Learner['fail']): void {
  const button = byId('gpu-help', HTMLButtonElement);
  put(button, () => (found === 'software' ? say('Use the real GPU') : say('How to turn it on')));
  button.hidden = false;
  button.onclick = () => {
    import('./gpu-help.ts').then(({ showGpuHelp }) => showGpuHelp(found)).catch(fail);
  };
}

/** The browser has no WebGPU, or may not use it. */
export function beginWithoutGpu(fail: Learner['fail']): void {
  // There is nothing to begin with.
  delete document.documentElement.dataset.visit;
  put(byId('adapter'), () => say('No WebGPU'));
  // Forms and charts that nobody can use say less than the way to a GPU.
  document.documentElement.dataset.gpu = 'none';
  byId('dataset').remove();
  if (!isSecureContext || origin === 'null') return;
  offerSteps('no WebGPU', fail);
  import('./gpu-help.ts').then(({ placeGpuHelp }) => placeGpuHelp(find(document, 'main')), fail);
}

/** Asks for the GPU, shows what was found, and explains the page. */
export function beginLearning(learner: Learner): Told {
  let told: Told | undefined;
  let now: LabState = 'ended';
  lesson(learner.remote, 'gpu').then(
    (adapter) => {
      if (adapter) showFacts({ type: 'adapter', adapter });
      else put(byId('adapter'), () => say('No GPU found'));
      if (!adapter) offerSteps('none', learner.fail);
      else if (adapter.software) offerSteps('software', learner.fail);
    },
    // Whoever starts a run is told why there is no GPU.
    () => put(byId('adapter'), () => say('No GPU found')),
  );
  let loading: Promise<void> | undefined;
  const load = (): Promise<void> => {
    loading ??= import('./learning.ts').then(
      ({ openLearning }) => {
        told = openLearning(learner);
        told.state(now);
      },
      (error) => {
        loading = undefined;
        learner.fail(error);
      },
    );
    return loading;
  };
  whenIdle(() => void load());
  // What could not be loaded is tried again when there is a network, or if somebody asks for it.
  addEventListener('online', () => void load());
  document.addEventListener('click', ({ target }) => {
    const button =
      target instanceof Element && target.closest<HTMLElement>('#welcome button, #welcome-open');
    if (!told && button) void load().then(() => told && button.click());
  });
  return {
    settings: () => told?.settings(),
    state: (state) => {
      now = state;
      told?.state(state);
    },
  };
}
