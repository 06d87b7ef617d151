import type { GivenData } from '../tasks/job.ts';
import type { LabDevice } from './lab-device.ts';
import type { LabEvent } from './lab-event.ts';

/** What shows a run while it is trained. */
interface TrainingViews {
  /** The run's network goes. */
  leaveRun(): void;
  /** The run's network is here, and no step is done yet. */
  ready(): Promise<void>;
  /** The device goes. */
  leaveDevice(): void;
  /** There is another device. */
  renewed(): void;
  draw(): Promise<void>;
  /** Draws if the last pictures are old. */
  drawNow(): void;
}

/** What `Training` asks of the lab. */
export interface TrainingHost {
  readonly emit: (event: LabEvent) => void;
  readonly device: LabDevice;
  /** Data from the user. */
  readonly given: () => GivenData;
  /** Whether a learning rate is being looked for. */
  readonly isFinding: () => boolean;
  readonly views: TrainingViews;
}
