import type { Engine } from '../../gpu/engine.ts';
import type { GivenData } from '../tasks/job.ts';
import type { Run } from './subject.ts';

/** What the inspection asks of the lab. */
export interface InspectionHost {
  /** The run that is trained, or was trained last. */
  run(): Run | undefined;
  engine(): Promise<Engine>;
  /** Data from the user. */
  given(): GivenData;
}
