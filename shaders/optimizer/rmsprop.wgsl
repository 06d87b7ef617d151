// RMSprop (Tieleman and Hinton 2012, lecture 6.5), as in torch.optim.RMSprop. Graves 2013 for the centered form:
//   g ← g + weightDecay · w
//   v ← α · v + (1 − α) g²                    squares
//   a ← a + (1 − α)(g − a)                    means, if CENTERED; else a = 0
//   d ← g / (√(v − a²) + ε)
//   b ← momentum · b + d                      momenta, if MOMENTUM; else b = d
//   w ← w − learningRate · b
// optimizer = [weightDecay, α, 1 − α, ε, momentum]. Rounding can make v − a² negative: then its root is 0. A state that is
// not kept has another state's name, and its lines are never run.

override CENTERED: u32;
override MOMENTUM: u32;

fn beginOptimize() {
}

fn optimize(i: u32, gradient: vec4f) {
  let w = parameters[i];
  let g = gradient + clock.optimizer[0] * w;
  let v = normal(clock.optimizer[1] * squares[i] + clock.optimizer[2] * g * g);
  squares[i] = v;
  var spread = v;
  if (CENTERED == 1u) {
    let a = means[i];
    let mean = normal(a + clock.optimizer[2] * (g - a));
    means[i] = mean;
    spread = max(v - mean * mean, vec4f());
  }
  // 0 / 0 without an epsilon, see adam.
  var direction = select(g / (sqrt(spread) + clock.optimizer[3]), vec4f(), g == vec4f());
  if (MOMENTUM == 1u) {
    direction = normal(clock.optimizer[4] * momenta[i] + direction);
    momenta[i] = direction;
  }
  parameters[i] = w - clock.learningRate * direction;
}
