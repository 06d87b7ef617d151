import type { GivenData } from '../tasks/job.ts';
import type { GivenText } from '../tasks/text.ts';
import { Gallery } from './gallery.ts';
import { Inspection } from './inspection.ts';
import { LabDevice } from './lab-device.ts';
import type { LabEvent } from './lab-event.ts';
import { OwnData } from './own-data.ts';
import { RateFinding } from './rate-finding.ts';
import { TextStudy } from './text-study.ts';
import { Training } from './training.ts';
import { Tutor } from './tutor.ts';

/** The parts of the lab, each of one purpose, and what they tell one another. */
export class LabParts {
  readonly #emit: (event: LabEvent) => void;
  readonly own = new OwnData();
  /** Learned from instead of the built-in text, if it is there. */
  text: GivenText | undefined;
  readonly device = new LabDevice({
    emit: (event) => this.#emit(event),
    isTraining: () => this.training.turn.isRunning,
    isBusy: () => this.training.turn.isBusy,
    left: (isBusy) => {
      // A paused run has a copy, and asks for another device when it is resumed.
      if (!isBusy) this.training.end();
      this.inspection.leaveLost();
    },
  });
  readonly training: Training = new Training({
    emit: (event) => {
      if (event.type === 'state') this.tutor.live.state(event.state);
      this.#emit(event);
    },
    device: this.device,
    given: () => this.given,
    isFinding: () => this.finding.isOpen,
    views: {
      leaveRun: () => {
        this.gallery.drop();
        this.tutor.live.leave();
      },
      ready: () => this.tutor.live.prepare(),
      leaveDevice: () => this.inspection.leaveLost(),
      // A stored network that is looked into was on the lost device.
      renewed: () => void this.inspection.current().catch(() => {}),
      draw: () => this.gallery.draw(),
      drawNow: () => this.gallery.drawNow(),
    },
  });
  readonly finding = new RateFinding({
    device: this.device,
    given: () => this.given,
    needRest: () => this.training.turn.needRest(),
  });
  readonly inspection = new Inspection({
    run: () => this.training.run,
    engine: () => this.device.open(),
    given: () => this.given,
  });
  readonly gallery = new Gallery(
    () => this.inspection.subject,
    (epochs) => this.#emit({ type: 'drawn', epochs }),
  );
  readonly study = new TextStudy();
  readonly tutor = new Tutor({
    run: () => this.training.run,
    busy: () => this.training.turn.isBusy,
    open: () => this.device.open(),
    given: () => this.given,
  });

  constructor(emit: (event: LabEvent) => void) {
    this.#emit = emit;
  }

  /** Data from the user. */
  get given(): GivenData {
    return { ...this.own.given, text: this.text };
  }
}
