// Lion (Chen et al. 2023, algorithm 2):
//   c ← β1 · m + (1 − β1) g
//   w ← w − learningRate · (sign(c) + weightDecay · w)
//   m ← β2 · m + (1 − β2) g
// optimizer = [weightDecay, β1, 1 − β1, β2, 1 − β2].

fn beginOptimize() {
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let m = moment1[i];
  let direction = sign(clock.optimizer[1] * m + clock.optimizer[2] * gradient);
  moment1[i] = normal(clock.optimizer[3] * m + clock.optimizer[4] * gradient);
  parameters[i] = w - clock.learningRate * (direction + clock.optimizer[0] * w);
}
