// An optimizer's step after every EVERY batches. Its own file is linked as every_*, and reads updateClock instead of the
// clock: its step is the number of updates done before.

override EVERY: u32;

var<private> updateClock: Clock;
var<private> isUpdate: bool;

fn beginOptimize() {
  updateClock = clock;
  updateClock.step = clock.step / EVERY;
  isUpdate = clock.step % EVERY == EVERY - 1u;
  every_beginOptimize();
}

fn optimize(i: u32, gradient: vec4f) {
  if (isUpdate) {
    every_optimize(i, gradient);
  }
}
