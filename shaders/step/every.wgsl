// prepare for the tick, with an update after every EVERY batches: schedules and optimizers count updates, not batches.

override EVERY: u32;

fn prepare(step: u32) {
  every_prepare(step / EVERY);
}
