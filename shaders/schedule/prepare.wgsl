// prepare for the tick, with a schedule: the learning rate of the step, then what the optimizer makes of it.
//   learningRate = baseRate · factor(step)

fn prepare(step: u32) {
  ticking.learningRate = ticking.baseRate * factor(step);
  optimizer_prepare(step);
}
