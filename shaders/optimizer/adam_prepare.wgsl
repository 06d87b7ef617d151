// Adam's bias corrections (Kingma and Ba 2015, algorithm 1) for t = step + 1, computed by the tick:
//   optimizer[6] = learningRate / (1 − β1^t)     optimizer[7] = 1 / √(1 − β2^t)
// optimizer[8] and [9] are ln β1 and ln β2.

fn prepare(step: u32) {
  let t = f32(step) + 1.0;
  let corrections = oneMinusExp(t * vec2f(ticking.optimizer[8], ticking.optimizer[9]));
  ticking.optimizer[6] = ticking.learningRate / corrections.x;
  ticking.optimizer[7] = inverseSqrt(corrections.y);
}
