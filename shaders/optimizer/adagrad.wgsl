// Adagrad (Duchi, Hazan and Singer 2011), as in torch.optim.Adagrad:
//   g ← g + weightDecay · w
//   s ← s + g²                                 sums, from the initial value on
//   w ← w − learningRate / (1 + t · learningRateDecay) · g / (√s + ε)     t steps done before
// optimizer = [weightDecay, ε, initial value of s, learningRateDecay].

fn beginOptimize() {
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let g = gradient + clock.optimizer[0] * w;
  let s = select(sums[i], vec4f(clock.optimizer[2]), clock.step == 0u) + g * g;
  sums[i] = s;
  let rate = clock.learningRate / (1.0 + f32(clock.step) * clock.optimizer[3]);
  let step = rate * g / (sqrt(s) + clock.optimizer[1]);
  // 0 / 0 without an epsilon, see adam.
  parameters[i] = w - select(step, vec4f(), g == vec4f());
}
