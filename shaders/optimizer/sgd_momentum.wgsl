// SGD with momentum, as in torch.optim.SGD (Sutskever et al. 2013 for Nesterov's form):
//   g ← g + weightDecay · w
//   m ← g at the first step, then momentum · m + (1 − dampening) · g
//   w ← w − learningRate · (nesterov ? g + momentum · m : m)
// optimizer = [weightDecay, momentum, dampening, nesterov: 0 or 1].

fn beginOptimize() {
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let g = gradient + clock.optimizer[0] * w;
  let m = select(clock.optimizer[1] * moment1[i] + (1.0 - clock.optimizer[2]) * g, g, clock.step == 0u);
  moment1[i] = m;
  let direction = select(m, g + clock.optimizer[1] * m, clock.optimizer[3] > 0.0);
  parameters[i] = w - clock.learningRate * direction;
}
