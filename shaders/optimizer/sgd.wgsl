// Stochastic gradient descent: w −= learningRate · (g + weightDecay · w).

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  parameters[i] = w - clock.learningRate * (gradient + clock.weightDecay * w);
}
