import type { LabState } from '../../worker/lab-event.ts';
import { byId } from '../dom.ts';
import { put, say } from '../words/words.ts';

/** Start a run, and take its place. */
const CONTROLS = ['start', 'pause', 'stop'] as const;

/** Give a run more epochs, and are disabled while it is trained: then a button of {@link CONTROLS} has the focus. */
const OTHERS = '#more, #runs .details button';

/** What the buttons above the charts do. */
export interface ControlActions {
  start(): void;
  pauseOrResume(): void;
  stop(): void;
  reset(): void;
  findRate(): void;
}

/** The buttons above the charts. */
export class Controls {
  /** Whether a button that is disabled now had the focus. */
  #focus = false;

  constructor(actions: ControlActions) {
    byId('start').addEventListener('click', () => actions.start());
    byId('pause').addEventListener('click', () => actions.pauseOrResume());
    byId('stop').addEventListener('click', () => actions.stop());
    byId('reset').addEventListener('click', () => actions.reset());
    byId('find-rate').addEventListener('click', () => actions.findRate());
  }

  /** Enables what can be done now. */
  show(state: LabState): void {
    const set = (id: string, enabled: boolean): void => {
      byId(id, HTMLButtonElement).disabled = !enabled;
    };
    const busy = state !== 'ended';
    // A button that is disabled loses the focus; the one that takes its place gets it.
    const focused = document.activeElement;
    this.#focus ||= CONTROLS.some((id) => byId(id) === focused) || !!focused?.matches(OTHERS);
    set('start', !busy);
    set('pause', state === 'running' || state === 'paused');
    set('stop', state === 'running' || state === 'paused');
    set('reset', !busy);
    set('find-rate', !busy);
    put(byId('pause'), () => (state === 'paused' ? say('Resume') : say('Pause')));
    const next = CONTROLS.map((id) => byId(id, HTMLButtonElement)).find(
      ({ disabled }) => !disabled,
    );
    if (!this.#focus) return;
    const now = document.activeElement;
    // `#more` is disabled right after this.
    const isLeft = now?.matches(':disabled') || (busy && now?.matches('#more'));
    const isLost = now === document.body || isLeft;
    const status = byId('status');
    if (!next) {
      // Until one is enabled, what is said of the run has it: no key is lost.
      if (isLost) status.focus({ preventScroll: true });
      return;
    }
    if (isLost || now === status) next.focus();
    this.#focus = false;
  }
}
