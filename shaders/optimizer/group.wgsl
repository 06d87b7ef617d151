// An optimizer's step for a group of parameters: with another learning rate and weight decay. The optimizer's own file is
// linked as own_*, and reads groupClock instead of the clock. Numbers of the clock with place 16 do not exist.
//   learningRate, optimizer[RATED_1], optimizer[RATED_2] *= RATE     what is proportional to the learning rate
//   optimizer[DECAY_AT] = DECAY

override RATE: f32;
override RATED_1: u32;
override RATED_2: u32;
override DECAY: f32;
override DECAY_AT: u32;

var<private> groupClock: Clock;

fn beginOptimize() {
  groupClock = clock;
  groupClock.learningRate *= RATE;
  if (RATED_1 < 16u) {
    groupClock.optimizer[min(RATED_1, 15u)] *= RATE;
  }
  if (RATED_2 < 16u) {
    groupClock.optimizer[min(RATED_2, 15u)] *= RATE;
  }
  if (DECAY_AT < 16u) {
    groupClock.optimizer[min(DECAY_AT, 15u)] = DECAY;
  }
  own_beginOptimize();
}

fn optimize(i: u32, gradient: vec4f) {
  own_optimize(i, gradient);
}
