import { OptionError } from '../../errors.ts';
import { Gate } from '../gate.ts';
import type { LabEvent, LabState } from './lab-event.ts';

/** Lets one run at a time train, and lets it be paused and ended. */
export class Turn {
  readonly #emit: (event: LabEvent) => void;
  #gate: Gate | undefined;
  /** Whether the run's work is not over: after a stop, too, until it is told. */
  #isBusy = false;

  constructor(emit: (event: LabEvent) => void) {
    this.#emit = emit;
  }

  /** Whether a run is trained, paused, or about to end since it was stopped. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Whether a run is trained and not paused. */
  get isRunning(): boolean {
    return this.#gate?.state === 'open';
  }

  /** @throws OptionError while a run is trained, paused or about to end */
  needRest(): void {
    if (this.isBusy) {
      throw new OptionError('a run is in progress; stop it before you start another');
    }
  }

  /** Begins a run, to be ended by {@link end}. @throws OptionError while there is another */
  begin(): Gate {
    this.needRest();
    this.#gate = new Gate();
    this.#isBusy = true;
    return this.#gate;
  }

  /** The run's work is over. */
  end(): void {
    this.#gate?.stop();
    this.#isBusy = false;
  }

  /** Says what the run does now. */
  say(state: LabState): void {
    this.#emit({ type: 'state', state });
  }

  /** Says that the run is trained, unless it is paused or ended. */
  sayRunning(): void {
    if (this.isRunning) this.say('running');
  }

  /** Pauses the run between two chunks of steps. */
  pause(): void {
    if (this.#gate?.state !== 'open') return;
    this.#gate.pause();
    this.say('pausing');
  }

  resume(): void {
    if (this.#gate?.state !== 'paused') return;
    this.#gate.resume();
    this.say('running');
  }

  /** Ends the run between two chunks of steps. The network stays, for inspection and export. */
  stop(): void {
    this.#gate?.stop();
  }
}
